#include "engine/command.hpp"

#include "codec/match.hpp"
#include "engine/peer.hpp"

namespace barrage {

void apply(const OnShard& here, const command::Any& command, Peer& peer, TimePoint now)
{
    auto& rib = peer.adj_rib_out();
    std::visit(Match{
                   [&](const command::Start&) { peer.start(here, now); },
                   [&](const command::Stop& stop) { peer.stop(here, stop.subcode, stop.text, stop.restart, now); },
                   [&](const command::Announce& announce) { rib.announce(announce.key, announce.attributes); },
                   [&](const command::Withdraw& withdraw) { rib.withdraw(withdraw.key, withdraw.attributes); },
                   [&](const command::SendRun& send) { rib.queue_run(send.run); },
                   [&](const command::SendEndOfRib& end) { rib.end_of_rib(end.families); },
                   [&](const command::ClearWaiting&) { rib.clear_waiting(); },
                   [&](const command::WithdrawAll&) { rib.withdraw_all(); },
                   [&](const command::Resend& again) {
                       if (!peer.established()) return;
                       const auto& negotiated = peer.established()->negotiated().families;
                       rib.refresh(
                           {.families = again.families & negotiated, .negotiated = negotiated, .brackets = again.brackets});
                   },
                   [&](const command::SendMessage& send) {
                       if (peer.established()) peer.established()->send_message(send.message, now);
                   },
                   [&](const command::Teardown& teardown) { peer.stop(here, teardown.notification, teardown.restart, now); },
                   [&](const command::Visit& visit) { visit.visit(peer, here, now); },
               },
               command);
    peer.sends_something(here);
}

}   // namespace barrage
