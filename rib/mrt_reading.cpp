#include "rib/mrt_reading.hpp"

#include <algorithm>
#include <utility>

#include "codec/mrt/bgp4mp.hpp"
#include "codec/mrt/table_dump_v2.hpp"

namespace barrage {

namespace {

std::string place_of(const MrtError& error) { return "octet " + std::to_string(error.offset) + ": " + std::string{error.text}; }

}   // namespace

MrtReading::MrtReading(MrtRecords records, const MrtPeerChoice& of_peers, const MrtSourceOptions& options)
    : choice(of_peers), peers(of_peers), with_local(options.with_local), snapshot(options.snapshot), records_(std::move(records))
{
}

bool MrtReading::begin()
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

void MrtReading::skip(std::string_view text, LeftOutReason reason, std::uint64_t routes)
{
    ++counters.skipped[text];
    left_out.add(reason, routes, [&] { return place_of({text, record_.offset}); });
}
void MrtReading::skip(const MrtError& error, LeftOutReason reason, std::uint64_t routes)
{
    ++counters.skipped[error.text];
    left_out.add(reason, routes, [&] { return place_of(error); });
    if (first_error.empty()) first_error = place_of(error);
}

MrtCounters::Peer& MrtReading::counters_of(std::size_t peer)
{
    if (counters.peers.size() <= peer) counters.peers.resize(peers.all().size());
    return counters.peers[peer];
}

bool MrtReading::next_record()
{
    while (true) {
        auto record = first_ ? std::exchange(first_, std::nullopt) : records_.next();
        if (!record) return false;
        if (take(*record)) return true;
    }
}

bool MrtReading::take(const MrtDecoded<MrtRecord>& record)
{
    ++counters.records;
    if (!record) {
        skip(record.error());
        return false;
    }
    record_ = *record;
    ++counters.by_type[{record_.type, record_.subtype}];
    const auto time = record_.nanoseconds();
    counters.first_time = std::min(counters.first_time.value_or(time), time);
    counters.last_time = std::max(counters.last_time.value_or(time), time);
    return true;
}

void MrtReading::skip_record()
{
    const auto known = subtype_name(record_.type, record_.subtype);
    const auto text = !known.empty() ? known : is_known(record_.type) ? name(record_.type) : "record of unknown type";
    if (holds_routes())
        skip(text, LeftOutReason::unsupported);
    else
        ++counters.skipped[text];
}

bool MrtReading::holds_routes() const
{
    if (record_.type == MrtType::table_dump_v2) {
        const auto subtype = TableDumpV2Subtype{record_.subtype};
        return subtype != TableDumpV2Subtype::peer_index_table && subtype != TableDumpV2Subtype::geo_peer_table;
    }
    if (!record_.is_bgp4mp()) return true;
    if (is_state_change(Bgp4mpSubtype{record_.subtype})) return false;
    if (!is_message(Bgp4mpSubtype{record_.subtype})) return true;
    const auto message = decode_bgp4mp_message(record_);
    return !message || message->surplus || MessageType{message->message[header_octets - 1]} == MessageType::update;
}

void MrtReading::batch_is_of(std::size_t peer)
{
    last_peer = peer;
    last_time = record_.nanoseconds();
}

void MrtReading::count(const RouteBatch& batch)
{
    auto& peer = counters.peers[last_peer];
    const bool announces = batch.kind == RouteBatch::Kind::announce;
    (announces ? counters.announced : counters.withdrawn) += batch.routes;
    (announces ? peer.announced : peer.withdrawn) += batch.routes;
}

std::string MrtReading::problem_at_end()
{
    if (!records_.problem().empty()) {
        left_out.add(LeftOutReason::cut, 1, [&] { return records_.problem(); });
        return records_.problem();
    }
    if (snapshot && *snapshot > counters.snapshots)
        return "the dump has " + std::to_string(counters.snapshots) + " snapshots, and none with the number " +
               std::to_string(*snapshot);
    if (choice.is_one() && !peers.any_wanted()) return "the dump has no " + choice.text();
    return {};
}

}   // namespace barrage
