#pragma once
// What a path looks like to whom it is advertised, and whether it may be: the rules of eBGP and of a route reflector, and the faults that
// change attributes. What Adj-RIB-Out and packer do anyway is left to them: the own AS in front, LOCAL_PREF where it belongs. One thread.

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "loadgen/device/faults.hpp"
#include "loadgen/device/loc_rib.hpp"
#include "rib/attribute_pool.hpp"

namespace barrage::device {

/// Whom something is advertised to.
struct Target {
    NeighborIndex neighbor = 0;
    bool external = true;
    IpAddress local;    // the own address of the session
    IpAddress remote;   // its peer's
};

class Exporter {
public:
    Exporter(const Faults& faults, Ipv4Address identifier, AttributePool& pool)
        : faults_(faults), identifier_(identifier), pool_(pool)
    {
    }

    /// Whether the rules let this path go there at all.
    [[nodiscard]] bool may_go(const Path& path, const Target& target) const;
    /// As the Adj-RIB-Out is given it; a next hop that is left empty is the session's own address.
    AttributeSetRef attributes(const PathRef& path, const Target& target, const RouteKey& key, PrefixNumber prefix);
    /// With a community more, which no peer sent.
    AttributeSetRef mistaken(const AttributeSetRef& attributes);
    /// Without ORIGIN, which every route has to have.
    AttributeSetRef malformed(const AttributeSetRef& attributes);
    /// The attributes of a path with the AS path of another before its own.
    PathRef mixed(const Path& path, const Path& other);

private:
    struct Known {
        PathRef path;   // held, so that its address means it
        AttributeSetRef attributes;
    };
    [[nodiscard]] std::uint32_t changes_of(PrefixNumber prefix, bool external) const;
    [[nodiscard]] Octets changed(Octets octets, std::uint32_t changes) const;
    [[nodiscard]] Octets next_hop(const Path& path, const Target& target, Family family);
    IpAddress own_address(const IpAddress& local, Afi afi);

    const Faults& faults_;
    Ipv4Address identifier_;
    AttributePool& pool_;
    static constexpr std::size_t most_known = std::size_t{1} << 18;
    boost::unordered_flat_map<std::size_t, Known> known_;
    std::map<std::pair<IpAddress, Afi>, IpAddress> own_addresses_;   // 0.0.0.0: there is none
};

/// The address of the other family on the interface that has this one; on loopback its loopback address. Nothing where there is none.
std::optional<IpAddress> address_of_family(const IpAddress& own, Afi afi);

}   // namespace barrage::device
