#include "engine/command.hpp"

#include "engine/peer.hpp"

namespace barrage {

namespace {

template <class... F>
struct Match : F... {
    using F::operator()...;
};

} // namespace

void apply(const command::Any& command, Peer& peer, TimePoint now)
{
    auto& rib = peer.adj_rib_out();
    std::visit(Match{
                   [&](const command::Start&) { peer.start(now); },
                   [&](const command::Stop& stop) { peer.stop(stop.subcode, stop.text, stop.restart, now); },
                   [&](const command::Announce& announce) { rib.announce(announce.key, announce.attributes); },
                   [&](const command::Withdraw& withdraw) { rib.withdraw(withdraw.key); },
                   [&](const command::Tell& tell) { rib.tell(tell.run); },
                   [&](const command::SendEndOfRib& end) { rib.end_of_rib(end.families); },
                   [&](const command::ClearWaiting&) { rib.clear_waiting(); },
               },
               command);
    peer.told_something();
}

} // namespace barrage
