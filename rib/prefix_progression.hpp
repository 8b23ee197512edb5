#pragma once
// Prefixes of one length that follow each other by a fixed step, as NLRI: made when they are asked for and kept nowhere, so that a
// range costs no memory, however many routes it has. A value; any thread.

#include <cstdint>
#include <optional>

#include "codec/ip.hpp"
#include "codec/path_id.hpp"
#include "codec/writer.hpp"

namespace barrage {

class PrefixProgression {
public:
    /// How many there are, from `first` on, before the address space ends. `step` is at least 1, in prefixes of this length.
    static std::uint64_t room(const IpAddress& first, std::uint8_t prefix, std::uint64_t step) noexcept;

    /// No more is to be asked for than there is room for.
    PrefixProgression(const IpAddress& first, std::uint8_t prefix, std::uint64_t step, std::optional<PathId> path_id) noexcept;

    [[nodiscard]] bool is_v4() const noexcept { return is_v4_; }
    [[nodiscard]] bool has_path_ids() const noexcept { return path_id_.has_value(); }
    /// Of each NLRI: path identifier (RFC 7911 section 3), length, prefix.
    [[nodiscard]] std::size_t octets_each() const noexcept;
    /// NLRI `first` to `first + count - 1`, written into `into`, where copy_slack octets follow them. Per NLRI an addition and a store.
    OctetView write(std::uint64_t first, std::size_t count, Octets& into) const;

    friend bool operator==(const PrefixProgression&, const PrefixProgression&) = default;

private:
    template <std::size_t AddressOctets>
    void fill(std::uint64_t first, std::size_t count, std::uint8_t* at) const noexcept;

    // An address is one number of 128 bits, IPv4 in the upper 32; it moves on by stride_.
    std::uint64_t high_ = 0;
    std::uint64_t low_ = 0;
    std::uint64_t stride_high_ = 0;
    std::uint64_t stride_low_ = 0;
    std::optional<PathId> path_id_;
    std::uint8_t prefix_ = 0;
    bool is_v4_ = true;
};

}   // namespace barrage
