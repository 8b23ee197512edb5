// What a peer hands to its session's outbox, and when: runs window by window, changes as they are packed, at the rates it was given.

#include <algorithm>
#include <utility>

#include "engine/peer.hpp"

namespace barrage {

namespace {

constexpr std::size_t changes_per_pack = 4096;

}   // namespace

TimePoint Peer::replay_due(const RouteRun& run, const PackedMessage& message) const
{
    const auto& times = run.slice.set->times();
    if (times.empty()) return run_began_;
    constexpr double longest = 3e17;   // ten years in nanoseconds: a file may say anything, and a speed be small
    const auto after = static_cast<double>(times[message.group] - times[run.slice.begin.group]) / run.replay_speed;
    return run_began_ + std::chrono::nanoseconds{static_cast<std::int64_t>(std::clamp(after, 0.0, longest))};
}

bool Peer::fill_from_run(Outbox& outbox, TimePoint now)
{
    const auto& run = *adj_rib_out_->run_at_front();
    if (!source_) {
        auto options = packing(*packer_).options();
        if (run.names_next_hops && config_.next_hop_mode == NextHopMode::automatic) options.next_hop_mode = NextHopMode::keep;
        source_ = windows_.find(run, options);
        next_window_ = 0;
        run_began_ = now;
        begin_measuring(run);
        if (config_.rate_per_second > 0) {
            pacer_.emplace(now, std::max(std::uint64_t{1}, static_cast<std::uint64_t>(config_.rate_per_second)),
                           config_.burst);   // 0 would be no rate
            paced_routes_ = 0;
            run_handed_over_ = 0;
        }
    }
    if (!window_) {
        auto window = source_->window(next_window_);
        if (window.status == WindowSource::Status::pending) return false;
        if (window.status == WindowSource::Status::end) {
            notify_observer(now, happened::RunSent{run.id, run.slice, run.kind, source_->left_out()});
            adj_rib_out_->pop_front();
            source_.reset();
            pacer_.reset();
            return true;
        }
        window_ = std::move(window.updates);
        next_message_ = 0;
    }
    const auto& messages = window_->messages();
    auto last = messages.size();
    if (run.replay_speed > 0) {
        last = next_message_;
        while (last < messages.size() && replay_due(run, messages[last]) <= now) ++last;
        if (last == next_message_ && last < messages.size()) return false;
    } else if (pacer_) {
        const auto due = pacer_->due(now);
        last = next_message_;
        while (last < messages.size() && paced_routes_ + messages[last].routes <= due) paced_routes_ += messages[last++].routes;
        if (last == next_message_ && last < messages.size()) {
            // The next message is due as a whole or not at all; deadline() waits for its first route.
            if (paced_routes_ < due) {
                paced_routes_ += messages[last].routes;
                ++last;
            } else {
                return false;
            }
        }
    }
    adj_rib_out_->begin_front();
    next_message_ = hand_over(outbox, window_, next_message_, last, now);
    const bool held_back = next_message_ < last;
    if (next_message_ == messages.size()) {
        window_.reset();
        ++next_window_;
    }
    return !held_back;
}

std::size_t Peer::hand_over(Outbox& outbox, const std::shared_ptr<const PackedUpdates>& updates, std::size_t first,
                            std::size_t last, TimePoint now)
{
    if (update_pacer_) {
        auto due = update_pacer_->due(now);
        if (due >
            paced_updates_ + config_.updates_per_second) {   // it had nothing to say for a while, and does not make up for that
            update_pacer_.emplace(now, config_.updates_per_second);
            paced_updates_ = 0;
            due = update_pacer_->due(now);
        }
        const auto most = due > paced_updates_ ? due - paced_updates_ : 0;
        last = std::min<std::size_t>(last, first + most);
        paced_updates_ += last - first;
    }
    if (config_.measured)
        push_measured(outbox, updates, first, last);
    else
        outbox.push(updates, first, last);
    if (updates == window_) note_lateness(updates->messages(), first, last, now);
    if (config_.session.observed_sent.contains(MessageType::update))
        for (auto i = first; i < last; ++i) {
            const auto begin = updates->message_begin(i);
            const auto message = updates->octets().subspan(begin, updates->messages()[i].end - begin);
            Octets octets{message.begin(), message.end()};
            patch(octets, *updates, i, i + 1, patch_values());
            notify_observer(now, happened::Message{true, std::move(octets)});
        }
    return last;
}

void Peer::begin_measuring(const RouteRun& run)
{
    run_numbers_.reset();
    if (!config_.measured) return;
    const auto* numbers = config_.measured->numbers_of(*run.slice.set);
    if (!numbers) return;
    run_numbers_ = {config_.measured, &numbers->of_route};
    run_groups_ = &numbers->group_begins;
    run_group_ = run.slice.begin.group;
    run_at_ = config_.measured->first_route(run.slice);
    run_withdraws_ = run.kind == RunKind::withdraw;
}

void Peer::note_lateness(const std::vector<PackedMessage>& messages, std::size_t first, std::size_t last, TimePoint now)
{
    const auto& run = *adj_rib_out_->run_at_front();
    if (!pacer_ && run.replay_speed == 0) return;
    if (config_.notes_lateness && !lateness_) lateness_ = std::make_unique<Histogram>();
    for (auto i = first; i < last; ++i) {
        const auto& message = messages[i];
        if (lateness_)
            lateness_->record(run.replay_speed > 0 ? now - replay_due(run, message) : pacer_->lateness(now, run_handed_over_),
                              message.routes);
        run_handed_over_ += message.routes;
    }
}

void Peer::push_measured(Outbox& outbox, const std::shared_ptr<const PackedUpdates>& updates, std::size_t first, std::size_t last)
{
    const auto& messages = updates->messages();
    const auto look_up = [&](std::size_t begin, std::size_t end) {
        auto numbers = std::make_shared<std::vector<std::uint32_t>>();
        const auto& add_path = established_->negotiated().options.add_path_send;
        for (auto i = begin; i < end; ++i) {
            const auto at = updates->message_begin(i);
            config_.measured->numbers_of_message(updates->octets().subspan(at, messages[i].end - at), messages[i].routes,
                                                 add_path, *numbers);
        }
        return numbers;
    };
    // Changes, in no order that a number could follow.
    if (updates != window_) return outbox.push(updates, first, last, {.numbers = look_up(first, last), .single = true});
    if (!run_numbers_) return outbox.push(updates, first, last);
    const auto& run = *adj_rib_out_->run_at_front();
    const auto place_of = [&](const PackedMessage& message) {
        return message.group == run_group_ ? run_at_ : (*run_groups_)[message.group];
    };
    auto advertised = run_handed_over_;
    while (first < last) {
        if (messages[first].left_out != 0) {   // likewise
            outbox.push(updates, first, first + 1,
                        {.numbers = look_up(first, first + 1),
                         .withdraw = run_withdraws_,
                         .pacer = pacer_,
                         .due = run.replay_speed > 0 ? replay_due(run, messages[first]) : never,
                         .paced = advertised});
            run_group_ = messages[first].group;
            advertised += messages[first++].routes;
            continue;
        }
        // A stretch whose routes follow each other: groups that were left out lie between two.
        SentRoutes routes{.numbers = run_numbers_,
                          .at = place_of(messages[first]),
                          .withdraw = run_withdraws_,
                          .pacer = pacer_,
                          .paced = advertised};
        run_at_ = routes.at;
        auto end = first;
        if (run.replay_speed > 0) routes.due = replay_due(run, messages[first]);
        do {
            run_group_ = messages[end].group;
            run_at_ += messages[end].routes;
            advertised += messages[end].routes;
            ++end;
        } while (end < last && messages[end].left_out == 0 && place_of(messages[end]) == run_at_ &&
                 run.replay_speed == 0);   // in a replay each has a time of its own
        outbox.push(updates, first, end, std::move(routes));
        first = end;
    }
}

void Peer::about_to_write(const Outbox& outbox, std::size_t octets, TimePoint now)
{
    outbox.for_each_measured(octets, [&](std::span<const std::uint32_t> numbers, const SentRoutes& routes, TimePoint due) {
        config_.measured->sent(
            numbers, {.sender = config_.sender_number, .withdraw = routes.withdraw, .single = routes.single, .due = due}, now);
    });
}

bool Peer::fill_outbox(TimePoint now)
{
    if (!established_) return false;
    auto& outbox = established_->outbox();
    stalled_ = false;
    first_routes_wait_ = now < routes_at_;
    if (first_routes_wait_) {
        stalled_ = true;
        return false;
    }
    while (outbox.octets() < outbox_low && (packed_ || adj_rib_out_->has_waiting())) {
        if (packed_) {
            next_packed_ = hand_over(outbox, packed_, next_packed_, packed_->messages().size(), now);
            if (next_packed_ < packed_->messages().size()) {
                stalled_ = true;
                return false;
            }
            packed_.reset();
        } else if (adj_rib_out_->run_at_front()) {
            if (!fill_from_run(outbox, now)) {
                stalled_ = true;
                return false;
            }
        } else {
            auto updates = std::make_shared<PackedUpdates>();
            if (const auto* end_of_rib = adj_rib_out_->end_of_rib_at_front()) {
                end_of_rib->families.for_each([&](Family family) {
                    std::visit([&](auto& packer) { packer.pack_end_of_rib(family, *updates); }, *packer_);
                });
                adj_rib_out_->pop_front();
            } else if (const auto* message = adj_rib_out_->message_at_front()) {
                packing(*packer_).pack_message(*message, *updates);
                adj_rib_out_->pop_front();
            } else {
                std::vector<RouteKey> left_out;
                adj_rib_out_->pack_changes(*packer_, *updates, changes_per_pack, config_.measured ? &left_out : nullptr);
                if (auto& packed = packing(*packer_); !packed.left_out().empty())
                    notify_observer(now, happened::LeftOutChanges{packed.take_left_out(), std::move(left_out)});
            }
            packed_ = std::move(updates);
            next_packed_ = 0;
        }
    }
    return packed_ || adj_rib_out_->has_waiting();
}

}   // namespace barrage
