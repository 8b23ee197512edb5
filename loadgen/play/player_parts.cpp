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

Player::Part Player::part_of(const Scenario::Flap& flap, const Line& line) const
{
    const auto counted = flap_parts_.find(&flap);
    return counted == flap_parts_.end() ? Part::of(flap) : counted->second[line.number];
}

void Player::mark_expected_routes()
{
    for (std::size_t index = 0; index < scenario().expects.size(); ++index) {
        const auto& expect = scenario().expects[index];
        if (expect.routes.empty()) continue;
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

const ExpectedAttributes* Player::policy_of(const Line& line, MeasuredRoutes::Number number) const
{
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
