// Which routes of its peers the player's phases are about, where they are said by number or in words: counted flaps, sets of routes of which something
// is expected.

#include <algorithm>

#include "codec/prefix.hpp"
#include "loadgen/play/player.hpp"
#include "loadgen/play/policy.hpp"

namespace barrage {

namespace {

/// A prefix of either family.
struct PrefixBits {
    Octets octets;
    std::size_t length = 0;
    explicit PrefixBits(const std::string& text)
    {
        if (const auto prefix = Ipv4Prefix::from_text(text)) {
            for (int shift = 24; shift >= 0; shift -= 8)
                octets.push_back(static_cast<std::uint8_t>(prefix->address.value >> shift));
            length = prefix->length;
        } else if (const auto longer = Ipv6Prefix::from_text(text)) {
            octets.assign(longer->address.value.begin(), longer->address.value.end());
            length = longer->length;
        }
    }
    [[nodiscard]] bool covers(const PrefixBits& inner) const noexcept
    {
        if (octets.size() != inner.octets.size() || length > inner.length) return false;
        const auto whole = length / 8;
        if (!std::equal(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(whole), inner.octets.begin())) return false;
        const auto rest = length % 8;
        return rest == 0 || ((octets[whole] ^ inner.octets[whole]) >> (8 - rest)) == 0;
    }
};

}   // namespace

void Player::count_flaps()
{
    for_each_phase(scenario().phases, [&](const Scenario::Phase& phase) {
        const auto* flap = std::get_if<Scenario::Flap>(&phase.what);
        if (!flap || flap->sessions || flap->count == 0) return;
        std::uint64_t peers = 0;
        for (const auto& group : scenario().groups)
            if (group.sends() && PlayedPeers::concerns(flap->peers, group.name)) peers += group.count;
        auto& parts = flap_parts_[flap];
        std::uint64_t before = 0;
        for (std::size_t g = 0; g < scenario().groups.size(); ++g) {
            const auto& group = scenario().groups[g];
            std::uint64_t routes = 0;
            if (loaded_.tables[g])
                for (const auto& source : loaded_.tables[g]->sources)
                    routes += source.routes->announced() + source.routes->withdrawn();
            if (group.divided) routes /= group.count;
            const bool is_of_it = group.sends() && PlayedPeers::concerns(flap->peers, group.name);
            for (std::uint32_t i = 0; i < group.count; ++i) {
                if (!is_of_it || routes == 0) {
                    parts.push_back({flap->from, flap->from});
                    continue;
                }
                const auto own = flap->count * (before + 1) / peers - flap->count * before / peers;
                ++before;
                const auto share = static_cast<double>(own) / static_cast<double>(routes);
                parts.push_back({flap->from, std::min(1.0, flap->from + share)});
            }
        }
    });
}

RoutesPart Player::part_of(const Scenario::Flap& flap, const PlayedPeer& line) const
{
    const auto counted = flap_parts_.find(&flap);
    return counted == flap_parts_.end() ? RoutesPart::of(flap) : counted->second[line.number];
}

void Player::mark_expected_routes()
{
    for (std::size_t index = 0; index < scenario().expects.size(); ++index) {
        const auto& expect = scenario().expects[index];
        if (expect.routes.empty()) continue;
        if (expect.within) measured_->keep_slowest();
        if (expect.none) not_to_come_.resize(measured_->size());
        if (expect.attributes) policies_.resize(measured_->size());
        const std::vector<PrefixBits> sets{expect.routes.begin(), expect.routes.end()};
        for (MeasuredRoutes::Number number = 0; number < measured_->size(); ++number) {
            const PrefixBits prefix{measured_->text_of(number)};
            if (std::ranges::none_of(sets, [&](const PrefixBits& set) { return set.covers(prefix); })) continue;
            if (expect.none) not_to_come_[number] = true;
            if (expect.attributes) policies_[number] = static_cast<std::uint16_t>(index + 1);
        }
    }
}

void Player::time_expected_routes()
{
    for (std::size_t index = 0; index < scenario().expects.size(); ++index) {
        const auto& expect = scenario().expects[index];
        if (expect.routes.empty() || !expect.within) continue;
        const std::vector<PrefixBits> sets{expect.routes.begin(), expect.routes.end()};
        std::vector<MeasuredRoutes::Number> inside;
        for (MeasuredRoutes::Number number = 0; number < measured_->size(); ++number) {
            const PrefixBits prefix{measured_->text_of(number)};
            if (std::ranges::any_of(sets, [&](const PrefixBits& set) { return set.covers(prefix); })) inside.push_back(number);
        }
        RunResult::SetTime time{.expect = index};
        std::vector<bool> changed(inside.size());
        engine_.for_each_peer([&](Peer& peer) {
            const auto* seen = peer.receiver() ? peer.receiver()->reflections() : nullptr;
            for (std::size_t i = 0; seen && i < inside.size(); ++i) {
                const auto took = seen->slowest(inside[i]);
                changed[i] = changed[i] || took.count() != 0;
                if (took <= time.slowest) continue;
                time.slowest = took;
                time.sample = measured_->text_of(inside[i]);
            }
        });
        time.changed = static_cast<std::uint64_t>(std::ranges::count(changed, true));
        result_.set_times.push_back(std::move(time));
    }
}

void Player::expect_policy_of_phase(const PlayedPeer& line, const RoutesPiece& piece)
{
    const auto* known = measured_->numbers_of(*piece.slice.set);
    if (!known || !piece.counts) return;
    attributes_were_changed();
    const auto numbers = measured_->numbers_of(piece.slice);
    const auto& begins = known->group_begins;
    auto place = measured_->first_route(piece.slice);
    auto group = static_cast<std::size_t>(std::ranges::upper_bound(begins, place) - begins.begin()) - 1;
    for (const auto number : numbers) {   // in their order: of a prefix that a file of updates has several times the last counts
        while (group + 1 < begins.size() && begins[group + 1] <= place) ++group;
        ++place;
        const auto* attributes = piece.slice.set->groups()[group].attributes.get();
        if ((number & MeasuredRoutes::withdraw_bit) == 0 && number < measured_->size() && is_to_come(number) && attributes)
            now_comes_with(line, number, *attributes);
    }
}

const ExpectedAttributes* Player::policy_of(const PlayedPeer& line, MeasuredRoutes::Number number) const
{
    if (phase_policy_) return phase_policy_;
    if (number < policies_.size() && policies_[number] != 0) return &*scenario().expects[policies_[number] - 1u].attributes;
    return line.group->expect && line.group->expect->attributes ? &*line.group->expect->attributes : nullptr;
}

void Player::set_policies()
{
    measured_->paths().set_policy(
        [this](KnownPaths::Sender sender, MeasuredRoutes::Number number, OctetView attributes) -> std::optional<std::uint32_t> {
            if (!is_to_come(number)) return 0;
            const auto& line = lines_[sender];
            const auto* policy = policy_of(line, number);
            if (!policy) return std::nullopt;
            return policy_fingerprint(attributes, line.external ? line.config.session.open.my_as : Asn{}, *policy,
                                      measured_->rules());
        },
        measured_->rules().marks);
}

bool Player::has_policy(const Scenario::Group& group) const
{
    return !policies_.empty() || !not_to_come_.empty() || (group.expect && group.expect->attributes);
}

bool Player::has_policy_that_prepends(const Scenario::Group& group) const
{
    const auto prepends = [](const Expect& expect) { return expect.attributes && !expect.attributes->prepended.empty(); };
    return std::ranges::any_of(scenario().expects, prepends) || (group.expect && prepends(*group.expect));
}

}   // namespace barrage
