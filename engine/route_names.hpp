#pragma once
// Numbers of routes of all families, by what names them: the whole NLRI, less what a router rewrites as it passes routes on (labels; of EVPN
// the segment and gateway, see route_key.hpp). A route is one whatever its path identifier. Built by one thread; any thread reads.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "codec/family.hpp"
#include "codec/prefix.hpp"
#include "rib/route_index.hpp"

namespace barrage {

class RouteNames {
public:
    using Number = std::uint32_t;
    static constexpr Number none = 0x7fffffff;

    /// Of one NLRI, without a path identifier, that is whole; bits behind a prefix mean nothing. A new name gets the next number.
    Number number_of(Family family, OctetView nlri);

    [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }
    /// Of the unicast families; `none` where there is none.
    [[nodiscard]] Number find(Ipv4Prefix prefix) const noexcept;
    [[nodiscard]] Number find(const Ipv6Prefix& prefix) const noexcept;
    /// Of any family.
    [[nodiscard]] Number find(Family family, OctetView nlri) const noexcept;
    [[nodiscard]] Family family_of(Number number) const noexcept { return known_families[names_[number].family].family; }
    /// "198.51.100.0/24", "vpnv4 65000:1 198.51.100.0/24"
    [[nodiscard]] std::string text_of(Number number) const;
    /// The prefix alone; empty where the route has none.
    [[nodiscard]] std::string prefix_text_of(Number number) const;

private:
    struct Name {
        std::uint64_t begin : 56;   // of its NLRI in octets_
        std::uint64_t family : 8;   // index
    };
    struct HashPrefix {
        std::size_t operator()(const Ipv6Prefix& prefix) const noexcept;
    };
    [[nodiscard]] OctetView nlri_of(Number number) const noexcept;
    [[nodiscard]] RouteKeyView key_of(Number number) const noexcept { return {family_of(number), std::nullopt, nlri_of(number)}; }

    boost::unordered_flat_map<std::uint64_t, Number> ipv4_;
    boost::unordered_flat_map<Ipv6Prefix, Number, HashPrefix> ipv6_;
    RouteIndex others_;
    std::vector<Name> names_;
    Octets octets_;
};

}   // namespace barrage
