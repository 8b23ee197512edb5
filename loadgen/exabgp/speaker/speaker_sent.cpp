// Answers that wait for the wire: asked again and again, as whoever wants them is a program that waits for each.

#include <atomic>

#include "loadgen/exabgp/speaker/speaker_line.hpp"

namespace barrage::exabgp {

namespace {

constexpr auto ask_again_after = std::chrono::milliseconds{1};

}   // namespace

void Speaker::when_sent(const Neighbors& to, Answer answer)
{
    auto peers = peers_of(to, true);
    if (peers.empty()) return only_answer(std::move(answer));
    const auto waits = std::make_shared<std::atomic<bool>>(false);
    const auto look = [waits](Peer& peer, const OnShard&, TimePoint) {
        auto* session = peer.established();
        if (session && (peer.adj_rib_out().has_waiting() || !session->outbox().empty())) *waits = true;
    };
    engine_.post({.peers = std::move(peers),
                  .what = {command::Visit{look}},
                  .answer = [this, waits, to, answer = std::move(answer)]() mutable {
                      if (!*waits) return answer();
                      call_at(Clock::now() + ask_again_after, [this, to, answer = std::move(answer)] { when_sent(to, answer); });
                  }});
}

}   // namespace barrage::exabgp
