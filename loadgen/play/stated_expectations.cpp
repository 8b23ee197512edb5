#include "loadgen/play/stated_expectations.hpp"

#include <algorithm>
#include <string>

#include "codec/prefix.hpp"
#include "loadgen/play/judge_expected.hpp"

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

bool is_in(const std::vector<PrefixBits>& set, const std::string& prefix)
{
    const PrefixBits inner{prefix};
    return std::ranges::any_of(set, [&](const PrefixBits& outer) { return outer.covers(inner); });
}

}   // namespace

StatedExpectations::StatedExpectations(const Scenario& scenario) : scenario_(scenario), losses_(expects_losses(scenario)) {}

void StatedExpectations::find_sets(MeasuredRoutes& routes)
{
    for (std::size_t index = 0; index < scenario_.expects.size(); ++index) {
        const auto& expect = scenario_.expects[index];
        if (expect.routes.empty()) continue;
        if (expect.within) routes.keep_slowest();
        if (expect.none) not_to_come_.resize(routes.size());
        if (expect.attributes) attributes_.resize(routes.size());
        const std::vector<PrefixBits> set{expect.routes.begin(), expect.routes.end()};
        for (Number number = 0; number < routes.size(); ++number) {
            if (!is_in(set, routes.names().prefix_text_of(number))) continue;
            if (expect.none) not_to_come_[number] = true;
            if (expect.attributes) attributes_[number] = static_cast<std::uint16_t>(index + 1);
        }
    }
}

void StatedExpectations::phase_begins(const Scenario::Phase& phase)
{
    phase_none_ = phase.expect && phase.expect->none;
    phase_attributes_ = phase.expect && phase.expect->attributes ? &*phase.expect->attributes : nullptr;
}

void StatedExpectations::phase_has_begun()
{
    phase_none_ = false;
    phase_attributes_ = nullptr;
}

const ExpectedAttributes* StatedExpectations::attributes_of(const Scenario::Group& group, Number number) const
{
    if (phase_attributes_) return phase_attributes_;
    if (number < attributes_.size() && attributes_[number] != 0) return &*scenario_.expects[attributes_[number] - 1u].attributes;
    return group.expect && group.expect->attributes ? &*group.expect->attributes : nullptr;
}

bool StatedExpectations::any() const
{
    bool found = std::ranges::any_of(scenario_.groups, [this](const auto& group) { return concerns(group); });
    for_each_phase(scenario_.phases, [&](const Scenario::Phase& phase) { found |= phase.expect && phase.expect->attributes; });
    return found;
}

bool StatedExpectations::prepends(const Scenario::Group& group) const
{
    const auto prepends = [](const Expect& expect) { return expect.attributes && !expect.attributes->prepended.empty(); };
    return std::ranges::any_of(scenario_.expects, prepends) || (group.expect && prepends(*group.expect));
}

std::vector<std::size_t> StatedExpectations::sets_not_sent(const MeasuredRoutes& routes) const
{
    std::vector<std::size_t> indices;
    for (std::size_t index = 0; index < scenario_.expects.size(); ++index) {
        const auto& expect = scenario_.expects[index];
        if (expect.routes.empty()) continue;
        const std::vector<PrefixBits> set{expect.routes.begin(), expect.routes.end()};
        bool any = false;
        for (Number number = 0; number < routes.size() && !any; ++number)
            any = routes.word(number) != 0 && is_in(set, routes.names().prefix_text_of(number));
        if (!any) indices.push_back(index);
    }
    return indices;
}

std::vector<RunResult::SetTime> StatedExpectations::set_times(Engine& engine, const MeasuredRoutes& routes) const
{
    std::vector<RunResult::SetTime> times;
    for (std::size_t index = 0; index < scenario_.expects.size(); ++index) {
        const auto& expect = scenario_.expects[index];
        if (expect.routes.empty() || !expect.within) continue;
        const std::vector<PrefixBits> set{expect.routes.begin(), expect.routes.end()};
        std::vector<Number> inside;
        for (Number number = 0; number < routes.size(); ++number)
            if (is_in(set, routes.names().prefix_text_of(number))) inside.push_back(number);
        RunResult::SetTime time{.expect = index};
        std::vector<bool> changed(inside.size());
        engine.for_each_peer([&](Peer& peer) {
            const auto* seen = peer.receiver() ? peer.receiver()->reflections() : nullptr;
            for (std::size_t i = 0; seen && i < inside.size(); ++i) {
                const auto took = seen->slowest(inside[i]);
                changed[i] = changed[i] || took.count() != 0;
                if (took <= time.slowest) continue;
                time.slowest = took;
                time.sample = routes.text_of(inside[i]);
            }
        });
        time.changed = static_cast<std::uint64_t>(std::ranges::count(changed, true));
        times.push_back(std::move(time));
    }
    return times;
}

}   // namespace barrage
