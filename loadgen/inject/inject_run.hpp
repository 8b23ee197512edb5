#pragma once
// One run of `loadgen inject`, over the engine: from connecting to the Cease, and what each session came to.
//
//     connecting → sending → [waiting → withdrawing] → holding → closing
//
// Routes are told before the engine runs, and leave by themselves when a session is Established. A session that is lost does not
// stop the others; one that cannot be set up stops the run. The engine calls the observer on the thread that called run().

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "loadgen/console/exit_status.hpp"
#include "loadgen/inject/inject_options.hpp"
#include "loadgen/routes/route_table.hpp"
#include "loadgen/metrics/metrics_feed.hpp"
#include "loadgen/console/progress.hpp"
#include "loadgen/report/run_report.hpp"
#include "tuning/process_usage.hpp"

namespace barrage {

class InjectRun final : public Observer {
public:
    InjectRun(const InjectOptions& options, const RouteTable& table, const Endpoint& router, Engine& engine, Progress& progress,
              MetricsFeed& metrics);

    void run();
    /// After run(): all but the sources, the load time and the sink's word.
    void fill(RunReport& report) const;

    struct Expected {
        std::uint64_t announced = 0;   // routes that went out, as far as the session has their families
        std::uint64_t withdrawn = 0;
        std::optional<IpAddress> source;
    };
    /// What a receiver must have from a peer that had everything acknowledged.
    [[nodiscard]] Expected expected(std::uint32_t peer) const;

    void on_events(const std::vector<PeerEvent>& events) override;
    void on_interrupt() override;
    void on_time(TimePoint now) override;
    TimePoint deadline() override;

private:
    enum class Phase : std::uint8_t { connecting, sending, waiting, withdrawing, holding, closing };
    struct Line {
        PeerConfig config;
        std::vector<RouteSlice> slices;
        RouteCount routes;
        bool up = false;
        bool lost = false;            // before all that was asked of it was acknowledged
        bool acked = false;           // all of this phase
        std::size_t runs_sent = 0;    // of this phase
        std::uint64_t left_out = 0;   // of the announcing runs
        bool withdrew = false;
        std::optional<Asn> peer_as;
        TimePoint established_at = never;
        TimePoint acked_at = never;   // of what was announced
        std::string end;
    };

    void established(Line& line, const happened::Established& event, TimePoint at);
    void run_sent(Line& line, const LeftOut* left_out);
    void acked(Line& line, TimePoint at);
    void ended(PeerIndex peer, const SessionEnd& end);
    void go_on(TimePoint now);
    void enter(Phase phase, TimePoint now);
    void withdraw(TimePoint now);
    void hold_or_close(TimePoint now);
    void close(TimePoint now);
    void fail(ExitStatus status, std::string problem, TimePoint now);
    [[nodiscard]] bool all_of_phase_done() const;
    [[nodiscard]] std::string peer_name(PeerIndex peer) const;
    /// With what to do where all sessions come from one address; said once.
    std::string with_hint(std::string problem);
    [[nodiscard]] PeerNumbers totals() const;
    void show_progress(TimePoint now);

    const InjectOptions& options_;
    Engine& engine_;
    Progress& progress_;
    MetricsFeed& metrics_;
    Endpoint router_;
    std::vector<bool> names_next_hops_;   // by source
    std::vector<Line> lines_;             // by PeerIndex
    LeftOut left_out_;                    // by all of them

    Phase phase_ = Phase::connecting;
    ExitStatus status_ = ExitStatus::passed;
    std::vector<std::string> problems_;
    std::string last_refusal_;
    std::size_t ever_up_ = 0;
    bool hint_given_ = false;

    TimePoint started_ = never;
    TimePoint phase_began_ = never;
    std::vector<RunReport::Phase> phases_;
    TimePoint first_established_ = never;
    TimePoint last_acked_ = never;
    TimePoint connect_by_ = never;
    TimePoint finish_by_ = never;
    TimePoint next_phase_at_ = never;   // waiting, holding
    TimePoint end_by_ = never;

    // At both ends of sending.
    struct Usage {
        ProcessUsage process;
        std::optional<MachineUsage> machine;
    };
    Usage usage_before_;
    Usage usage_after_;
    PeerNumbers numbers_after_;   // totals when everything announced was acknowledged

    TimePoint shown_at_ = never;
    PeerNumbers shown_;
    ProcessUsage shown_usage_;
};

}   // namespace barrage
