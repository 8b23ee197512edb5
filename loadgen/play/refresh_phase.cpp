// The phase refresh: receivers ask for everything again.

#include <fmt/format.h>

#include <algorithm>

#include "codec/message/route_refresh.hpp"
#include "loadgen/play/phase_run.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

/// Until the device has marked the end of each family (RFC 7313); where it does not do that, until as many routes were announced
/// as the receiver has.
class RefreshRun final : public PhaseRun {
public:
    using Asked = Scenario::Refresh;
    RefreshRun(const Asked& phase, Player& player) : PhaseRun(player), asked_(phase) {}

    void begin(TimePoint now) override
    {
        began_ = now;
        give_up_at_ = now + asked_.timeout;
        for (auto* line : player_.peers().chosen(asked_.peers, PlayedPeers::Which::receivers)) {
            if (!line->up) continue;
            if (!line->route_refresh) {   // RFC 2918 section 4: only to who advertised the capability
                if (unasked_++ == 0)
                    player_.problem(fmt::format("{}: the device does not know route refresh (no capability in its OPEN to {})",
                                                record().name, name_of(*line)));
                continue;
            }
            const auto numbers = player_.engine().numbers(*line->index);
            asked_of_.push_back({line, numbers.announced, numbers.reflected_live, line->enhanced_refresh ? line->families : 0});
            Command ask{.peers = {*line->index}, .what = {}};
            ask.what.emplace_back(command::Visit{[](Peer& peer, const OnShard& here, TimePoint when) {
                auto* session = peer.established();
                if (!session) return;
                if (session->negotiated().enhanced_route_refresh) peer.observe_messages(here, {}, {MessageType::route_refresh});
                session->negotiated().families.for_each([&](Family family) {
                    Octets message;
                    encode(RouteRefresh{.family = family}, message);
                    session->send_message(std::move(message), when);
                });
            }});
            player_.engine().post(std::move(ask));
        }
        if (asked_of_.empty() && unasked_ == 0)
            player_.problem(fmt::format("{}: no receiver is up: nothing was asked for", record().name));
        check_at_ = now;
    }

    void on_event(PlayedPeer& line, const PeerEvent& event) override
    {
        const auto* message = std::get_if<happened::Message>(&event.what);
        const auto asked = std::ranges::find(asked_of_, &line, &Of::line);
        if (!message || message->sent || asked == asked_of_.end()) return;
        const auto refresh = decode_route_refresh(message->octets);
        if (!refresh || refresh->kind != RouteRefreshKind::end) return;
        ++asked->ends;
        last_end_ = event.at;
    }

    void go_on(TimePoint now) override
    {
        if (now < check_at_) return;
        check_at_ = now + std::chrono::milliseconds{2};
        const auto came = [&](const Of& each) {
            if (!each.line->up) return true;
            if (each.ends_wanted != 0) return each.ends >= each.ends_wanted;
            return player_.engine().numbers(*each.line->index).announced - each.announced >= each.live;
        };
        const auto whole = std::ranges::count_if(asked_of_, came);
        if (whole == static_cast<std::ptrdiff_t>(asked_of_.size())) {
            note_what_did_not_come();
            if (last_end_ != never)
                record().note = fmt::format("the device marked the end after {}", duration_text(last_end_ - began_));
            return done();
        }
        if (now < give_up_at_) return;
        player_.problem(fmt::format("after a route refresh {} of {} receivers got everything again within {}", whole,
                                    asked_of_.size(), duration_text(asked_.timeout)));
        done();
    }

    TimePoint deadline() override { return check_at_; }

private:
    /// An end that was marked too early: RFC 7313 section 4.1 has all routes between the two marks.
    void note_what_did_not_come()
    {
        NotReturned missed;
        for (const auto& each : asked_of_) {
            if (!each.line->up) continue;
            const auto numbers = player_.engine().numbers(*each.line->index);
            const auto wanted = std::min(each.live, numbers.reflected_live);
            const auto came = numbers.announced - each.announced;
            if (came < wanted) missed.announced += wanted - came;
        }
        if (missed.all() != 0) record().add_not_returned(missed, true);
    }

    struct Of {
        PlayedPeer* line;
        std::uint64_t announced;
        std::uint64_t live;
        std::uint32_t ends_wanted;   // 0: the device marks none
        std::uint32_t ends = 0;
    };
    const Asked& asked_;
    std::vector<Of> asked_of_;
    std::uint32_t unasked_ = 0;
    TimePoint began_ = never;
    TimePoint last_end_ = never;
    TimePoint give_up_at_ = never;
    TimePoint check_at_ = never;
};

}   // namespace

std::unique_ptr<PhaseRun> make_run(const Scenario::Refresh& phase, Player& player)
{
    return std::make_unique<RefreshRun>(phase, player);
}

}   // namespace barrage
