#pragma once
// One run of the receiving side, over the engine: who may connect, when it is over, and what each session came to. The engine's
// own thread calls the observer; results are read when the run is over.

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "loadgen/console/exit_status.hpp"
#include "loadgen/console/progress.hpp"
#include "loadgen/metrics/metrics_feed.hpp"
#include "loadgen/sink/sink_result.hpp"

namespace barrage {

struct SinkOptions {
    Endpoint listen;
    std::uint32_t sessions = 0;   // 0: until it is interrupted
    std::uint64_t expect =
        0;   // distinct prefixes of each session (counting only: announced routes); 0: sessions are complete when they end
    bool count_only = false;
    bool reject_as_set = false;   // RFC 9774
    Asn local_as{65000};
    Ipv4Address router_id{0xc00002fe};   // 192.0.2.254
    std::chrono::seconds hold_time{180};
    bool extended_message = true;
    bool add_path = false;
    std::uint64_t max_routes = std::uint64_t{1} << 25;   // distinct prefixes of a session; one with more is sent a Cease
    FamilySet families{ipv4_unicast, ipv6_unicast};
};

class SinkRun final : public Observer {
public:
    SinkRun(SinkOptions options, Engine& engine, Progress& progress, MetricsFeed& metrics);

    /// Where it listens.
    IoResult<Endpoint> listen();
    /// Until its limits are reached, or it is interrupted.
    ExitStatus run();
    /// After run().
    [[nodiscard]] SinkResult result();

    void on_events(const std::vector<PeerEvent>& events) override;
    void on_listener_trouble(const ListenerTrouble& trouble) override;
    void on_interrupt() override;
    void on_time(TimePoint now) override;
    TimePoint deadline() override;

private:
    struct Seen {
        Endpoint remote;
        std::optional<Asn> as;   // once it was Established
        TimePoint established_at = never;
        bool up = false;
        bool complete = false;
        bool lost = false;   // before it was complete
        std::string end;     // why it ended; empty: it did not
    };
    enum class Phase : std::uint8_t {
        receiving,
        settling,   // all is there; who sends sees that it was acknowledged, and may close first
        closing,    // our Cease is on its way
    };

    PeerConfig admit(const Endpoint& remote);
    void established(Seen& session, Asn as, TimePoint at);
    void ended(Seen& session, const SessionEnd& end);
    void is_over(bool& how, Seen& session);
    void look_for_end(TimePoint now);
    void settle(TimePoint now);
    void close(TimePoint now);
    [[nodiscard]] std::uint64_t received_octets() const;
    void show_progress(TimePoint now);

    SinkOptions options_;
    Engine& engine_;
    Progress& progress_;
    MetricsFeed& metrics_;
    PeerIndex in_metrics_ = 0;             // so many of the peers
    PeerIndex admitted_ = 0;               // so many of the peers
    std::map<PeerIndex, Seen> sessions_;   // without those that ended before they were Established
    std::uint32_t up_ = 0;                 // of the sessions
    std::uint32_t over_ = 0;               // complete or lost
    Phase phase_ = Phase::receiving;
    bool interrupted_ = false;
    TimePoint look_again_ = never;
    TimePoint end_by_ = never;
    TimePoint quiet_since_ = never;
    std::uint64_t octets_then_ = 0;

    TimePoint shown_at_ = never;
    std::uint64_t shown_routes_ = 0;
    std::uint64_t shown_octets_ = 0;
};

}   // namespace barrage
