#include "rib/mrt_source.hpp"

#include <algorithm>
#include <cassert>

#include "codec/mrt/bgp4mp.hpp"
#include "codec/mrt/table_dump.hpp"
#include "codec/mrt/table_dump_v2.hpp"
#include "rib/kept_octets.hpp"
#include "rib/mrt_records.hpp"
#include "rib/path_attributes.hpp"
#include "rib/update_routes.hpp"

namespace barrage {

namespace {

constexpr std::uint32_t max_batch_routes = 4096;

constexpr SessionOptions four_octets{};
constexpr SessionOptions two_octets{.four_octet_as = false};

// One route of a table, as views into the record it stands in.
struct TableEntry {
    std::size_t peer = 0;
    Family family = ipv4_unicast;
    std::uint8_t prefix_length = 0;
    OctetView prefix;
    std::optional<PathId> path_id;
    OctetView attributes;
    bool four_octet_as = true;
};

void put_nlri(const TableEntry& entry, Octets& into)
{
    Writer out{into};
    if (entry.path_id) out.u32(entry.path_id->value);
    out.u8(entry.prefix_length);
    out.octets(entry.prefix);
    if (const auto bits = entry.prefix_length % 8; bits != 0)
        into.back() = static_cast<std::uint8_t>(into.back() & 0xff << (8 - bits));
}

}   // namespace

class MrtSource::State {
public:
    State(MrtRecords records, const MrtPeerChoice& choice, const MrtSourceOptions& options)
        : records_(std::move(records)), choice_(choice), peers_(choice), with_local_(options.with_local),
          snapshot_(options.snapshot)
    {
    }

    /// False where the octets are no MRT dump. One that is cut in its first record is one all the same.
    bool begin()
    {
        first_ = records_.next();
        const auto type = !first_ ? records_.cut_type().value_or(MrtType{}) : *first_ ? (**first_).type : MrtType{};
        if (!is_known(type)) return false;
        // Records of other protocols may stand before what shows the kind of the dump.
        while (first_ && !(*first_ && ((**first_).is_table() || (**first_).is_bgp4mp() || (**first_).type == mrt_bgp))) {
            if (take(*first_)) skip_record();
            first_ = records_.next();
        }
        is_table_ = first_ ? (**first_).is_table() : type == MrtType::table_dump || type == MrtType::table_dump_v2;
        return true;
    }

    bool next(RouteBatch& batch)
    {
        const bool given = is_table_ ? next_of_table(batch) : next_of_updates(batch);
        if (!given) {
            if (problem_.empty() && !records_.problem().empty()) {
                problem_ = records_.problem();
                left_out_.add(LeftOutReason::cut, 1, [&] { return problem_; });
            }
            if (problem_.empty() && snapshot_ && *snapshot_ > counters_.snapshots)
                problem_ = "the dump has " + std::to_string(counters_.snapshots) + " snapshots, and none with the number " +
                           std::to_string(*snapshot_);
            if (problem_.empty() && choice_.is_one() && !peers_.any_wanted()) problem_ = "the dump has no " + choice_.text();
            return false;
        }
        auto& peer = counters_.peers[last_peer_];
        const bool announces = batch.kind == RouteBatch::Kind::announce;
        (announces ? counters_.announced : counters_.withdrawn) += batch.routes;
        (announces ? peer.announced : peer.withdrawn) += batch.routes;
        return true;
    }

    /// Reads everything; nothing where there is no route at all.
    std::optional<FullestPeer> find_fullest_peer()
    {
        std::vector<std::uint64_t> routes;
        while (next_entry()) {
            if (routes.size() < peers_.all().size()) routes.resize(peers_.all().size());
            ++routes[entry_.peer];
            entry_waits_ = false;
        }
        const auto most = std::ranges::max_element(routes);
        if (most == routes.end() || *most == 0) return std::nullopt;
        const auto index = static_cast<std::size_t>(most - routes.begin());
        return FullestPeer{index, peers_.all()[index]};
    }

    MrtRecords records_;
    MrtPeerChoice choice_;
    MrtPeers peers_;
    bool with_local_;
    std::optional<std::uint32_t> snapshot_;
    MrtCounters counters_;
    std::optional<Collector> collector_;
    std::optional<FullestPeer> fullest_;
    std::string problem_;
    std::string first_error_;
    LeftOut left_out_;
    bool is_table_ = false;
    std::int64_t last_time_ = 0;
    std::size_t last_peer_ = 0;

private:
    /// … of the record at hand.
    void skip(std::string_view text, LeftOutReason reason, std::uint64_t routes = 1)
    {
        ++counters_.skipped[text];
        left_out_.add(reason, routes, [&] { return place_of({text, record_.offset}); });
    }
    void skip(const MrtError& error, LeftOutReason reason = LeftOutReason::malformed, std::uint64_t routes = 1)
    {
        ++counters_.skipped[error.text];
        left_out_.add(reason, routes, [&] { return place_of(error); });
        if (first_error_.empty()) first_error_ = place_of(error);
    }
    static std::string place_of(const MrtError& error)
    {
        return "octet " + std::to_string(error.offset) + ": " + std::string{error.text};
    }

    MrtCounters::Peer& counters_of(std::size_t peer)
    {
        if (counters_.peers.size() <= peer) counters_.peers.resize(peers_.all().size());
        return counters_.peers[peer];
    }

    /// The next record, malformed ones left out; false at the end.
    bool next_record()
    {
        while (true) {
            auto record = first_ ? std::exchange(first_, std::nullopt) : records_.next();
            if (!record) return false;
            if (take(*record)) return true;
        }
    }

    /// It is the record at hand, unless it is malformed.
    bool take(const MrtDecoded<MrtRecord>& record)
    {
        ++counters_.records;
        if (!record) {
            skip(record.error());
            return false;
        }
        record_ = *record;
        ++counters_.by_type[{record_.type, record_.subtype}];
        const auto time = record_.nanoseconds();
        counters_.first_time = std::min(counters_.first_time.value_or(time), time);
        counters_.last_time = std::max(counters_.last_time.value_or(time), time);
        return true;
    }

    void skip_record()
    {
        const auto known = subtype_name(record_.type, record_.subtype);
        const auto text = !known.empty() ? known : is_known(record_.type) ? name(record_.type) : "record of unknown type";
        if (holds_routes())
            skip(text, LeftOutReason::unsupported);
        else
            ++counters_.skipped[text];
    }

    /// Whether the record at hand may hold routes.
    [[nodiscard]] bool holds_routes() const
    {
        if (record_.type == MrtType::table_dump_v2) {
            const auto subtype = TableDumpV2Subtype{record_.subtype};
            return subtype != TableDumpV2Subtype::peer_index_table && subtype != TableDumpV2Subtype::geo_peer_table;
        }
        if (!record_.is_bgp4mp()) return true;
        if (is_state_change(Bgp4mpSubtype{record_.subtype})) return false;
        if (!is_message(Bgp4mpSubtype{record_.subtype})) return true;
        const auto message = decode_bgp4mp_message(record_);
        return !message || MessageType{message->message[header_octets - 1]} == MessageType::update;
    }

    // ---- tables

    bool next_of_table(RouteBatch& batch)
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
            } else if (entry_.peer != last_peer_ || entry_.family != family || entry_.path_id.has_value() != has_path_ids ||
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

    /// Takes attributes, peer and time of the entry that waits.
    bool begin_batch()
    {
        const auto found = find_next_hop_attributes(entry_.attributes);
        if (!found || !canonical_attributes(entry_.attributes, entry_.four_octet_as ? four_octets : two_octets, canonical_)) {
            skip("malformed path attributes in a RIB entry", LeftOutReason::malformed);
            return false;
        }
        auto next_hop = found->next_hop;
        if (const auto reach = found->mp_reach ? mp_reach_next_hop(*found->mp_reach) : std::nullopt;
            reach && (entry_.family.afi != Afi::ipv4 || !next_hop))
            next_hop = reach;
        if (next_hop && next_hop->size() > 0xff) next_hop.reset();
        if (next_hop && !next_hop->empty())
            canonical_.next_hop.assign(next_hop->begin(), next_hop->end());
        else
            fill_in_next_hop();
        if (canonical_.octets.empty()) fill_in_attributes();
        attributes_.assign(entry_.attributes.begin(), entry_.attributes.end());
        last_peer_ = entry_.peer;
        last_time_ = record_.nanoseconds();
        counters_of(last_peer_);
        return true;
    }

    /// Some writers leave out the next hop of IPv6 routes. The peer's address stands in; for routes of the collector itself,
    /// which have no peer, its BGP identifier does (in IPv6 as RFC 4798 writes such a next hop).
    void fill_in_next_hop()
    {
        ++counters_.next_hops_filled_in;
        auto address = peers_.all()[entry_.peer].address;
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
    void fill_in_attributes()
    {
        ++counters_.attributes_filled_in;
        constexpr std::uint8_t incomplete = 2;
        canonical_.octets = {flag_transitive, std::to_underlying(AttributeType::origin),  1, incomplete,
                             flag_transitive, std::to_underlying(AttributeType::as_path), 0};
    }

    /// Makes `entry_` the next one of a peer that is wanted, unless one waits already; false at the end.
    bool next_entry()
    {
        while (!entry_waits_) {
            if (rib_.entry_count > 0) {
                take_rib_entry();
            } else if (!next_record()) {
                return false;
            } else {
                take_table_record();
            }
        }
        return true;
    }

    void take_rib_entry()
    {
        --rib_.entry_count;
        const auto entry = read_rib_entry(rib_);
        if (!entry) return skip(entry.error(), LeftOutReason::malformed, 1u + std::exchange(rib_.entry_count, std::uint16_t{0}));
        const auto peer = peers_.number_at(entry->peer_index);
        if (!peer) return skip("RIB entry of a peer that is not in the table of peers", LeftOutReason::malformed);
        if (!peers_.is_wanted(*peer)) return;
        entry_ = {*peer, rib_.family, rib_.prefix_length, rib_.prefix, entry->path_id, entry->attributes, true};
        entry_waits_ = true;
    }

    void take_table_record()
    {
        if (record_.type == MrtType::table_dump) return take_table_dump();
        const auto subtype = TableDumpV2Subtype{record_.subtype};
        if (record_.type == MrtType::table_dump_v2 && subtype == TableDumpV2Subtype::peer_index_table) {
            const auto table = decode_peer_index_table(record_);
            if (!table) return skip(table.error());
            ++counters_.snapshots;
            collector_ = Collector{table->collector, std::string{table->view_name}};
            if (is_wanted_snapshot()) peers_.set_table(table->peers);
        } else if (record_.type == MrtType::table_dump_v2 && !is_wanted_snapshot()) {
            return;
        } else if (record_.type == MrtType::table_dump_v2 && is_prefix_rib(subtype)) {
            auto rib = decode_rib_record(record_);
            if (!rib) return skip(rib.error());
            rib_ = *rib;
        } else {
            skip_record();
        }
    }

    [[nodiscard]] bool is_wanted_snapshot() const noexcept { return !snapshot_ || *snapshot_ == counters_.snapshots; }

    void take_table_dump()
    {
        if (snapshot_) return;   // TABLE_DUMP has no tables of peers, and so nothing that would part its snapshots
        const auto route = decode_table_dump(record_);
        if (!route) return skip(route.error());
        const auto peer = peers_.number_of({route->peer_address, route->peer_as, {}});
        if (!peers_.is_wanted(peer)) return;
        entry_ = {peer, route->family, route->prefix_length, route->prefix, std::nullopt, route->attributes, false};
        entry_waits_ = true;
    }

    // ---- updates

    bool next_of_updates(RouteBatch& batch)
    {
        while (batches_.empty()) {
            if (!next_record()) return false;
            if (record_.type == mrt_bgp)
                take_old_record();
            else if (!record_.is_bgp4mp())
                skip_record();
            else if (is_message(Bgp4mpSubtype{record_.subtype}))
                take_message();
            else if (is_state_change(Bgp4mpSubtype{record_.subtype}))
                take_state_change(decode_bgp4mp_state_change(record_));
            else
                skip_record();
        }
        batch = batches_.front();
        batch.time = last_time_;
        batches_ = batches_.subspan(1);
        return true;
    }

    void take_message()
    {
        const auto message = decode_bgp4mp_message(record_);
        if (!message) return skip(message.error());
        if (message->sent_by_collector && !with_local_) {
            ++counters_.local_messages;
            return;
        }
        ++counters_.messages;
        if (MessageType{message->message[header_octets - 1]} != MessageType::update) return;
        take_update(message->session, message->message, message->four_octet_as ? four_octets : two_octets, message->has_path_ids);
    }

    void take_update(const Bgp4mpSession& session, OctetView message, const SessionOptions& options, bool has_path_ids)
    {
        const auto peer = peers_.number_of({session.peer_address, session.peer_as, {}});
        ++counters_of(peer).updates;
        ++counters_.updates;
        if (!peers_.is_wanted(peer)) return;
        update_.read(message, options, has_path_ids);
        for (const auto& problem : update_.problems())
            skip(MrtError{problem.text, record_.offset}, problem.reason, problem.routes);
        batches_ = update_.batches();
        last_peer_ = peer;
        last_time_ = record_.nanoseconds();
    }

    /// Of type 5: messages without their header.
    void take_old_record()
    {
        switch (MrtBgpSubtype{record_.subtype}) {
        case MrtBgpSubtype::update: break;
        case MrtBgpSubtype::open:
        case MrtBgpSubtype::notify:
        case MrtBgpSubtype::keepalive: ++counters_.messages; return;
        case MrtBgpSubtype::state_change: return take_state_change(decode_mrt_bgp_state_change(record_));
        default: return skip_record();
        }
        const auto message = decode_mrt_bgp_message(record_);
        if (!message) return skip(message.error());
        ++counters_.messages;
        if (message->body.size() > max_message_octets - header_octets)
            return skip(MrtError{"BGP message longer than 4096 octets", record_.offset});
        with_header_.assign(16, 0xff);   // RFC 4271 section 4.1
        Writer out{with_header_};
        out.u16(static_cast<std::uint16_t>(header_octets + message->body.size()));
        out.u8(std::to_underlying(MessageType::update));
        out.octets(message->body);
        take_update(message->session, with_header_, two_octets, false);
    }

    void take_state_change(const MrtDecoded<Bgp4mpStateChange>& change)
    {
        if (!change) return skip(change.error());
        ++counters_of(peers_.number_of({change->session.peer_address, change->session.peer_as, {}})).state_changes;
    }

    std::optional<MrtDecoded<MrtRecord>> first_;   // read to see what the dump is
    MrtRecord record_;

    RibRecord rib_;   // entry_count: how many are left
    TableEntry entry_;
    bool entry_waits_ = false;
    Octets attributes_;   // as they stand in the dump, of the batch being made
    Octets nlri_;
    CanonicalAttributes canonical_;

    Octets with_header_;   // a message that stood in the dump without
    UpdateRoutes update_;
    std::span<const RouteBatch> batches_;   // of update_, not yet given out
};

std::expected<MrtSource, std::string> MrtSource::open(OpenOctets open, const MrtSourceOptions& options)
{
    auto source = open();
    if (!source) return std::unexpected(source.error());
    auto kept = std::make_shared<KeptOctets>(options.keep_octets);
    const auto choice = options.peer.value_or(MrtPeerChoice{});
    auto state = std::make_unique<State>(MrtRecords{KeptOctets::keep(std::move(*source), kept)}, choice, options);
    if (!state->begin()) {
        const auto problem = state->records_.source_problem();
        return std::unexpected(problem.empty() ? "is no MRT dump" : "is no MRT dump: " + problem);
    }
    if (!state->is_table_ || choice.by != MrtPeerChoice::By::most_routes) {
        kept->stop();
        return MrtSource{std::move(state)};
    }

    const auto fullest = state->find_fullest_peer();
    const MrtPeerChoice found{.by = fullest ? MrtPeerChoice::By::index : MrtPeerChoice::By::all,
                              .number = static_cast<std::uint32_t>(fullest ? fullest->index : 0)};
    const bool complete = kept->complete();
    // The problem of the octets, without what MrtRecords adds: it will add it again.
    auto again = complete ? KeptOctets::replay(std::move(kept), state->records_.source_problem()) : OctetSource{};
    if (!complete) {
        auto reopened = open();
        if (!reopened) return std::unexpected(reopened.error());
        again = std::move(*reopened);
    }
    state = std::make_unique<State>(MrtRecords{std::move(again)}, found, options);
    if (!state->begin()) return std::unexpected("changed while it was read");
    state->fullest_ = fullest;
    return MrtSource{std::move(state)};
}

MrtSource::MrtSource(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
MrtSource::MrtSource(MrtSource&&) noexcept = default;
MrtSource& MrtSource::operator=(MrtSource&&) noexcept = default;
MrtSource::~MrtSource() = default;

bool MrtSource::next(RouteBatch& batch) { return state_->next(batch); }
std::string MrtSource::problem() const { return state_->problem_; }
bool MrtSource::is_ordered() const noexcept { return !state_->is_table_; }
std::int64_t MrtSource::last_time() const noexcept { return state_->last_time_; }
std::size_t MrtSource::last_peer() const noexcept { return state_->last_peer_; }
const std::vector<MrtPeer>& MrtSource::peers() const noexcept { return state_->peers_.all(); }
const std::optional<MrtSource::FullestPeer>& MrtSource::fullest_peer() const noexcept { return state_->fullest_; }
const MrtCounters& MrtSource::counters() const noexcept { return state_->counters_; }
const std::optional<MrtSource::Collector>& MrtSource::collector() const noexcept { return state_->collector_; }
const LeftOut& MrtSource::left_out() const noexcept { return state_->left_out_; }
const std::string& MrtSource::first_error() const noexcept { return state_->first_error_; }

}   // namespace barrage
