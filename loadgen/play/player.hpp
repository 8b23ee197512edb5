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
#include "loadgen/metrics/metrics_feed.hpp"
#include "loadgen/play/expectation.hpp"
#include "loadgen/play/leak_watch.hpp"
#include "loadgen/play/loaded_scenario.hpp"
#include "loadgen/play/operation_times.hpp"
#include "loadgen/play/played_peers.hpp"
#include "loadgen/play/route_pieces.hpp"
#include "loadgen/play/run_monitor.hpp"
#include "loadgen/play/run_result.hpp"
#include "loadgen/play/stated_expectations.hpp"
#include "loadgen/routes/route_table.hpp"
#include "loadgen/scenario/api_lines.hpp"
#include "loadgen/scenario/scenario.hpp"

namespace barrage {

class PhaseRun;

class Player final : public Observer {
public:
    /// How routes are sent.
    struct SendOptions {
        double rate_per_second = 0;   // 0: as they are taken
        std::uint64_t burst = 1;
        Scenario::PrefixesPerUpdate prefixes_per_update = {};
        double replay_speed = 0;     // 0: without regard to the times of the file
        std::uint32_t sharers = 0;   // peers that send the same at once, where that is known; 0: any number
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
    [[nodiscard]] const StatedExpectations& stated() const noexcept { return stated_; }
    [[nodiscard]] const FlapParts& flap_parts() const noexcept { return flap_parts_; }
    [[nodiscard]] AttributePool& pool_of(const PlayedPeer& line) noexcept;
    [[nodiscard]] PlayedPeers& peers() noexcept { return lines_; }
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

    /// Those of these peers that are up; the record says how many are not. Where all are gone and were not to be, that is a problem.
    [[nodiscard]] std::vector<PlayedPeer*> up_of(std::vector<PlayedPeer*> lines, RunResult::Phase& record);

    void start(PlayedPeer& line, TimePoint now);
    /// Its end is wanted. `command` brings it about; what it announced counts as withdrawn from now on.
    void end(PlayedPeer& line, command::Any command, TimePoint now);
    /// … without a NOTIFICATION. Where graceful restart was agreed on, the device is to keep its routes for the restart time: RFC 4724 section 4.2.
    void end_without_notification(PlayedPeer& line, command::Any command, TimePoint now);
    /// … and it will come back as a graceful restart does: the device is to keep what was announced.
    void end_gracefully(PlayedPeer& line, bool kept, Duration first_routes_after, TimePoint now);
    /// Its end is wanted no more.
    void stay(PlayedPeer& line);
    /// Announces or withdraws a part of a line's routes; of how many pieces. Those that stand as they are to be are none.
    std::size_t send(PlayedPeer& line, RunKind kind, RoutesPart part, const SendOptions& how);
    /// A single announcement or withdrawal, beside the pieces.
    void advertised(PlayedPeer& line, MeasuredRoutes::Number number, bool withdraw, bool in_table);
    using Numbers = boost::unordered_flat_set<MeasuredRoutes::Number>;
    /// Those of `wanted` that stand in pieces that this peer announces. Looks through all of them once.
    [[nodiscard]] Numbers in_tables(const PlayedPeer& line, const Numbers& wanted) const;
    /// A route of this peer is announced with these from now on.
    void now_comes_with(const PlayedPeer& line, MeasuredRoutes::Number number, const AttributeSet& attributes);
    /// It need not come back to this receiver.
    [[nodiscard]] bool is_own(const PlayedPeer& line, MeasuredRoutes::Number number) const
    {
        const auto& own = line.config.receive->own_routes;
        return number < own.size() && own[number];
    }
    /// Ended by the device behind the last of what it was asked for, where that is allowed.
    [[nodiscard]] bool is_done(const PlayedPeer& line, const SessionEnd& end) const;
    /// The session was lost where the scenario expects some to be: phases do not wait for it.
    [[nodiscard]] bool is_excused(const PlayedPeer& line) const noexcept
    {
        return stated_.losses() && line.losses != 0 && !line.up;
    }
    [[nodiscard]] MeasuredRoutes::Number number_of(const RouteKey& key) const;
    /// Numbers that hold when the piece was announced.
    [[nodiscard]] std::span<const MeasuredRoutes::Number> held_by(const RoutesPiece& piece) const
    {
        return piece.holds ? std::span{*piece.holds} : measured_->numbers_of(piece.slice);
    }
    /// How many routes a receiver should have by now, without its own.
    [[nodiscard]] Expectation::Bounds expected_live(const PlayedPeer& line) const
    {
        return expectation_->bounds(line.number, line.config.receive->own_routes);
    }
    /// Holds all receivers that are up against the expectation, then calls `then` with the sum.
    void compare(std::function<void(const Comparison&)> then);
    /// Of its next OPEN: the Restart State bit and the Forwarding State bits (RFC 4724 section 3). First routes go so long after the session is up.
    void set_restart_state(const PlayedPeer& line, bool restarted, bool kept, Duration first_routes_after);
    /// Calls `visit` for each measuring receiver that is up, on its shard, while the expectation stands still; then `then`.
    void visit_receivers(std::function<void(const PlayedPeer&, const Reflections&)> visit, std::function<void()> then);
    /// What came of the last changes of these that the receivers which are up have not seen, for `then`.
    void look_for(std::shared_ptr<const std::vector<MeasuredRoutes::Number>> wanted,
                  std::function<void(const NotReturned&)> then);
    /// Receivers are being held against the expectation: who changes it waits.
    [[nodiscard]] bool is_comparing() const noexcept { return comparing_ != 0; }
    /// Its phases are asked to go on at once, without an event or a deadline.
    void look_again() noexcept { ++wake_; }
    /// All receivers were seen to hold what is right.
    void all_is_right(TimePoint now);
    /// … at this time. When it may be said that nothing came which must not.
    [[nodiscard]] TimePoint watched_until(TimePoint right) const noexcept { return leaks_.until(right); }
    void attributes_were_changed() noexcept { attributes_changed_ = true; }
    [[nodiscard]] bool attributes_changed() const noexcept { return attributes_changed_; }
    void problem(std::string text, ExitStatus status = ExitStatus::incomplete);
    /// Ends the run.
    void give_up(std::string text, ExitStatus status);
    [[nodiscard]] std::string device_name() const { return to_text(loaded_.dut); }

private:
    enum class State : std::uint8_t { playing, collecting, comparing, closing };
    static constexpr Duration peek_every = std::chrono::seconds{1};

    void make_lines();
    /// Who can announce what, and what is expected of the device.
    void expect_of_lines();
    /// What a device may have against a next hop that this peer sends; empty: nothing.
    [[nodiscard]] std::string what_is_wrong_with(const PlayedPeer& line, OctetView next_hop) const;
    void set_policies();
    /// What takes back the changes that lie over a piece that is withdrawn; empty: there are none.
    [[nodiscard]] std::optional<command::Any> forgets_changes_of(PlayedPeer& line, const RoutesPiece& piece) const;
    /// What the phase that begins right now states of a piece's routes.
    void expect_changed(const PlayedPeer& line, const RoutesPiece& piece);
    [[nodiscard]] PeerConfig config_of(const Scenario::Group& group, std::uint32_t of_group, std::uint32_t number,
                                       FamilySet families) const;
    void established(PlayedPeer& line, TimePoint at);
    /// Routes that it was to announce and that were not put on the wire: nobody expects them.
    void leave_out(PlayedPeer& line, const happened::RunSent& sent);
    void leave_out(PlayedPeer& line, const happened::LeftOutChanges& changes);
    void judge_left_out();
    /// What to do where all sessions come from one address; empty: they do not.
    [[nodiscard]] std::string one_address_text() const;
    void ended(PlayedPeer& line, const SessionEnd& end, TimePoint at);
    void go_on(TimePoint now);
    void begin_phase(TimePoint now);
    void finish_phase(TimePoint now);
    void collect(TimePoint now);
    /// The restart time of sessions that did not come back is over.
    void flush_kept(TimePoint now);
    /// Now, or once no comparison is under way.
    void change_expectation(std::function<void()> change);
    /// A comparison is over: what came meanwhile changes the expectation now.
    void stand_still_no_more();
    /// Times so far, without taking them: for thresholds that end the run.
    void peek(TimePoint now);
    void judge_early(TimePoint now);
    void compare_at_end();
    void compared_at_end(const Comparison& sum);
    /// Before its last phase: what receivers hold by now is compared all the same.
    void break_off(TimePoint now);
    void close(TimePoint now);
    void hold_routes(PlayedPeer& line, bool held);
    void show(TimePoint now);
    void fill(TimePoint now);
    [[nodiscard]] PeerNumbers totals(const std::vector<std::string>* groups = nullptr) const
    {
        return lines_.totals(engine_, groups);
    }
    [[nodiscard]] RunResult::Phase& current_record() noexcept { return result_.phases[current_->record]; }
    /// Its routes are withdrawn right now, or where others have them too their paths changed.
    void mark_gone(PlayedPeer& line, TimePoint now);
    /// Calls `visit` for each number that the line holds by what it announced.
    void for_each_held(const PlayedPeer& line, auto&& visit) const
    {
        for (const auto& piece : line.pieces) {
            if (!piece.advertised || !piece.counts) continue;
            for (const auto each : held_by(piece)) {
                const auto number = each & ~MeasuredRoutes::withdraw_bit;
                if (number < measured_->size() && stated_.is_to_come(number) &&
                    (line.churned_out.empty() || !line.churned_out.contains(number)))
                    visit(number);
            }
        }
        for (const auto number : line.commanded) visit(number);
    }

    const LoadedScenario& loaded_;
    Engine& engine_;
    Progress& progress_;
    MetricsFeed& metrics_;
    std::shared_ptr<MeasuredRoutes> measured_;
    std::unique_ptr<Expectation> expectation_;
    PlayedPeers lines_;
    StatedExpectations stated_;
    LeakWatch leaks_;
    FlapParts flap_parts_;
    std::uint64_t run_id_ = 0;   // of all runs of this operation: peers of a group share what is packed

    RunResult result_;
    OperationTimes operation_;
    State state_ = State::playing;
    std::size_t next_phase_ = 0;
    std::optional<UnderWay> current_;
    bool judges_early_ = false;   // some threshold ends the run
    TimePoint peek_at_ = never;
    TimePoint kept_until_ = never;   // the earliest of the peers'
    TimePoint compare_at_ = never;   // again, behind the last phase …
    TimePoint compare_until_ = never;
    bool attributes_changed_ = false;
    bool changes_singly_ = false;
    bool gave_up_ = false;
    bool broken_off_ = false;
    std::size_t comparing_ = 0;                      // comparisons under way: the expectation stands still
    std::vector<std::function<void()>> held_back_;   // changes of it that events brought meanwhile
    std::uint32_t wake_ = 0;                         // answers that came since

    TimePoint started_ = never;
    TimePoint finish_by_ = never;
    TimePoint end_by_ = never;
    bool stopped_ = false;   // the engine was asked to
    RunMonitor monitor_;
};

}   // namespace barrage
