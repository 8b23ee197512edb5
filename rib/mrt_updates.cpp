#include "rib/mrt_updates.hpp"

namespace barrage {

bool MrtUpdates::next(RouteBatch& batch)
{
    while (batches_.empty()) {
        if (!reading_.next_record()) return false;
        if (reading_.record().type == mrt_bgp)
            take_old_record();
        else if (!reading_.record().is_bgp4mp())
            reading_.skip_record();
        else if (is_message(Bgp4mpSubtype{reading_.record().subtype}))
            take_message();
        else if (is_state_change(Bgp4mpSubtype{reading_.record().subtype}))
            take_state_change(decode_bgp4mp_state_change(reading_.record()));
        else
            reading_.skip_record();
    }
    batch = batches_.front();
    batch.time = reading_.last_time;
    batches_ = batches_.subspan(1);
    return true;
}

void MrtUpdates::take_message()
{
    const auto message = decode_bgp4mp_message(reading_.record());
    if (!message) return reading_.skip(message.error());
    if (message->sent_by_collector && !reading_.with_local) {
        ++reading_.counters.local_messages;
        return;
    }
    ++reading_.counters.messages;
    // Some writers use the subtypes without path identifiers for sessions that have them.
    if (MessageType{message->message[header_octets - 1]} == MessageType::update)
        take_update(message->session, message->message, message->four_octet_as ? MrtReading::four_octets : MrtReading::two_octets,
                    message->has_path_ids ? PathIds::present : PathIds::where_else_malformed);
    // Whatever the message is, the octets behind it may have been an UPDATE.
    if (message->surplus && reading_.peers.is_wanted(number_of_peer(message->session))) reading_.skip(*message->surplus);
}

std::size_t MrtUpdates::number_of_peer(const Bgp4mpSession& session)
{
    return reading_.peers.number_of({session.peer_address, session.peer_as, {}});
}

void MrtUpdates::take_update(const Bgp4mpSession& session, OctetView message, const SessionOptions& options, PathIds path_ids)
{
    const auto peer = number_of_peer(session);
    ++reading_.counters_of(peer).updates;
    ++reading_.counters.updates;
    if (!reading_.peers.is_wanted(peer)) return;
    update_.read(message, options, path_ids);
    for (const auto& problem : update_.problems())
        reading_.skip(MrtError{problem.text, reading_.record().offset}, problem.reason, problem.routes);
    batches_ = update_.batches();
    reading_.batch_is_of(peer);
}

void MrtUpdates::take_old_record()
{
    switch (MrtBgpSubtype{reading_.record().subtype}) {
    case MrtBgpSubtype::update: break;
    case MrtBgpSubtype::open:
    case MrtBgpSubtype::notify:
    case MrtBgpSubtype::keepalive: ++reading_.counters.messages; return;
    case MrtBgpSubtype::state_change: return take_state_change(decode_mrt_bgp_state_change(reading_.record()));
    default: return reading_.skip_record();
    }
    const auto message = decode_mrt_bgp_message(reading_.record());
    if (!message) return reading_.skip(message.error());
    ++reading_.counters.messages;
    if (message->body.size() > max_message_octets - header_octets)
        return reading_.skip(MrtError{"BGP message longer than 4096 octets", reading_.record().offset});
    with_header_.assign(16, 0xff);   // RFC 4271 section 4.1
    Writer out{with_header_};
    out.u16(static_cast<std::uint16_t>(header_octets + message->body.size()));
    out.u8(std::to_underlying(MessageType::update));
    out.octets(message->body);
    take_update(message->session, with_header_, MrtReading::two_octets, PathIds::absent);
}

void MrtUpdates::take_state_change(const MrtDecoded<Bgp4mpStateChange>& change)
{
    if (!change) return reading_.skip(change.error());
    ++reading_.counters_of(number_of_peer(change->session)).state_changes;
}

}   // namespace barrage
