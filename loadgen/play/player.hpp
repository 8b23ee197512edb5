#pragma once
// Plays a scenario once over an engine: phases one after the other, with what each needs to know of the peers, and what came of
// them. The engine calls it on the thread that called run(). Each kind of phase is a PhaseRun (phase_run.hpp); the player keeps
// what they share: lines (peers), the expectation, the operation that is being measured.
//
//     phase begins → … → phase is done → times are collected from all receivers → next phase → … → receivers are compared → Cease

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/unordered/unordered_flat_set.hpp>

#include "engine/engine.hpp"
#include "loadgen/console/progress.hpp"
#include "loadgen/metrics/metrics_feed.hpp"
#include "loadgen/play/device_watch.hpp"
#include "loadgen/play/expectation.hpp"
#include "loadgen/play/run_result.hpp"
#include "loadgen/routes/route_table.hpp"
#include "loadgen/scenario/api_lines.hpp"
#include "loadgen/scenario/scenario.hpp"
#include "tuning/process_usage.hpp"

namespace barrage {

class PhaseRun;

/// What all repetitions of a scenario share: routes are loaded once.
struct LoadedScenario {
    const Scenario* scenario = nullptr;
    std::string_view command = "run";   // who plays it
    Endpoint dut;
    std::shared_ptr<AttributePool> pool;   // of what commands tell
    std::map<const Scenario::Command*, std::vector<ApiLine>> commands;
    std::vector<std::shared_ptr<const RouteTable>> tables;   // by group; null where it has no routes
};

class Player final : public Observer {
public:
    /// Of a peer's routes in their order, from here to there.
    struct Part {
        double from = 0, to = 1;
        static Part of(const auto& phase) { return {phase.from, std::min(1.0, phase.from + phase.share)}; }
    };
    /// A part of a source that is told and withdrawn as a whole.
    struct Piece {
        RouteSlice slice;
        Part part;
        std::uint64_t routes = 0;
        bool names_next_hops = false;   // its source, in words
        bool advertised = false;
        bool counts = true;   // receivers are to have it; else it is not to come through
        /// Numbers that hold when all is told; null: all of the slice. A file of updates takes back some of what it tells.
        std::shared_ptr<const std::vector<MeasuredRoutes::Number>> holds = {};
    };
    /// How routes are told.
    struct SendOptions {
        double rate_per_second = 0;   // 0: as they are taken
        std::uint64_t burst = 1;
        Scenario::PrefixesPerUpdate prefixes_per_update = {};
        double replay_speed = 0;     // 0: without regard to the times of the file
        std::uint32_t sharers = 0;   // peers that are told the same at once, where that is known; 0: any number
    };
    struct Line {
        const Scenario::Group* group = nullptr;
        std::uint32_t number = 0;   // over all groups, from 0
        std::uint32_t of_group = 0;
        PeerConfig config;
        bool external = true;
        std::vector<Piece> pieces;
        std::optional<PeerIndex> index;   // once it was started
        bool up = false;
        bool going_down = false;   // its end is wanted
        std::uint32_t losses = 0;
        std::uint64_t never_acked = 0;   // routes handed over to sessions that ended before
        std::string end;
        TimePoint begun_at = never;
        TimePoint established_at = never;
        TimePoint all_acked_at = never;   // of what it advertised first
        std::optional<Asn> peer_as;
        std::uint64_t left_out = 0;   // routes of its sources
        RouteCount of_sources;
        std::size_t runs_wanted = 0;   // of this phase
        std::size_t runs_sent = 0;
        bool acked = true;                                      // all of this phase
        boost::unordered_flat_set<std::uint32_t> not_to_come;   // … that are announced one by one and are not to come through
        boost::unordered_flat_set<std::uint32_t> churned_out;   // numbers that are told in pieces and withdrawn one by one
        boost::unordered_flat_set<std::uint32_t> commanded;     // … that are announced one by one and in no piece that is told
        bool leaving = false;                                   // its end was asked for, and its routes count until it came
        bool restarting = false;                                // gracefully: what it told counts as there
        bool route_refresh = false;                             // the device takes it: RFC 2918
        bool enhanced_refresh = false;                          // as negotiated
        std::uint32_t families = 0;
        Comparison comparison;
        Histogram establish;
        std::unique_ptr<ReflectionTimes> times;   // of a receiver, over the run
    };

    Player(const LoadedScenario& loaded, Engine& engine, Progress& progress, MetricsFeed& metrics);
    ~Player() override;

    /// Until the last phase, or the first thing that cannot be gone on from.
    RunResult run();

    void on_events(const std::vector<PeerEvent>& events) override;
    void on_interrupt() override;
    void on_time(TimePoint now) override;
    TimePoint deadline() override;

    // ---- For phases.

    [[nodiscard]] Engine& engine() noexcept { return engine_; }
    [[nodiscard]] const Scenario& scenario() const noexcept { return *loaded_.scenario; }
    [[nodiscard]] MeasuredRoutes& measured() noexcept { return *measured_; }
    [[nodiscard]] Expectation& expectation() noexcept { return *expectation_; }
    [[nodiscard]] AttributePool& pool_of(const Line& line) noexcept;
    [[nodiscard]] std::vector<Line>& lines() noexcept { return lines_; }
    [[nodiscard]] RunResult::Phase& record(std::size_t index) noexcept { return result_.phases[index]; }
    [[nodiscard]] std::size_t newest_record() const noexcept { return result_.phases.size() - 1; }
    [[nodiscard]] const std::vector<ApiLine>& lines_of(const Scenario::Command& phase) const
    {
        return loaded_.commands.at(&phase);
    }

    /// A phase that has begun, or will with run->begin().
    struct UnderWay {
        const Scenario::Phase* phase;
        std::size_t record;
        TimePoint began;
        PeerNumbers before;
        std::chrono::nanoseconds device_cpu;
        std::unique_ptr<PhaseRun> run;
    };
    [[nodiscard]] UnderWay prepare(const Scenario::Phase& phase, TimePoint now);
    void begin(UnderWay& prepared, TimePoint now);
    /// Fills its record.
    void finish(const UnderWay& done, TimePoint now);
    /// What was sent and what came back since its beginning.
    void note_numbers(const UnderWay& under_way);

    enum class Which : std::uint8_t { all, senders, receivers };
    /// Peers of these groups (none named: of all) of this role.
    [[nodiscard]] std::vector<Line*> chosen(const std::vector<std::string>& groups, Which which);
    /// Those of them that are up; the record says how many are not. Where all are gone and were not to be, that is a problem.
    [[nodiscard]] std::vector<Line*> up_of(std::vector<Line*> lines, RunResult::Phase& record);
    /// A part of each group's peers.
    [[nodiscard]] static std::vector<Line*> part_of(const std::vector<Line*>& lines, Part part);

    void start(Line& line, TimePoint now);
    /// Its end is wanted. `command` brings it about; what it told counts as withdrawn from now on.
    void end(Line& line, command::Any command, TimePoint now);
    /// … and it will come back as a graceful restart does: the device is to keep what was told.
    void end_gracefully(Line& line, bool kept, Duration first_routes_after, TimePoint now);
    /// Its end is wanted no more.
    void stay(Line& line);
    /// Tells or withdraws a part of a line's routes.
    void send(Line& line, RunKind kind, Part part, const SendOptions& how);
    /// A single announcement or withdrawal, beside the pieces.
    void advertised(Line& line, MeasuredRoutes::Number number, bool withdraw, bool in_table);
    using Numbers = boost::unordered_flat_set<MeasuredRoutes::Number>;
    /// Those of `wanted` that stand in pieces that this peer was told. Looks through all of them once.
    [[nodiscard]] Numbers in_tables(const Line& line, const Numbers& wanted) const;
    /// A route of this peer is announced with these from now on.
    void now_comes_with(const Line& line, MeasuredRoutes::Number number, const AttributeSet& attributes);
    /// It need not come back to this receiver.
    [[nodiscard]] bool is_own(const Line& line, MeasuredRoutes::Number number) const
    {
        const auto& own = line.config.receive->own_routes;
        return number < own.size() && own[number];
    }
    /// Of the routes of this line, those that the phase takes away.
    [[nodiscard]] Part part_of(const Scenario::Flap& flap, const Line& line) const;
    /// Not so where it is of a set of routes that is not to come through, whoever announces it.
    [[nodiscard]] bool is_to_come(MeasuredRoutes::Number number) const
    {
        return number >= not_to_come_.size() || !not_to_come_[number];
    }
    /// Ended by the device behind the last of what it was asked for, where that is allowed.
    [[nodiscard]] bool is_done(const Line& line, const SessionEnd& end) const;
    /// The session was lost where the scenario expects some to be: phases do not wait for it.
    [[nodiscard]] bool is_excused(const Line& line) const noexcept { return expects_losses_ && line.losses != 0 && !line.up; }
    [[nodiscard]] MeasuredRoutes::Number number_of(const RouteKey& key) const;
    /// Numbers that hold when the piece is told.
    [[nodiscard]] std::span<const MeasuredRoutes::Number> held_by(const Piece& piece) const
    {
        return piece.holds ? std::span{*piece.holds} : measured_->numbers_of(piece.slice);
    }
    /// Whether a phase with these `peers` is about this group.
    [[nodiscard]] static bool concerns(const std::vector<std::string>& peers, const std::string& group)
    {
        return peers.empty() || std::ranges::find(peers, group) != peers.end();
    }
    /// Rates of several peers that come to `rate` together.
    static std::vector<double> divided(double rate, std::size_t peers);
    [[nodiscard]] bool all_acked(const std::vector<Line*>& lines) const;
    /// How many routes a receiver should have by now, without its own.
    [[nodiscard]] Expectation::Bounds expected_live(const Line& line) const
    {
        return expectation_->bounds(line.number, line.config.receive->own_routes);
    }
    /// Holds all receivers that are up against the expectation, then calls `then` with the sum.
    void compare(std::function<void(const Comparison&)> then);
    /// What of these the receivers that are up have not seen, for `then`.
    void look_for(std::shared_ptr<const std::vector<WantedRoute>> wanted, std::function<void(const NotReturned&)> then);
    /// … and that it counts. `awaited`: there was time for it.
    static void note_not_returned(RunResult::Phase& record, const NotReturned& missed, bool awaited);
    /// Its phases are asked to go on at once, without an event or a deadline.
    void look_again() noexcept { ++wake_; }
    void attributes_were_changed() noexcept { attributes_changed_ = true; }
    [[nodiscard]] bool attributes_changed() const noexcept { return attributes_changed_; }
    void problem(std::string text, ExitStatus status = ExitStatus::incomplete);
    /// Ends the run.
    void give_up(std::string text, ExitStatus status);
    [[nodiscard]] std::string name_of(const Line& line) const;
    [[nodiscard]] std::string device_name() const { return to_text(loaded_.dut); }

private:
    enum class State : std::uint8_t { playing, collecting, comparing, closing };
    static constexpr Duration peek_every = std::chrono::seconds{1};

    void make_lines();
    /// What is known of who can tell what, and what is expected of the device.
    void expect_of_lines();
    /// What a device may have against a next hop that this peer tells; empty: nothing.
    [[nodiscard]] std::string what_is_wrong_with(const Line& line, OctetView next_hop) const;
    void count_flaps();
    /// Sets of routes of which something is expected in words.
    void mark_expected_routes();
    void set_policies();
    /// Something may be expected of its routes in words.
    [[nodiscard]] bool has_policy(const Scenario::Group& group) const;
    /// Of sets of routes that are expected within a time. The engine stands.
    void time_expected_routes();
    /// What the phase that begins right now expects of a piece's routes in words.
    void expect_policy_of_phase(const Line& line, const Piece& piece);
    /// … so that what comes back depends on who sent it.
    [[nodiscard]] bool has_policy_that_prepends(const Scenario::Group& group) const;
    /// What is expected of the attributes of this route; null: nothing.
    [[nodiscard]] const ExpectedAttributes* policy_of(const Line& line, MeasuredRoutes::Number number) const;
    [[nodiscard]] PeerConfig config_of(const Scenario::Group& group, std::uint32_t of_group, std::uint32_t number,
                                       FamilySet families) const;
    void established(Line& line, TimePoint at);
    /// Routes that it was to tell and that were not put on the wire: nobody expects them.
    void leave_out(Line& line, const happened::RunSent& sent);
    void leave_out(Line& line, const happened::LeftOutChanges& changes);
    void judge_left_out();
    /// What to do where all sessions come from one address; empty: they do not.
    [[nodiscard]] std::string one_address_text() const;
    void ended(Line& line, const SessionEnd& end, TimePoint at);
    void go_on(TimePoint now);
    void begin_phase(TimePoint now);
    void finish_phase(TimePoint now);
    struct Collected;
    void collect(TimePoint now);
    void book(Collected& collected, bool last);
    /// Of an operation that the end of the run has cut short. The engine stands.
    void book_what_is_left();
    [[nodiscard]] std::vector<PeerIndex> measuring() const;
    /// As it is now, for visits on shards: by_index_ grows on the observer's thread.
    [[nodiscard]] std::shared_ptr<const std::vector<Line*>> lines_by_index();
    /// A comparison is over: what came meanwhile changes the expectation now.
    void stand_still_no_more();
    /// Times so far, without taking them: for thresholds that end the run.
    void peek(TimePoint now);
    void judge_early(TimePoint now);
    void compared_at_end(const Comparison& sum);
    /// Before its last phase: what receivers hold by now is compared all the same.
    void break_off(TimePoint now);
    void close(TimePoint now);
    void hold_routes(Line& line, bool held);
    void sample(TimePoint now);
    void show(TimePoint now);
    void fill(TimePoint now);
    /// What is told is counted of these groups (null or none named: of all), what comes of it of all.
    [[nodiscard]] PeerNumbers totals(const std::vector<std::string>* groups = nullptr) const;
    [[nodiscard]] RunResult::Phase& current_record() noexcept { return result_.phases[current_->record]; }
    /// Its routes are withdrawn right now, or where others have them too their paths changed.
    void mark_gone(Line& line, TimePoint now);
    /// Calls `visit` for each number that the line holds by what it was told.
    void for_each_held(const Line& line, auto&& visit) const
    {
        for (const auto& piece : line.pieces) {
            if (!piece.advertised || !piece.counts) continue;
            for (const auto each : held_by(piece)) {
                const auto number = each & ~MeasuredRoutes::withdraw_bit;
                if (number < measured_->size() && is_to_come(number) &&
                    (line.churned_out.empty() || !line.churned_out.contains(number)))
                    visit(number);
            }
        }
        for (const auto number : line.commanded) visit(number);
    }
    [[nodiscard]] Line* line_of(PeerIndex index) noexcept
    {
        return index < by_index_.size() ? &lines_[by_index_[index]] : nullptr;
    }

    const LoadedScenario& loaded_;
    Engine& engine_;
    Progress& progress_;
    MetricsFeed& metrics_;
    std::shared_ptr<MeasuredRoutes> measured_;
    std::unique_ptr<Expectation> expectation_;
    std::vector<Line> lines_;
    std::vector<std::uint32_t> by_index_;   // PeerIndex → line
    std::uint64_t run_id_ = 0;              // of all runs of this operation: peers of a group share what is packed

    RunResult result_;
    State state_ = State::playing;
    std::size_t next_phase_ = 0;
    std::optional<UnderWay> current_;
    bool judges_early_ = false;   // some threshold ends the run
    bool expects_losses_ = false;
    bool nothing_expected_ = false;                      // of the phase that begins right now
    const ExpectedAttributes* phase_policy_ = nullptr;   // likewise; null: none
    std::vector<bool> not_to_come_;                      // by number
    std::vector<std::uint16_t> policies_;   // by number: of Scenario::expects, from 1; 0: none. Empty: there are none
    std::map<const Scenario::Flap*, std::vector<Part>> flap_parts_;   // of each line's routes, where a flap gives their number
    TimePoint peek_at_ = never;
    std::optional<std::size_t> operation_;   // index of the phase that is being measured
    bool is_booked_ = false;                 // it has ended
    bool waited_ = false;                    // for what comes of it
    std::unique_ptr<ReflectionTimes> past_times_ = std::make_unique<ReflectionTimes>();   // of the operations before
    std::vector<SenderTimes> past_times_by_group_;
    bool attributes_changed_ = false;
    bool gave_up_ = false;
    bool broken_off_ = false;
    std::size_t comparing_ = 0;                                // comparisons under way: the expectation stands still
    std::vector<std::pair<std::uint32_t, bool>> held_later_;   // lines whose routes come or go after that
    std::uint32_t wake_ = 0;                                   // answers that came since

    TimePoint started_ = never;
    TimePoint finish_by_ = never;
    TimePoint end_by_ = never;
    bool stopped_ = false;       // the engine was told to
    TimePoint ran_at_ = never;   // last
    TimePoint sample_at_ = never;
    Duration sample_every_ = std::chrono::milliseconds{50};
    DeviceWatch device_;
    double device_cores_sum_ = 0;
    std::uint64_t device_looks_ = 0;
    Histogram timer_lateness_;
    struct Usage {
        ProcessUsage process;
        std::optional<MachineUsage> machine;
        PeerNumbers numbers;
        TimePoint at{};
        std::chrono::nanoseconds device{};
    };
    void note_usage(std::optional<Usage>& usage, TimePoint now);
    std::optional<Usage>
        before_;   // at the beginning of the first operation, or where sessions advertise at once of the first session
    std::optional<Usage> after_;   // when that was done; nothing: at the end
    ProcessUsage last_usage_;
    PeerNumbers last_numbers_;
    TimePoint last_sample_ = never;
    PeerNumbers shown_;
    TimePoint shown_at_ = never;
    std::chrono::nanoseconds shown_cpu_{};
    std::chrono::system_clock::time_point wall_started_{};
};

}   // namespace barrage
