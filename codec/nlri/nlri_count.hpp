#pragma once
// Counting and walking the prefixes of a field where they stand: what a receiver does with every route that it receives.
// Per prefix: no allocation, no copy, a branch on its length and an addition.

#include <cassert>
#include <cstdint>
#include <optional>

#include "codec/ip.hpp"
#include "codec/path_id.hpp"
#include "codec/prefix.hpp"
#include "codec/reader.hpp"

namespace barrage {

/// How many prefixes of at most `max_length` bits (32 or 128) fill the field exactly; nothing where one is longer, or the
/// last one is cut: RFC 7606 section 5.3.
std::optional<std::uint32_t> count_nlri(OctetView nlri, std::uint8_t max_length, bool has_path_ids) noexcept;

/// A prefix where it stands in the message.
struct PrefixView {
    PathId path_id;            // 0 where the session has none
    std::uint8_t length = 0;   // bits
    OctetView octets;          // prefix_octets(length) of them; bits after `length` mean nothing
};

/// The prefix as a value, bits after its length cleared. Hot: what a receiver looks routes up by.
inline Ipv4Prefix ipv4_prefix(const PrefixView& view) noexcept
{
    std::uint32_t address = 0;
    for (std::size_t i = 0; i < view.octets.size(); ++i) address |= std::uint32_t{view.octets[i]} << (24 - 8 * i);
    return {{static_cast<std::uint32_t>(address & ~(std::uint64_t{0xffffffff} >> view.length))}, view.length};
}
inline Ipv6Prefix ipv6_prefix(const PrefixView& view) noexcept
{
    Ipv6Prefix prefix{{}, view.length};
    for (std::size_t i = 0; i < view.octets.size(); ++i) prefix.address.value[i] = view.octets[i];
    return prefix.masked();
}

/// Calls `visit(const PrefixView&)` for each prefix; false as soon as one is wrong, after those before it were visited.
template <class Visitor>
bool for_each_prefix(OctetView nlri, std::uint8_t max_length, bool has_path_ids, Visitor&& visit)
{
    const auto* const data = nlri.data();
    const std::size_t size = nlri.size();
    for (std::size_t at = 0; at < size;) {
        PrefixView prefix;
        if (has_path_ids) {
            if (size - at < 5) return false;
            prefix.path_id.value = std::uint32_t{data[at]} << 24 | std::uint32_t{data[at + 1]} << 16 |
                                   std::uint32_t{data[at + 2]} << 8 | data[at + 3];
            at += 4;
        }
        prefix.length = data[at++];
        const auto octets = prefix_octets(prefix.length);
        if (prefix.length > max_length || size - at < octets) return false;
        prefix.octets = {data + at, octets};
        at += octets;
        visit(static_cast<const PrefixView&>(prefix));
    }
    return true;
}

}   // namespace barrage
