// How a run ends: receivers are compared, at its end or where it is broken off, and the sessions closed.

#include <fmt/format.h>

#include <algorithm>

#include "loadgen/play/phase_run.hpp"
#include "loadgen/scenario/phase_table.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

constexpr auto close_patience = std::chrono::seconds{2};

}   // namespace

void Player::compare_at_end()
{
    compare_at_ = never;
    compare([this](const Comparison& sum) {
        constexpr auto every = std::chrono::milliseconds{20};
        const auto now = Clock::now();
        if (state_ == State::comparing && !broken_off_ && sum.missing != 0 && now < compare_until_) {
            compare_at_ = now + every;
            return;
        }
        compared_at_end(sum);
        close(now);
    });
}

void Player::compared_at_end(const Comparison& sum)
{
    result_.comparison = sum;
    result_.compared = std::ranges::any_of(lines_, [](const PlayedPeer& line) { return line.config.receive && line.up; });
    leaks_.unseen().for_each([this](Family family) {
        problem(fmt::format("expect: none of {} routes: no receiver's session carries this family, so that none could have come",
                            name(family)));
    });
    bool waited = false;
    bool held = false;   // behind the last change: without it, what was sent last may still be on its way
    for_each_phase(scenario().phases, [&](const auto& phase) {
        waited |= std::holds_alternative<Scenario::Wait>(phase.what);
        held = std::holds_alternative<Scenario::Hold>(phase.what) || (held && !word_of(phase.what).is_operation);
    });
    waited |= held;
    const auto add = [&](const std::string& when, const Comparison& found, const Comparison::Wrong& kind) {
        const auto& samples = found.*kind.samples;
        const auto sample = samples.empty() ? std::string{} : ": " + samples.front() + (samples.size() > 1 ? ", …" : "");
        auto text = fmt::format("{} {} of {} routes {}{}", when, full_number(found.*kind.count), full_number(found.expected),
                                kind.words, sample);
        if (waited)
            problem(std::move(text));
        else
            result_.warnings.push_back(std::move(text));
    };
    for (const auto& kind : Comparison::kinds_of_wrong()) {
        if (!kind.fails) continue;
        // What was wrong before and is no more may be so because its senders have gone since.
        for (const auto& phase : result_.phases)
            if (phase.comparison && phase.note != "not converged" && phase.comparison.value().*kind.count > sum.*kind.count)
                add(phase.name + ":", *phase.comparison, kind);
        if (sum.*kind.count != 0) add("at the end", sum, kind);
    }
}

void Player::break_off(TimePoint now)
{
    if (std::exchange(broken_off_, true)) return;   // the receivers are being asked
    compare_at_ = never;
    const bool any = std::ranges::any_of(lines_, [](const PlayedPeer& line) { return line.up && line.config.receive; });
    if (!operation_.phase() || !any) return close(now);
    state_ = State::comparing;
    compare([this](const Comparison& sum) {
        result_.comparison = sum;
        result_.compared = true;
        result_.warnings.emplace_back(
            "the run did not come to its end: receivers are compared as they were then, and more may have been on its way");
        close(Clock::now());
    });
}

void Player::close(TimePoint now)
{
    if (state_ == State::closing) return;
    state_ = State::closing;
    finish_by_ = compare_at_ = never;
    if (current_) {
        auto& record = current_record();
        record.took = now - current_->began;
        record.note += record.note.empty() ? "not finished" : ", not finished";
        note_numbers(*current_);
        current_.reset();
    }
    monitor_.run_ends(now, totals(), lines_.chosen({}, PlayedPeers::Which::senders).size(), result_);
    monitor_.sample(now, lines_.up(), totals(), result_);
    bool any = false;
    for (const auto& line : lines_) any |= line.index.has_value();
    if (any) engine_.post({.peers = everybody, .what = {command::Stop{}}});
    end_by_ = now + (std::ranges::any_of(lines_, &PlayedPeer::up) ? Duration{close_patience} : Duration::zero());
}

}   // namespace barrage
