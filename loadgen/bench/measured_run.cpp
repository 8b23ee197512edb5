#include "loadgen/bench/measured_run.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "engine/time.hpp"
#include "io/child_process.hpp"
#include "io/poll_loop.hpp"
#include "loadgen/routes/route_spec.hpp"
#include "loadgen/sink/embedded_sink.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

constexpr auto grace = std::chrono::seconds{2};             // for an injector that does not end by itself
constexpr auto others_patience = std::chrono::seconds{5};   // for the receiver, behind the end of an injector that is not ours
constexpr std::size_t longest_report = std::size_t{256} << 20;

/// The injector and all that is waited for with it.
class Injector {
public:
    Injector(ChildProcess process, Signals& signals) : process_(std::move(process)), signals_(signals)
    {
        end_watch_ = loop_.watch(process_.end_fd(), end_tag, {.read = true});
        signal_watch_ = loop_.watch(signals_.fd(), signal_tag, {.read = true});
        output_watch_ = loop_.watch(process_.output().fd(), output_tag, {.read = true});
        errors_watch_ = loop_.watch(process_.errors().fd(), errors_tag, {.read = true});
    }

    enum class Over : std::uint8_t {
        received,   // the receiver is done: it saw all sessions end, or has all that was expected
        failed,     // the injector ended, and the receiver is not done
        interrupted,
        timed_out,
    };
    /// `received_fd`: readable when the receiver is done.
    Over wait(Clock::time_point give_up, int received_fd, bool is_ours)
    {
        const auto received_watch = loop_.watch(received_fd, received_tag, {.read = true});
        auto over = Over::timed_out;
        for (bool waits = true; waits && Clock::now() < give_up;) {
            if (!ended_at_)
                if (const auto end = process_.reap()) {
                    ended_at_ = Clock::now();
                    loop_.unwatch(end_watch_);
                    drain();
                    if (is_ours && *end != ProcessEnd{}) {   // it says itself that not all went out
                        over = Over::failed;
                        break;
                    }
                    if (!is_ours) give_up = std::min(give_up, *ended_at_ + others_patience);
                }
            for (const auto tag : look(give_up)) {
                if (tag == signal_tag && !signals_.take().empty())
                    over = Over::interrupted;
                else if (tag == received_tag && over != Over::interrupted)
                    over = Over::received;
                else
                    continue;
                waits = false;
            }
        }
        loop_.unwatch(received_watch);
        return over == Over::timed_out && ended_at_ && !is_ours ? Over::failed : over;
    }
    /// When it ended by itself.
    [[nodiscard]] std::optional<Clock::time_point> ended_at() const noexcept { return ended_at_; }

    /// It has `grace` to end, and is then killed.
    void end()
    {
        if (!ended_at_) loop_.set_interest(signal_watch_, {});
        process_.terminate(Clock::now(), grace);
        for (const auto give_up = Clock::now() + 2 * grace; !process_.reap() && Clock::now() < give_up;) {
            look(process_.kill_at().value_or(give_up));
            process_.advance(Clock::now());
        }
    }

    [[nodiscard]] std::optional<ProcessEnd> status() { return process_.reap(); }
    [[nodiscard]] const ProcessUsage& usage() const noexcept { return process_.usage(); }
    [[nodiscard]] const std::string& last_output() const noexcept { return last_output_; }
    [[nodiscard]] const std::string& last_error() const noexcept { return last_error_; }

private:
    static constexpr std::uint64_t end_tag = 0, signal_tag = 1, output_tag = 2, errors_tag = 3, received_tag = 4;

    /// What became ready, pipes read.
    std::vector<std::uint64_t> look(Clock::time_point until)
    {
        ready_.clear();
        loop_.wait(until, ready_);
        std::vector<std::uint64_t> tags;
        for (const auto& each : ready_) {
            tags.push_back(each.tag);
            if (each.tag == output_tag) read(process_.output(), last_output_, output_watch_);
            if (each.tag == errors_tag) read(process_.errors(), last_error_, errors_watch_);
        }
        return tags;
    }
    /// False when there is nothing more at the moment.
    bool read(PipeReader& pipe, std::string& last, Waiter::WatchId watch)
    {
        const auto filled = pipe.fill();
        while (const auto line = pipe.next())
            if (!line->text.empty()) last = line->text;
        if (filled.status == ReadResult::Status::closed || filled.status == ReadResult::Status::error)
            loop_.set_interest(watch, {});
        return filled.octets != 0;
    }
    void drain()
    {
        while (read(process_.output(), last_output_, output_watch_)) {
        }
        while (read(process_.errors(), last_error_, errors_watch_)) {
        }
    }

    PollLoop loop_;
    ChildProcess process_;
    Signals& signals_;
    Waiter::WatchId end_watch_, signal_watch_, output_watch_, errors_watch_;
    std::vector<Waiter::Ready> ready_;
    std::optional<Clock::time_point> ended_at_;
    std::string last_output_, last_error_;
};

/// Of ranges, which say them; what a file has is seen by whoever loads it.
FamilySet families_of(const std::vector<std::string>& routes)
{
    FamilySet families;
    for (const auto& words : routes)
        if (const auto spec = parse_route_spec(words))
            if (const auto* const range = std::get_if<NlriRangeDescription>(&*spec)) families.insert(range->nlri.family());
    return families;
}

std::vector<std::string> sink_words(const RunPlan& plan, const BenchOptions& options)
{
    auto words = options.sink_words;
    std::ranges::copy(sink_words_of(families_of(options.routes)), std::back_inserter(words));
    if (!plan.checks) words.emplace_back("--count-only");
    words.insert(words.end(), {"--sessions", std::to_string(plan.peers)});
    // Ours end by themselves; of others it has to be known when they are done.
    if (!plan.contender->is_ours() && plan.expect != 0)
        words.insert(words.end(), {plan.checks ? "--expect" : "--announced", std::to_string(plan.expect)});
    return words;
}

void take_counts(MeasuredRun& run, const SinkResult& result)
{
    const auto total = result.total();
    run.announced = total.announced;
    run.live = total.live;
    run.malformed = total.malformed;
    run.digest = total.digest;
    run.sessions = static_cast<std::uint32_t>(result.sessions.size());
    run.seconds = result.seconds_from_established;
    if (result.sessions.empty()) return;
    run.least_announced = std::ranges::min(result.sessions, {}, &SinkSession::announced).announced;
    run.least_distinct = std::ranges::min(result.sessions, {}, &SinkSession::distinct).distinct;
}

/// What our own injector says beyond what the receiver and the kernel know.
void take_report(MeasuredRun& run, const std::string& text)
{
    boost::system::error_code error;
    const auto report = boost::json::parse(text, error);
    if (error) return;
    const auto number = [&](const char* pointer) -> std::optional<double> {
        const auto* found = report.find_pointer(pointer, error);
        return found && found->is_number() ? std::optional{found->to_number<double>()} : std::nullopt;
    };
    run.blocked_share = number("/limits/blocked_share");
    if (const auto cores = number("/limits/own_cores"), time = number("/rates/seconds"); cores && time)
        run.sending_cpu_seconds = *cores * *time;
}

/// Why the run does not count, as far as its injector's end shows.
std::string problem_of_end(const RunPlan& plan, Injector& injector, Injector::Over over, const BenchOptions& options)
{
    const auto error_text = injector.last_error().empty() ? std::string{} : ", saying: " + injector.last_error();
    if (over == Injector::Over::interrupted) return "interrupted";
    if (over == Injector::Over::timed_out) return fmt::format("not done after {}{}", duration_text(options.timeout), error_text);
    const auto end = injector.status();
    if (over == Injector::Over::received || !end) return {};
    if (end->signal != 0) return fmt::format("ended by signal {}{}", end->signal, error_text);
    if (end->exit_status != 0 || plan.contender->is_ours()) return fmt::format("exit status {}{}", end->exit_status, error_text);
    return {};   // what is missing will be reported
}

}   // namespace

double MeasuredRun::cpu_seconds() const noexcept { return barrage::seconds(usage.cpu()); }
double MeasuredRun::sink_cpu_seconds() const noexcept { return barrage::seconds(sink_usage.cpu()); }

MeasuredRun measure(const RunPlan& plan, const BenchOptions& options, Signals& signals)
{
    MeasuredRun run;
    const auto fail = [&run](std::string problem, ExitStatus status) {
        run.problem = std::move(problem);
        run.status = status;
        return run;
    };
    auto sink = EmbeddedSink::start(sink_words(plan, options));
    if (!sink) return fail(sink.error(), ExitStatus::session_failed);

    const auto machine_before = machine_usage();
    const auto began = Clock::now();
    const auto words = command_line(*plan.contender, options, plan.peers, to_text(sink->address().address), sink->address().port);
    auto started = ChildProcess::start({.argv = words, .captures_errors = true, .longest_line = longest_report});
    if (!started) return fail(started.error().text, ExitStatus::usage);
    Injector injector{std::move(*started), signals};
    const bool is_ours = plan.contender->is_ours();
    const auto over = injector.wait(began + options.timeout, sink->result_fd(), is_ours);
    run.problem = problem_of_end(plan, injector, over, options);
    const auto end = injector.status();
    if (!run.problem.empty())
        run.status = over == Injector::Over::interrupted      ? ExitStatus::interrupted
                     : is_ours && end && end->exit_status > 0 ? static_cast<ExitStatus>(end->exit_status)
                                                              : ExitStatus::incomplete;
    auto result = sink->finish(over == Injector::Over::received ? EmbeddedSink::End::by_its_limits : EmbeddedSink::End::at_once);
    injector.end();
    run.usage = injector.usage();
    run.whole_seconds = seconds(injector.ended_at().value_or(Clock::now()) - began);
    const auto machine_after = machine_usage();
    if (!result) return run.problem.empty() ? fail(result.error(), ExitStatus::incomplete) : run;
    run.sink_usage = sink->usage();
    if (machine_before && machine_after) {
        auto both = run.usage;
        both.user += run.sink_usage.cpu();
        run.other_cpu_share = other_cpu_load(*machine_before, *machine_after, {}, both);
    }
    take_counts(run, *result);
    if (plan.contender->is_ours()) take_report(run, injector.last_output());
    if (run.problem.empty() && run.malformed != 0)
        return fail(fmt::format("{} malformed messages", run.malformed), ExitStatus::incomplete);
    return run;
}

}   // namespace barrage
