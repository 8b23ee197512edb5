#pragma once
// Prefixes that follow each other by a fixed step, all with the same path attributes: a RouteSource. Words and meaning
// are those of the Open Traffic Generator model (Bgp.V4RouteRange, V4RouteAddress, …): address, prefix, count, step.
// One thread at a time. load() keeps no octets of its routes.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "codec/path_id.hpp"
#include "rib/attribute_octets.hpp"
#include "rib/prefix_progression.hpp"
#include "rib/route_set.hpp"

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
    std::optional<IpAddress> next_hop = {};       // none: placeholder_next_hop()
    std::optional<Ipv6Address> link_local = {};   // beside one of IPv6: RFC 2545 section 3
    bool no_placeholder = false;                  // where none is given: none, so that whoever sends puts its own
    std::optional<PathId> path_id = {};           // RFC 7911: the same for every prefix

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
    friend std::shared_ptr<const RouteSet> load(PrefixRange&, AttributePool&, bool);
    PrefixRange(PrefixProgression prefixes, std::uint64_t count) noexcept : prefixes_(prefixes), count_(count) {}
    [[nodiscard]] Family family() const noexcept { return prefixes_.is_v4() ? ipv4_unicast : ipv6_unicast; }

    PrefixProgression prefixes_;
    std::uint64_t count_;
    std::uint64_t next_ = 0;
    Octets attributes_;
    Octets next_hop_;
    Octets nlri_;
};
static_assert(RouteSource<PrefixRange>);

/// Instead of the one for other sources: a set that makes its NLRI when they are asked for. Of a range that was not read from yet.
std::shared_ptr<const RouteSet> load(PrefixRange& range, AttributePool& pool, bool keep_times = false);

}   // namespace barrage
