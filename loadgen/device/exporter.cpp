#include "loadgen/device/exporter.hpp"

#include <boost/container_hash/hash.hpp>

#include <array>

#include "io/interface_addresses.hpp"
#include "loadgen/device/attribute_edit.hpp"
#include "loadgen/scenario/session_defaults.hpp"

namespace barrage::device {

namespace {

constexpr std::uint32_t fault_community = 64666u << 16 | 666;
constexpr std::uint32_t fault_number = 4242;
constexpr std::uint32_t fault_as = 4200000666;   // private use, RFC 6996

constexpr std::array changing{Fault::change_community, Fault::change_med,    Fault::change_local_pref, Fault::change_origin,
                              Fault::change_path,      Fault::add_no_export, Fault::strip_no_export};

Octets u32_octets(std::uint32_t value)
{
    Octets octets;
    Writer{octets}.u32(value);
    return octets;
}

Octets copy_of(const std::optional<OctetView>& value) { return value ? Octets{value->begin(), value->end()} : Octets{}; }

/// The AS of a fault behind all others.
Octets with_as_at_end(OctetView path)
{
    Octets octets{path.begin(), path.end()};
    Writer out{octets};
    out.u8(static_cast<std::uint8_t>(SegmentType::as_sequence));
    out.u8(1);
    out.u32(fault_as);
    return octets;
}

Octets with_community(OctetView communities, std::uint32_t community)
{
    Octets octets{communities.begin(), communities.end()};
    Writer{octets}.u32(community);
    return octets;
}

Octets without_no_export(OctetView communities)
{
    Octets octets;
    Writer out{octets};
    for (Reader in{communities}; in.remaining() >= 4;)
        if (const auto community = in.u32(); community != no_export && community != no_export_subconfed) out.u32(community);
    return octets;
}

}   // namespace

std::optional<IpAddress> address_of_family(const IpAddress& own, Afi afi)
{
    if (own.is_v4() == (afi == Afi::ipv4)) return own;
    // Of ::1 there is none that others could use; a device on loopback says 127.0.0.1 all the same.
    if (own.is_v6() && is_loopback(own)) return IpAddress::from_text("127.0.0.1");
    return barrage::address_beside(own, interface_addresses());
}

bool Exporter::may_go(const Path& path, const Target& target) const
{
    if (path.from.neighbor == target.neighbor && !faults_.has(Fault::reflect_to_sender)) return false;
    if (path.no_advertise) return false;
    return !(target.external && path.no_export) || faults_.has(Fault::strip_no_export);
}

std::uint32_t Exporter::changes_of(PrefixNumber prefix, bool external) const
{
    std::uint32_t changes = external ? 1 : 0;
    for (std::size_t i = 0; i < changing.size(); ++i)
        if (faults_.has(changing[i], prefix)) changes |= std::uint32_t{2} << i;
    return changes;
}

AttributeSetRef Exporter::attributes(const PathRef& path, const Target& target, const RouteKey& key, PrefixNumber prefix)
{
    const auto changes = changes_of(prefix, target.external);
    const auto hop = next_hop(*path, target, key.family);
    std::size_t hash = 0;
    boost::hash_combine(hash, path.get());
    boost::hash_combine(hash, std::uint64_t{changes} << 32 | std::uint64_t{static_cast<std::uint16_t>(key.family.afi)} << 8 |
                                  static_cast<std::uint8_t>(key.family.safi));
    boost::hash_range(hash, hop.begin(), hop.end());
    if (const auto known = known_.find(hash); known != known_.end() && known->second.path == path)
        return known->second.attributes;

    const auto received = path->attributes->octets();
    Octets octets;
    if (target.external) {
        octets = leaving_the_as(received);
    } else {
        octets.assign(received.begin(), received.end());
        if (!path->from.external) {   // reflected: RFC 4456 section 8
            if (!attribute_value(octets, AttributeType::originator_id))
                octets = with_attribute(octets, AttributeType::originator_id, optional_non_transitive,
                                        u32_octets(path->from.identifier.value));
            auto clusters = u32_octets(identifier_.value);
            if (const auto before = attribute_value(octets, AttributeType::cluster_list))
                clusters.insert(clusters.end(), before->begin(), before->end());
            octets = with_attribute(octets, AttributeType::cluster_list, optional_non_transitive, clusters);
        }
    }
    auto set = pool_.intern(changed(std::move(octets), changes), hop);
    if (known_.size() >= most_known) known_.clear();
    known_.insert_or_assign(hash, Known{path, set});
    return set;
}

Octets Exporter::changed(Octets octets, std::uint32_t changes) const
{
    const auto wants = [&](Fault fault) {
        for (std::size_t i = 0; i < changing.size(); ++i)
            if (changing[i] == fault) return (changes & std::uint32_t{2} << i) != 0;
        return false;
    };
    const auto value = [&](AttributeType type) { return copy_of(attribute_value(octets, type)); };
    const auto put = [&](AttributeType type, std::uint8_t flags, const std::optional<Octets>& to) {
        octets = with_attribute(octets, type, flags, to);
    };
    if (wants(Fault::strip_no_export) && attribute_value(octets, AttributeType::communities)) {
        const auto left = without_no_export(value(AttributeType::communities));
        put(AttributeType::communities, optional_transitive, left.empty() ? std::nullopt : std::optional{left});
    }
    if (wants(Fault::change_community)) {
        auto communities = value(AttributeType::communities);
        if (communities.size() >= 4) communities.erase(communities.begin(), communities.begin() + 4);
        put(AttributeType::communities, optional_transitive, with_community(communities, fault_community));
    }
    if (wants(Fault::add_no_export))
        put(AttributeType::communities, optional_transitive, with_community(value(AttributeType::communities), no_export));
    if (wants(Fault::change_med)) put(AttributeType::multi_exit_disc, optional_non_transitive, u32_octets(fault_number));
    if (wants(Fault::change_local_pref)) put(AttributeType::local_pref, well_known, u32_octets(fault_number));
    if (wants(Fault::change_origin)) {
        const auto origin = value(AttributeType::origin);
        put(AttributeType::origin, well_known, Octets{static_cast<std::uint8_t>(origin.empty() ? 2 : (origin[0] + 1) % 3)});
    }
    if (wants(Fault::change_path)) put(AttributeType::as_path, well_known, with_as_at_end(value(AttributeType::as_path)));
    return octets;
}

Octets Exporter::next_hop(const Path& path, const Target& target, Family family)
{
    const auto received = path.attributes->next_hop();
    Octets octets{received.begin(), received.end()};
    if (octets.empty()) return octets;   // flow specifications: RFC 8955 section 4
    const bool is_ip = family.afi == Afi::ipv4 || family.afi == Afi::ipv6;
    const auto suits = [&](const IpAddress& address) { return !is_ip || address.is_v4() == (family.afi == Afi::ipv4); };
    const auto set = [&](const IpAddress& address) {
        octets.clear();
        Writer out{octets};
        write_address(address, out);   // a route distinguisher of zero is put before it where it has to be
    };
    if (faults_.has(Fault::change_next_hop)) {
        const auto word = faults_.word(Fault::change_next_hop);
        if (word == "third-party") return octets;
        if (word == "garbage") {
            const bool is_v6 = is_ip ? family.afi == Afi::ipv6 : target.local.is_v6();
            return Octets(is_v6 ? Ipv6Address::octets : Ipv4Address::octets, 0xff);
        }
        if (suits(target.remote)) {   // "receiver"; of the other family nobody knows its address
            set(target.remote);
            return octets;
        }
    }
    // A reflector leaves it as it is: RFC 4456 section 10.
    if (!target.external && !path.from.external) return octets;
    octets.clear();   // the session's own
    if (suits(target.local)) return octets;
    if (const auto other = own_address(target.local, family.afi); other != IpAddress{}) set(other);
    return octets;
}

IpAddress Exporter::own_address(const IpAddress& local, Afi afi)
{
    const auto [known, is_new] = own_addresses_.try_emplace({local, afi});
    if (is_new) known->second = address_of_family(local, afi).value_or(IpAddress{});
    return known->second;
}

AttributeSetRef Exporter::mistaken(const AttributeSetRef& attributes)
{
    const auto octets = attributes->octets();
    const auto communities = copy_of(attribute_value(octets, AttributeType::communities));
    return pool_.intern(
        with_attribute(octets, AttributeType::communities, optional_transitive, with_community(communities, fault_community)),
        attributes->next_hop());
}

AttributeSetRef Exporter::malformed(const AttributeSetRef& attributes)
{
    return pool_.intern(without_attribute(attributes->octets(), AttributeType::origin), attributes->next_hop());
}

PathRef Exporter::mixed(const Path& path, const Path& other)
{
    auto octets = copy_of(attribute_value(other.attributes->octets(), AttributeType::as_path));
    const auto own = attribute_value(path.attributes->octets(), AttributeType::as_path);
    if (own) octets.insert(octets.end(), own->begin(), own->end());
    return make_path(path.from,
                     pool_.intern(with_attribute(path.attributes->octets(), AttributeType::as_path, well_known, octets),
                                  path.attributes->next_hop()));
}

}   // namespace barrage::device
