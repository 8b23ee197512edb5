#pragma once
// The signals of a command, as octets of a pipe, so that they are taken between two turns like everything else. One at a time, as signals belong
// to the process; programs that are started meanwhile get none of it. SIGPIPE is ignored, whoever reads our output. Main thread.

#include <csignal>
#include <functional>
#include <initializer_list>
#include <vector>

#include "engine/engine.hpp"
#include "io/file_descriptor.hpp"

namespace barrage {

class Signals {
public:
    /// What becomes of a signal that nobody watches for.
    enum class Unwatched : std::uint8_t {
        waits,   // in the pipe, until it is read
        /// The process ends with ExitStatus::interrupted: nothing was begun that would have to be ended well. Once a signal was taken, the
        /// next one ends the process at once.
        ends_process,
    };
    Signals(std::initializer_list<int> signals, Unwatched unwatched);
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    /// To be watched for reading.
    [[nodiscard]] int fd() const noexcept { return read_.get(); }
    /// The signals that came, in their order, each once.
    std::vector<int> take();

    /// Signals are watched for while it lives.
    class [[nodiscard]] Watch {
    public:
        Watch(Signals& signals, Engine& engine, std::function<void(int)> on_signal);
        ~Watch();
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;

    private:
        Engine& engine_;
        Waiter::WatchId watch_;
    };
    /// Has `on_signal` called between two turns of the engine, on the thread that calls its run(). The watch ends before the engine does.
    Watch watch(Engine& engine, std::function<void(int)> on_signal) { return {*this, engine, std::move(on_signal)}; }

private:
    struct Before {
        int signal;
        struct sigaction action;
    };
    FileDescriptor read_;
    FileDescriptor write_;
    std::vector<Before> before_;
};

}   // namespace barrage
