#include "loadgen/metrics/metrics_feed.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/reflections.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/metrics/prometheus_text.hpp"
#include "loadgen/words/numbers.hpp"
#include "tuning/process_usage.hpp"

namespace barrage {

namespace {

constexpr auto interval = std::chrono::milliseconds{500};

/// What a run that ended leaves to the next: what only grows. What holds, and the state, is of the peers there are.
void add_totals(PeerNumbers& sum, const PeerNumbers& numbers, bool gauges)
{
    for (const auto member :
         {&PeerNumbers::sent_routes, &PeerNumbers::sent_updates, &PeerNumbers::wire_routes, &PeerNumbers::wire_updates,
          &PeerNumbers::wire_octets, &PeerNumbers::acked_octets, &PeerNumbers::acked_routes, &PeerNumbers::received_octets,
          &PeerNumbers::received_messages, &PeerNumbers::received_updates, &PeerNumbers::announced, &PeerNumbers::withdrawn,
          &PeerNumbers::malformed, &PeerNumbers::blocked_nanoseconds, &PeerNumbers::reflected, &PeerNumbers::full_reads})
        sum.*member += numbers.*member;
    if (gauges)
        for (const auto member : {&PeerNumbers::live, &PeerNumbers::reflected_live, &PeerNumbers::unknown_live})
            sum.*member += numbers.*member;
}

HttpAnswer answer(const HttpRequest& request, const auto& metrics)
{
    if (request.method != "GET" && request.method != "HEAD") return {.status = 405, .body = "only GET\n", .allow = "GET, HEAD"};
    if (request.path == "/") return {.body = "metrics are at /metrics\n"};
    if (request.path != "/metrics") return {.status = 404, .body = "metrics are at /metrics\n"};
    return {.content_type = PrometheusText::content_type, .body = to_prometheus(metrics())};
}

}   // namespace

void MetricsFeed::Times::add(const ReflectionTimes& times) noexcept
{
    convergence.add(times.announced);
    scheduled.add(times.scheduled);
    withdrawal.add(times.withdrawn);
    failover.add(times.failover);
}

IoResult<void> MetricsFeed::serve(const Endpoint& local)
{
    show({});
    auto service = HttpService::start(local, [shown = shown_](const HttpRequest& request, const HttpService::Respond& respond) {
        respond(answer(request, [&] {
            const std::lock_guard lock{shown->mutex};
            return shown->metrics;
        }));
    });
    if (!service) return std::unexpected(std::move(service.error()));
    service_ = std::move(*service);
    print_error_line("metrics on http://" + to_text(service_->local()) + "/metrics");
    std::fflush(stderr);
    return {};
}

void MetricsFeed::begin(Engine& engine, TimePoint now, std::uint32_t phases)
{
    if (!is_on()) return;
    engine_ = &engine;
    began_ = due_ = now;
    now_.mode = engine.mode() == EngineMode::sync ? "sync" : "async";
    now_.shards = engine.shards();
    now_.phases = phases;
    now_.phase_number = 0;
}

void MetricsFeed::end(TimePoint now)
{
    if (!is_on() || !engine_) return;
    look(now);
    for (auto& group : now_.groups) {
        const auto index = static_cast<std::size_t>(&group - now_.groups.data());
        add_totals(earlier_[index] = {}, group.numbers, false);
        group.numbers.live = group.numbers.reflected_live = group.numbers.unknown_live = 0;
        group.by_state = {};
    }
    members_.clear();
    receivers_.clear();
    engine_ = nullptr;
    due_ = never;
    asked_ = false;
    show({});
}

void MetricsFeed::peer(PeerIndex index, std::string_view group, bool measures)
{
    if (!is_on()) return;
    auto found = std::ranges::find(now_.groups, group, &RunMetrics::Group::name);
    if (found == now_.groups.end()) {
        now_.groups.push_back({.name = std::string{group}, .by_state = {}, .numbers = {}});
        earlier_.emplace_back();
        found = std::prev(now_.groups.end());
    }
    members_.push_back({index, static_cast<std::size_t>(found - now_.groups.begin())});
    if (measures) receivers_.push_back(index);
}

void MetricsFeed::phase(std::string_view name)
{
    if (!is_on()) return;
    now_.phase = name;
    ++now_.phase_number;
}

void MetricsFeed::established(std::chrono::nanoseconds after)
{
    if (is_on()) establish_.record(after);
}

void MetricsFeed::taken(const ReflectionTimes& times)
{
    if (is_on()) collected_.add(times);
}

void MetricsFeed::look(TimePoint now)
{
    now_.seconds = seconds(now - began_);
    for (auto& group : now_.groups) {
        group.numbers = earlier_[static_cast<std::size_t>(&group - now_.groups.data())];
        group.by_state = {};
    }
    for (const auto& member : members_) {
        const auto numbers = engine_->numbers(member.index);
        auto& group = now_.groups[member.group];
        ++group.by_state[std::min<std::uint64_t>(numbers.state, group.by_state.size() - 1)];
        add_totals(group.numbers, numbers, true);
    }
    now_.establish = {};
    now_.establish.add(establish_);
    const auto usage = process_usage();
    now_.cpu_seconds = seconds(usage.cpu());
    now_.resident_octets = usage.resident_octets;
}

void MetricsFeed::show(const Times& unfinished)
{
    now_.convergence = collected_.convergence;
    now_.convergence.add(unfinished.convergence);
    now_.scheduled = collected_.scheduled;
    now_.scheduled.add(unfinished.scheduled);
    now_.withdrawal = collected_.withdrawal;
    now_.withdrawal.add(unfinished.withdrawal);
    now_.failover = collected_.failover;
    now_.failover.add(unfinished.failover);
    const std::lock_guard lock{shown_->mutex};
    shown_->metrics = now_;
}

void MetricsFeed::on_time(TimePoint now)
{
    if (now < due_) return;
    due_ = now + interval;
    if (asked_) return;   // shards have not come to it yet: they have better to do
    look(now);
    if (receivers_.empty()) return show({});
    struct Visited {
        std::mutex mutex;
        Times times;
    };
    asked_ = true;
    const auto visited = std::make_shared<Visited>();
    Command command{.peers = receivers_, .what = {}};
    command.what.emplace_back(command::Visit{[visited](Peer& peer, const OnShard&, TimePoint) {
        if (!peer.receiver() || !peer.receiver()->reflections()) return;
        const auto& times = peer.receiver()->reflections()->times();
        if (times.announced.empty() && times.withdrawn.empty() && times.failover.empty()) return;
        Times own;
        own.add(times);
        const std::lock_guard lock{visited->mutex};
        visited->times.convergence.add(own.convergence);
        visited->times.scheduled.add(own.scheduled);
        visited->times.withdrawal.add(own.withdrawal);
        visited->times.failover.add(own.failover);
    }});
    // Answers come in the order of commands: what was taken() before is in `collected_`, what is taken later was still there to
    // be read.
    command.answer = [this, visited] {
        asked_ = false;
        if (engine_) show(visited->times);
    };
    engine_->post(std::move(command));
}

}   // namespace barrage
