#pragma once
// Prefixes that follow each other by a fixed step, all with the same path attributes: a RouteSource. Words and meaning
// are those of the Open Traffic Generator model (Bgp.V4RouteRange, V4RouteAddress, …): address, prefix, count, step.
// One thread at a time. Per route: no allocation, one addition and one store of its octets.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "codec/path_id.hpp"
#include "rib/attribute_octets.hpp"
#include "rib/route_source.hpp"

namespace barrage {

/// What a range is. Host bits of `address` have no meaning.
struct PrefixRangeDescription {
    IpAddress address = {};
    std::uint8_t prefix = 24;   // length in bits
    std::uint64_t count = 1;    // up to 2^32 - 1, as in the model
    std::uint64_t step = 1;     // from one prefix to the next, in prefixes of this length

    std::vector<Asn> as_path = {};
    std::vector<Community> communities = {};
    std::vector<LargeCommunity> large_communities = {};
    std::optional<std::uint32_t> multi_exit_disc = {};
    std::optional<std::uint32_t> local_pref = {};
    Origin::Value origin = Origin::Value::igp;
    std::optional<IpAddress> next_hop = {};   // none: placeholder_next_hop(); whoever sends may put its own
    std::optional<PathId> path_id = {};       // RFC 7911: the same for every prefix

    [[nodiscard]] Family family() const noexcept { return address.is_v4() ? ipv4_unicast : ipv6_unicast; }
    [[nodiscard]] AttributeValues attributes() const noexcept;

    friend bool operator==(const PrefixRangeDescription&, const PrefixRangeDescription&) = default;
};

/// Stands where a source was given no next hop: 192.0.2.1 (RFC 5737) or 2001:db8::1 (RFC 3849).
IpAddress placeholder_next_hop(Family family) noexcept;

class PrefixRange {
public:
    static constexpr std::uint32_t batch_routes = 16 * 1024;

    /// Refuses, in one line, what cannot be: a range past the end of the address space, no routes, no step.
    static std::expected<PrefixRange, std::string> make(const PrefixRangeDescription& description);

    bool next(RouteBatch& batch);
    [[nodiscard]] std::string problem() const { return {}; }
    [[nodiscard]] bool is_ordered() const noexcept { return false; }

private:
    PrefixRange() = default;
    template <std::size_t AddressOctets>
    std::size_t fill(std::uint32_t routes) noexcept;

    // The address as one number of 128 bits, IPv4 in the upper 32; it moves on by stride_.
    std::uint64_t high_ = 0;
    std::uint64_t low_ = 0;
    std::uint64_t stride_high_ = 0;
    std::uint64_t stride_low_ = 0;
    std::uint64_t left_ = 0;
    std::optional<PathId> path_id_;
    Family family_ = ipv4_unicast;
    std::uint8_t prefix_ = 0;
    Octets attributes_;
    Octets next_hop_;
    Octets nlri_;
};
static_assert(RouteSource<PrefixRange>);

}   // namespace barrage
