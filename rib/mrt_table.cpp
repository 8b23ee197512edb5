#include "rib/mrt_table.hpp"

#include <algorithm>
#include <utility>

#include "codec/mrt/table_dump.hpp"
#include "rib/path_attributes.hpp"
#include "rib/update_routes.hpp"

namespace barrage {

namespace {

constexpr std::uint32_t max_batch_routes = 4096;
constexpr std::size_t least_entry_octets = 8;   // peer, time, length of no attributes: RFC 6396 section 4.3.4

}   // namespace

void MrtTable::put_nlri(const Entry& entry, Octets& into)
{
    Writer out{into};
    if (entry.path_id) out.u32(entry.path_id->value);
    out.octets(entry.nlri);
    if (const auto bits = entry.nlri.front() % 8; bits != 0 && has_prefix_nlri(entry.family))
        into.back() = static_cast<std::uint8_t>(into.back() & 0xff << (8 - bits));
}

bool MrtTable::next(RouteBatch& batch)
{
    std::uint32_t routes = 0;
    Family family = ipv4_unicast;
    bool has_path_ids = false;
    nlri_.clear();
    while (routes < max_batch_routes && next_entry()) {
        if (routes == 0) {
            if (!begin_batch()) {
                entry_waits_ = false;
                continue;
            }
            family = entry_.family;
            has_path_ids = entry_.path_id.has_value();
        } else if (entry_.peer != reading_.last_peer || entry_.family != family || entry_.path_id.has_value() != has_path_ids ||
                   !std::ranges::equal(entry_.attributes, attributes_)) {
            break;   // it waits for the next call
        }
        put_nlri(entry_, nlri_);
        ++routes;
        entry_waits_ = false;
    }
    if (routes == 0) return false;
    batch = {.kind = RouteBatch::Kind::announce,
             .family = family,
             .attributes = canonical_.octets,
             .next_hop = canonical_.next_hop,
             .nlri = nlri_,
             .has_path_ids = has_path_ids,
             .routes = routes};
    return true;
}

bool MrtTable::begin_batch()
{
    const auto found = find_next_hop_attributes(entry_.attributes);
    if (!found || !canonical_attributes(entry_.attributes,
                                        entry_.four_octet_as ? MrtReading::four_octets : MrtReading::two_octets, canonical_)) {
        reading_.skip("malformed path attributes in a RIB entry", LeftOutReason::malformed);
        return false;
    }
    auto next_hop = found->next_hop;
    if (const auto reach = found->mp_reach ? mp_reach_next_hop(*found->mp_reach) : std::nullopt;
        reach && (entry_.family.afi != Afi::ipv4 || !next_hop))
        next_hop = reach;
    if (next_hop && next_hop->size() > 0xff) next_hop.reset();
    if (is_flow_specification(entry_.family))
        canonical_.next_hop.clear();
    else if (next_hop && !next_hop->empty())
        canonical_.next_hop.assign(next_hop->begin(), next_hop->end());
    else
        fill_in_next_hop();
    if (canonical_.octets.empty()) fill_in_attributes();
    attributes_.assign(entry_.attributes.begin(), entry_.attributes.end());
    reading_.batch_is_of(entry_.peer);
    reading_.counters_of(entry_.peer);
    return true;
}

/// Some writers leave out the next hop of IPv6 routes. The peer's address stands in; for routes of the collector itself,
/// which have no peer, its BGP identifier does (in IPv6 as RFC 4798 writes such a next hop).
void MrtTable::fill_in_next_hop()
{
    ++reading_.counters.next_hops_filled_in;
    auto address = reading_.peers.all()[entry_.peer].address;
    if (address == IpAddress{Ipv4Address{}} || address == IpAddress{Ipv6Address{}})
        address = collector_ ? collector_->bgp_identifier : Ipv4Address{};
    auto octets = address.is_v6() ? address.v6().value : Ipv6Address{}.value;
    std::size_t begin = 0;
    if (address.is_v4()) {
        octets[10] = octets[11] = 0xff;
        for (std::size_t i = 0; i < 4; ++i) octets[12 + i] = static_cast<std::uint8_t>(address.v4().value >> (24 - 8 * i));
        if (entry_.family.afi == Afi::ipv4) begin = 12;
    }
    canonical_.next_hop.assign(octets.begin() + static_cast<std::ptrdiff_t>(begin), octets.end());
}

/// BIRD writes its own routes without attributes; an UPDATE needs these two.
void MrtTable::fill_in_attributes()
{
    ++reading_.counters.attributes_filled_in;
    constexpr std::uint8_t incomplete = 2;
    canonical_.octets = {flag_transitive, std::to_underlying(AttributeType::origin),  1, incomplete,
                         flag_transitive, std::to_underlying(AttributeType::as_path), 0};
}

bool MrtTable::next_entry()
{
    while (!entry_waits_) {
        if (rib_.entry_count > 0) {
            take_rib_entry();
        } else if (!reading_.next_record()) {
            return false;
        } else {
            take_record();
        }
    }
    return true;
}

void MrtTable::take_rib_entry()
{
    --rib_.entry_count;
    const auto entry = read_rib_entry(rib_);
    if (!entry)
        return reading_.skip(entry.error(), LeftOutReason::malformed,
                             1u + std::min(std::exchange(rib_.entry_count, std::uint16_t{0}), most_entries_));
    const auto peer = reading_.peers.number_at(entry->peer_index);
    if (!peer) return reading_.skip("RIB entry of a peer that is not in the table of peers", LeftOutReason::malformed);
    if (!reading_.peers.is_wanted(*peer)) return;
    entry_ = {*peer, rib_.family, rib_.nlri, entry->path_id, entry->attributes, true};
    entry_waits_ = true;
}

void MrtTable::take_record()
{
    if (reading_.record().type == MrtType::table_dump) return take_table_dump();
    const auto subtype = TableDumpV2Subtype{reading_.record().subtype};
    if (reading_.record().type == MrtType::table_dump_v2 && subtype == TableDumpV2Subtype::peer_index_table) {
        const auto table = decode_peer_index_table(reading_.record());
        if (!table) return reading_.skip(table.error());
        ++reading_.counters.snapshots;
        collector_ = MrtSource::Collector{table->collector, std::string{table->view_name}};
        if (is_wanted_snapshot()) reading_.peers.set_table(table->peers);
    } else if (reading_.record().type == MrtType::table_dump_v2 && !is_wanted_snapshot()) {
        return;
    } else if (reading_.record().type == MrtType::table_dump_v2 && is_rib(subtype)) {
        auto rib = decode_rib_record(reading_.record());
        if (!rib) return reading_.skip(rib.error());
        rib_ = *rib;
        most_entries_ = static_cast<std::uint16_t>(std::min<std::size_t>(rib_.entries.remaining() / least_entry_octets, 0xffff));
    } else {
        reading_.skip_record();
    }
}

void MrtTable::take_table_dump()
{
    if (reading_.snapshot) return;   // TABLE_DUMP has no tables of peers, and so nothing that would part its snapshots
    const auto route = decode_table_dump(reading_.record());
    if (!route) return reading_.skip(route.error());
    const auto peer = reading_.peers.number_of({route->peer_address, route->peer_as, {}});
    if (!reading_.peers.is_wanted(peer)) return;
    table_dump_nlri_.assign(1, route->prefix_length);
    table_dump_nlri_.insert(table_dump_nlri_.end(), route->prefix.begin(), route->prefix.end());
    entry_ = {peer, route->family, table_dump_nlri_, std::nullopt, route->attributes, false};
    entry_waits_ = true;
}

std::optional<MrtSource::FullestPeer> MrtTable::find_fullest_peer()
{
    std::vector<std::uint64_t> routes;
    while (next_entry()) {
        if (routes.size() < reading_.peers.all().size()) routes.resize(reading_.peers.all().size());
        ++routes[entry_.peer];
        entry_waits_ = false;
    }
    const auto most = std::ranges::max_element(routes);
    if (most == routes.end() || *most == 0) return std::nullopt;
    const auto index = static_cast<std::size_t>(most - routes.begin());
    return MrtSource::FullestPeer{index, reading_.peers.all()[index]};
}

}   // namespace barrage
