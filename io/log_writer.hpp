#pragma once
// Lines for people to a descriptor that may be full, stuck, closed or broken: whoever writes never waits for it and never fails with it. What it
// does not take at once waits, up to a limit, and goes when it takes more; beyond that lines are left out whole and counted, and the next that can be
// written says how many. Any thread.

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "io/file_descriptor.hpp"

namespace barrage {

class LogWriter {
public:
    static constexpr std::size_t most_waiting = 256 * 1024;   // octets

    /// `fd` stays the caller's; that it blocks or not is left as it is, as others may write there too.
    explicit LogWriter(int fd);
    ~LogWriter();   // end()
    LogWriter(const LogWriter&) = delete;
    LogWriter& operator=(const LogWriter&) = delete;

    /// One line or several, each with its '\n'.
    void write(std::string_view lines);
    /// What waits is given a moment more; what is then left is left out.
    void end();

private:
    bool offer(std::string_view& octets);
    void go_on();
    void wait_for_room();

    FileDescriptor fd_;
    enum class Kind : std::uint8_t { never_blocks, socket, asked_first } kind_ = Kind::asked_first;

    std::mutex mutex_;
    std::string waiting_;
    std::uint64_t left_out_ = 0;   // lines, since the last that was written
    bool ending_ = false;
    bool waits_ = false;     // a thread waits for room
    std::thread for_room_;   // only while something waits
};

}   // namespace barrage
