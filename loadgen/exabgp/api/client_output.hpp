#pragma once
// What is queued for an API client: answers and events, in their order. Bounded: an answer that repeats
// the one before it (`done` of a flood of routes) costs nothing, so those are never lost however many they are; of other lines, what comes
// when the queue is full is left out and counted. Nobody waits for a program that does not read. No descriptor in it; one thread.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

namespace barrage::exabgp {

class ClientOutput {
public:
    explicit ClientOutput(std::size_t most_octets = std::size_t{8} << 20) : most_octets_(most_octets) {}

    /// Whole lines, each with its '\n', sent `times` over. False: left out. The rest of an answer that has begun is taken `even_when_full`.
    bool add(std::string_view lines, std::uint64_t times = 1, bool even_when_full = false);
    [[nodiscard]] bool full() const noexcept { return octets_ >= most_octets_; }
    [[nodiscard]] bool empty() const noexcept { return parts_.empty(); }
    /// Moves about `most_octets` from the front into `into`: whole repetitions of one part.
    void take(std::string& into, std::size_t most_octets);
    /// Octets kept: those of a repeated line count once.
    [[nodiscard]] std::size_t octets() const noexcept { return octets_; }
    /// Lines left out so far, and not reported yet.
    [[nodiscard]] std::uint64_t left_out() const noexcept { return left_out_; }
    std::uint64_t take_left_out() noexcept { return std::exchange(left_out_, 0); }
    void clear() noexcept;

private:
    struct Part {
        std::string lines;
        std::uint64_t times;
    };

    std::deque<Part> parts_;
    std::size_t octets_ = 0;
    std::size_t most_octets_;
    std::uint64_t left_out_ = 0;
};

}   // namespace barrage::exabgp
