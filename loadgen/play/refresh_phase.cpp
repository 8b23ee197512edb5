// The phase refresh: receivers ask for everything again.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "codec/message/route_refresh.hpp"
#include "loadgen/play/phase_run.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

/// Until the device has marked the end of each family (RFC 7313); where it does not do that, until each route that the receiver has was
/// announced again (RFC 2918 section 4).
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
                if (auto* const seen = peer.receiver() ? peer.receiver()->reflections() : nullptr) seen->begin_refresh();
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
        if (looking_ || now < check_at_) return;
        check_at_ = now + std::chrono::milliseconds{2};
        const auto came = [&](const Of& each) {
            if (!each.line->up) return true;
            if (each.ends_wanted != 0) return each.ends >= each.ends_wanted;
            return player_.engine().numbers(*each.line->index).announced - each.announced >= each.live;
        };
        const bool all = std::ranges::all_of(asked_of_, came);
        const bool last = now >= give_up_at_;
        // Looking takes time of the receivers' threads: not again before something came.
        if (!last && (!all || looked_at_ == announced())) return;
        looking_ = true;
        looked_at_ = announced();
        look([this, last](NotReturned missed, std::uint32_t lacking) {
            looking_ = false;
            if (lacking != 0 && !last && !all_ended()) return;
            if (lacking != 0 && !all_ended())
                player_.problem(fmt::format("after a route refresh {} of {} receivers got everything again within {}",
                                            asked_of_.size() - lacking, asked_of_.size(), duration_text(asked_.timeout)));
            // An end that was marked too early: RFC 7313 section 4.1 has all routes between the two marks.
            if (missed.all() != 0) record().add_not_returned(missed, true);
            if (last_end_ != never)
                record().note = fmt::format("the device marked the end after {}", duration_text(last_end_ - began_));
            done();
            player_.look_again();
        });
    }

    TimePoint deadline() override { return looking_ ? never : check_at_; }

private:
    [[nodiscard]] bool all_ended() const
    {
        return std::ranges::all_of(
            asked_of_, [](const Of& each) { return !each.line->up || (each.ends_wanted != 0 && each.ends >= each.ends_wanted); });
    }

    [[nodiscard]] std::uint64_t announced() const
    {
        std::uint64_t sum = 0;
        for (const auto& each : asked_of_) sum += player_.engine().numbers(*each.line->index).announced;
        return sum;
    }

    /// Which routes of those that hold were not announced again, and at how many receivers any was not.
    void look(std::function<void(NotReturned, std::uint32_t)> then)
    {
        struct Sum {
            std::mutex mutex;
            NotReturned missed;
            std::uint32_t receivers = 0;
        };
        const auto sum = std::make_shared<Sum>();
        std::vector<bool> asked(player_.peers().size());
        for (const auto& each : asked_of_) asked[each.line->number] = true;
        player_.visit_receivers(
            [sum, asked = std::move(asked)](const PlayedPeer& receiver, const Reflections& seen) {
                if (!asked[receiver.number]) return;
                const auto numbers = seen.not_refreshed();
                if (numbers.empty()) return;
                NotReturned missed;
                missed.announced = numbers.size();
                for (std::size_t i = 0; i < std::min(numbers.size(), NotReturned::most_samples); ++i)
                    missed.samples.push_back(seen.routes().text_of(numbers[i]));
                const std::lock_guard lock{sum->mutex};
                sum->missed.add(missed, name_of(receiver));
                ++sum->receivers;
            },
            while_there([sum, then = std::move(then)] { then(std::move(sum->missed), sum->receivers); }));
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
    std::optional<std::uint64_t> looked_at_;   // announcements that had come then
    bool looking_ = false;
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
