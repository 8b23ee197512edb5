#pragma once
// `--metrics`: while a run goes on, its observer makes a snapshot of the peers' counters twice a second and leaves it here; the
// HTTP service, on its own thread, prints the newest to whoever asks. Nobody who asks can slow a shard. Without an address it
// does nothing.
//
// Times of receivers are read on their shards, as a command of a turn, and summed up before they leave it.

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.hpp"
#include "io/http.hpp"
#include "loadgen/metrics/run_metrics.hpp"

namespace barrage {

struct ReflectionTimes;

class MetricsFeed {
public:
    explicit MetricsFeed(std::string command) { now_.command = std::move(command); }

    // ---- Main thread, before a run.

    /// Serves on `local`; says where on stderr.
    IoResult<void> serve(const Endpoint& local);
    /// A run begins over this engine, which lives until end(). Counters go on where the last run left them.
    void begin(Engine& engine, TimePoint now, std::uint32_t phases = 0);
    /// Totals are kept, and exposed from now on.
    void end(TimePoint now);

    // ---- The observer's thread.

    /// When on_time() wants to be called next; `never` where nobody asks for metrics.
    [[nodiscard]] TimePoint due() const noexcept { return due_; }
    void on_time(TimePoint now);
    void peer(PeerIndex index, std::string_view group, bool measures);
    void phase(std::string_view name);
    void established(std::chrono::nanoseconds after);
    void session_lost() noexcept { ++now_.sessions_lost; }
    void left_out(const LeftOut& routes) noexcept
    {
        for (std::size_t i = 0; i < now_.left_out.size(); ++i)
            now_.left_out[i] += routes.of(LeftOutReason{static_cast<std::uint8_t>(i)}).routes;
    }
    /// Times that were taken from receivers, which begin anew.
    void taken(const ReflectionTimes& times);

private:
    /// What the service's thread shares with us.
    struct Shown {
        std::mutex mutex;
        RunMetrics metrics;   // under mutex
    };
    struct Member {
        PeerIndex index;
        std::size_t group;
    };
    struct Times {
        MetricTimes convergence, scheduled, withdrawal, failover;
        void add(const ReflectionTimes& times) noexcept;
    };

    [[nodiscard]] bool is_on() const noexcept { return service_ != nullptr; }
    void look(TimePoint now);
    void show(const Times& unfinished);

    Engine* engine_ = nullptr;
    TimePoint began_ = never;
    TimePoint due_ = never;
    bool asked_ = false;   // receivers are being visited
    std::vector<Member> members_;
    std::vector<PeerIndex> receivers_;
    std::vector<PeerNumbers> earlier_;   // of each group, from runs that ended
    Times collected_;
    Histogram establish_;
    RunMetrics now_;
    std::shared_ptr<Shown> shown_ = std::make_shared<Shown>();
    std::unique_ptr<HttpService> service_;   // last: its thread reads the above
};

}   // namespace barrage
