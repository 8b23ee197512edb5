#pragma once
// What the octets of an UPDATE depend on, beside the route: peers with equal PackOptions form an update group and share
// packed octets, but for the two values each of them patches: its own AS and its own next hop. Plain values.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "codec/asn.hpp"
#include "codec/ip.hpp"
#include "codec/reader.hpp"
#include "codec/session_options.hpp"
#include "rib/send_rules.hpp"

namespace barrage {

enum class NextHopMode : std::uint8_t {
    keep,        // as in the source; where the source has none, as self
    self,        // the sender's own address: patched by each peer
    automatic,   // of a peer's configuration alone: on eBGP self, but for sources that name a next hop; on iBGP keep
};

/// Next hops that routes get whatever the mode, one for each family of addresses. Routes of the other family are as the mode says.
struct GivenNextHops {
    std::optional<Ipv4Address> v4 = {};
    std::optional<Ipv6Address> v6 = {};
    std::optional<Ipv6Address> link_local = {};   // beside v6: RFC 2545 section 3

    [[nodiscard]] bool empty() const noexcept { return !v4 && !v6; }
    friend bool operator==(const GivenNextHops&, const GivenNextHops&) = default;
};

/// How many routes an UPDATE has at most, by chance: each of several numbers as often as its weight says. The chance is in the prefix
/// that an UPDATE begins with, so that every peer and both engines cut the same.
struct UpdateSizes {
    struct Size {
        std::uint32_t routes = 0;
        std::uint32_t weights = 0;   // of this one and those before it; 0: there is none
        friend bool operator==(const Size&, const Size&) = default;
    };
    std::array<Size, 8> sizes{};

    [[nodiscard]] bool empty() const noexcept { return sizes[0].weights == 0; }
    /// False where there is no room for one more.
    bool add(std::uint32_t routes, std::uint32_t weight) noexcept
    {
        std::uint32_t before = 0;
        for (auto& size : sizes) {
            if (size.weights == 0) {
                size = {routes, before + weight};
                return true;
            }
            before = size.weights;
        }
        return false;
    }
    /// By the first prefix of these; other NLRI by their first octets. Not empty().
    [[nodiscard]] std::uint32_t of(OctetView nlri, bool has_path_ids) const noexcept
    {
        constexpr std::size_t path_id = 4, longest = 17;
        if (has_path_ids) nlri = nlri.subspan(std::min(path_id, nlri.size()));
        if (!nlri.empty()) nlri = nlri.first(std::min({nlri.size(), longest, 1 + (nlri[0] + std::size_t{7}) / 8}));
        // FNV-1a; then all of its bits go into each that counts, so that prefixes that follow each other are far apart.
        std::uint64_t hash = 0xcbf29ce484222325;
        for (const auto octet : nlri) hash = (hash ^ octet) * 0x100000001b3;
        hash = (hash ^ hash >> 32) * 0x9e3779b97f4a7c15;
        hash = (hash ^ hash >> 29) * 0xbf58476d1ce4e5b9;
        std::uint32_t all = 0;
        for (const auto& size : sizes) all = size.weights != 0 ? size.weights : all;
        const auto chosen = static_cast<std::uint32_t>((hash >> 32) % all);
        for (const auto& size : sizes)
            if (chosen < size.weights) return size.routes;
        return 1;
    }
    friend bool operator==(const UpdateSizes&, const UpdateSizes&) = default;
};

struct PackOptions {
    SendRules send_rules = SendRules::native;   // which packer it is: rib/packer.hpp
    bool four_octet_as = true;
    bool external = true;   // eBGP: own AS prepended, LOCAL_PREF, ORIGINATOR_ID and CLUSTER_LIST dropped
    bool prepend = true;    // external only: false leaves AS_PATH as it is (a route server, RFC 7947 section 2.2.2.1)
    Asn own_as;             // 0 where each peer patches its own, which needs four-octet AS numbers
    NextHopMode next_hop_mode = NextHopMode::keep;
    GivenNextHops given_next_hops = {};
    bool self_is_ipv6 = false;     // the sender's own address: IPv4 routes get it only as RFC 8950 says
    bool has_other_self = false;   // … and its interface has one of the other family
    std::size_t max_message = max_message_octets;
    std::uint32_t max_routes_per_update = 0;   // 0: as many as fit
    UpdateSizes update_sizes = {};             // or one of these; the smaller counts
    FamilySet one_route_per_update;            // families whose routes go alone, each in its own UPDATE
    // Of ExabgpPacker alone, which writes the own address itself.
    Ipv4Address self_v4 = {};
    std::optional<Ipv6Address> self_v6 = {};   // none: IPv6 routes that name no next hop are left out
    FamilySet families;                        // routes of others are left out …
    FamilySet configured = FamilySet::all();   // … because the peer does not want them, or because we do not
    FamilySet add_path;                        // a path identifier before each prefix
    FamilySet extended_next_hop;
    FamilySet multiple_labels;   // a label stack before each prefix; of others with labels exactly one: RFC 8277 section 2.2

    [[nodiscard]] std::uint32_t most_routes(Family family) const noexcept
    {
        if (one_route_per_update.contains(family)) return 1;
        return max_routes_per_update == 0 ? ~std::uint32_t{0} : max_routes_per_update;
    }
    /// … of an UPDATE that begins with these.
    [[nodiscard]] std::uint32_t most_routes(Family family, OctetView nlri, bool has_path_ids) const noexcept
    {
        const auto most = most_routes(family);
        return update_sizes.empty() ? most : std::min(most, update_sizes.of(nlri, has_path_ids));
    }
    friend bool operator==(const PackOptions&, const PackOptions&) = default;
};

/// What one peer writes over the shared octets.
struct PeerPatch {
    Asn own_as;
    IpAddress self;                             // next hop of its family
    std::optional<IpAddress> other_self = {};   // of the other one; where there is none, no message asks for it
};

}   // namespace barrage
