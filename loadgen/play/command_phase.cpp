// The phase command: lines of an API program, for peers of the scenario.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "codec/match.hpp"
#include "codec/message/route_refresh.hpp"
#include "loadgen/play/phase_run.hpp"
#include "loadgen/play/settling.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

class CommandRun final : public PhaseRun {
public:
    using Asked = Scenario::Command;
    CommandRun(const Asked& phase, Player& player) : PhaseRun(player), asked_(phase) {}

    void begin(TimePoint now) override
    {
        give_up_at_ = now + asked_.timeout;
        const auto asked = player_.peers().chosen(asked_.peers, PlayedPeers::Which::senders);
        lines_ = player_.up_of(asked, record());
        Player::Numbers numbers;
        for (const auto& line : player_.lines_of(asked_))
            if (const auto* routes = std::get_if<std::vector<ApiLine::Route>>(&line.what))
                for (const auto& route : *routes) numbers.insert(player_.number_of(route.key));
        for (const auto* peer : lines_) in_tables_.emplace(peer, player_.in_tables(*peer, numbers));
        for (const auto& line : player_.lines_of(asked_)) {
            std::size_t peers = 0;
            for (auto* peer : lines_)
                if (line.selector.any_of.empty() || line.selector.matches(name_of(*peer))) {
                    ++peers;
                    carry_out(line, *peer, now);
                }
            const bool is_excusable = std::ranges::any_of(asked, [&](const auto* peer) {
                return player_.is_excused(*peer) && (line.selector.any_of.empty() || line.selector.matches(name_of(*peer)));
            });
            if (peers == 0 && !lines_.empty() && !is_excusable)
                player_.problem(fmt::format("{}: '{}' is for none of the peers that are up", record().name, line.text));
        }
        settling_.begin(lines_, now);
        record().note =
            fmt::format("{} line{}", player_.lines_of(asked_).size(), player_.lines_of(asked_).size() == 1 ? "" : "s");
    }

    void go_on(TimePoint now) override
    {
        if (std::ranges::any_of(lines_, [](const PlayedPeer* line) { return line->going_down && line->up; })) return;
        if (settling_.is_settled(player_, now)) return done();
        if (now < give_up_at_) return;
        player_.problem(fmt::format("{}: not all was acknowledged within {}", record().name, duration_text(asked_.timeout)));
        done();
    }

    TimePoint deadline() override { return is_done() ? never : std::min(settling_.deadline(), give_up_at_); }

private:
    /// As a neighbour of ExaBGP would be named.
    [[nodiscard]] exabgp::NeighborName name_of(const PlayedPeer& line) const
    {
        const auto& config = line.config;
        const auto& open = config.session.open;
        return {.peer = to_text(config.remote.address),
                .local_ip = config.local_address ? to_text(*config.local_address) : std::string{},
                .local_as = fmt::to_string(open.my_as.value),
                .peer_as = player_.scenario().dut.as ? fmt::to_string(player_.scenario().dut.as->value) : std::string{},
                .router_id = to_text(open.bgp_identifier),
                .family_allowed = {}};
    }

    void carry_out(const ApiLine& line, PlayedPeer& peer, TimePoint now)
    {
        Command command{.peers = {*peer.index}, .what = {}};
        std::visit(
            Match{
                [&](const std::vector<ApiLine::Route>& routes) {
                    for (const auto& route : routes) command.what.push_back(advertised(route, peer));
                },
                [&](const ApiLine::EndOfRib& end) { command.what.emplace_back(command::SendEndOfRib{FamilySet{end.family}}); },
                [&](const ApiLine::Refresh& refresh) {
                    Octets message;
                    encode(RouteRefresh{.family = refresh.family}, message);
                    command.what.emplace_back(command::SendMessage{std::move(message)});
                },
                [&](const ApiLine::Teardown& teardown) { player_.end(peer, command::Stop{.subcode = teardown.subcode}, now); },
                [&](const ApiLine::Readvertise&) {
                    command.what.emplace_back(command::Visit{[](Peer& each, const OnShard& here, TimePoint) {
                        if (const auto* session = each.established())
                            each.adj_rib_out().refresh({.negotiated = session->negotiated().families});
                        each.sends_something(here);
                    }});
                },
            },
            line.what);
        if (!command.what.empty()) player_.engine().post(std::move(command));
    }

    command::Any advertised(const ApiLine::Route& route, PlayedPeer& peer)
    {
        const auto number = player_.number_of(route.key);
        const bool in_table = in_tables_[&peer].contains(number);
        if (in_table) peer.changed_singly.insert(number);
        player_.advertised(peer, number, !route.attributes, in_table);
        if (!route.attributes) return command::Withdraw{route.key};
        player_.now_comes_with(peer, number, *route.attributes);
        return command::Announce{route.key, route.attributes};
    }

    const Asked& asked_;
    std::vector<PlayedPeer*> lines_;
    std::map<const PlayedPeer*, Player::Numbers> in_tables_;   // of what the lines announce, what their tables have
    Settling settling_;
    TimePoint give_up_at_ = never;
};

}   // namespace

std::unique_ptr<PhaseRun> make_run(const Scenario::Command& phase, Player& player)
{
    return std::make_unique<CommandRun>(phase, player);
}

}   // namespace barrage
