#pragma once
// Octets of a stream that are kept as they pass, to be read once more from memory. One thread.

#include <deque>
#include <memory>
#include <vector>

#include "rib/octet_source.hpp"

namespace barrage {

class KeptOctets {
public:
    explicit KeptOctets(std::size_t limit) noexcept : limit_(limit) {}

    /// `source`, and what passes is kept in `kept` until it is stopped or over its limit; then nothing is.
    static OctetSource keep(OctetSource source, std::shared_ptr<KeptOctets> kept);
    /// What was kept, and given back to the system as it is read. `problem` is what the first reading ended with.
    static OctetSource replay(std::shared_ptr<KeptOctets> kept, std::string problem);

    void stop() noexcept;
    /// False when there was more than the limit.
    [[nodiscard]] bool complete() const noexcept { return keeping_; }

private:
    void append(std::span<const std::uint8_t> octets);
    std::size_t read(std::span<std::uint8_t> into);

    static constexpr std::size_t chunk_octets = std::size_t{1} << 20;
    std::deque<std::vector<std::uint8_t>> chunks_;   // each with room for chunk_octets
    std::size_t size_ = 0;
    std::size_t taken_ = 0;   // of the first chunk
    std::size_t limit_;
    bool keeping_ = true;
};

}   // namespace barrage
