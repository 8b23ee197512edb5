#pragma once
// `loadgen speak` as one object: the configuration, the engine, and which neighbour is which peer. API commands, signals and the
// configuration itself all change routes through its functions; what happens to sessions comes out of it to one SpeakerListener.
// It decides when the speaker is done. All of it on the thread that calls run(): in sync mode the only one, in async mode the
// coordinator's.
//
// What takes part in one turn: commands given from inside one call of a watch's `ready` (all lines that one read of a program's
// pipe brought) are put into the same turn of every shard, in their order; answers come in that order too, when the Adj-RIB-Outs
// of every addressed peer have them.

#include <bitset>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.hpp"
#include "loadgen/console/exit_status.hpp"
#include "loadgen/exabgp/grammar/configuration.hpp"
#include "loadgen/exabgp/speaker/configuration_files.hpp"
#include "rib/attribute_pool.hpp"
#include "rib/left_out.hpp"

namespace barrage::exabgp {

/// A neighbour's number, for the life of the speaker: never given to another one, also when it was removed.
using NeighborIndex = std::uint32_t;

enum class Direction : std::uint8_t { sent, received };

/// What happens, for events to programs.
class SpeakerListener {
public:
    virtual ~SpeakerListener() = default;
    virtual void on_connected(NeighborIndex) {}
    virtual void on_up(NeighborIndex, const Negotiated&) {}
    /// Routes are not sent, for a reason that is new in this session; `sample`: the first of them. See Status::left_out.
    virtual void on_left_out(NeighborIndex, const LeftOutWords& reason, std::string_view sample) { (void)reason, (void)sample; }
    /// A member of a range came or went.
    virtual void on_members_changed() {}
    /// A session ended, or an attempt at one; `is_news`: for another reason than the one before. See Status::last_end.
    virtual void on_down(NeighborIndex, bool was_established, bool is_news) { (void)was_established, (void)is_news; }
    /// Only of neighbours whose api sections say `fsm`.
    virtual void on_state(NeighborIndex, State) {}
    /// A whole message, header included. Only of the kinds that its api sections name. `negotiated` is null before OPENs were
    /// exchanged.
    virtual void on_message(NeighborIndex, Direction, OctetView message, const Negotiated* negotiated)
    {
        (void)message, (void)negotiated;
    }
    virtual void on_listener_trouble(const ListenerTrouble&) {}
    /// SIGUSR1 and so on, before it is acted upon.
    virtual void on_signal(int) {}
    /// The configuration was read again: processes, neighbours and their api sections may be others. `restart_programs`: SIGUSR2,
    /// SIGALRM, `restart`.
    virtual void on_reloaded(bool restart_programs) { (void)restart_programs; }
    /// For the log alone.
    virtual void on_remark(const std::string& text) { (void)text; }
    /// The speaker is about to end: programs are notified and ended. Call Speaker::programs_ended() when they are, at once where
    /// there are none.
    virtual void on_shutdown() = 0;
};

/// One route of an Adj-RIB-Out or Adj-RIB-In, for `show adj-rib`.
struct ShownRoute {
    RouteKey key;
    AttributeSetRef attributes;
};
struct ShownRoutes {
    NeighborIndex neighbor;
    std::vector<ShownRoute> routes;
};

struct SpeakerOptions {
    ConfigurationFiles files;
    bool rotate = false;                  // debug.rotate: a reload takes the next file; otherwise all files are one configuration
    std::uint16_t port = 179;             // tcp.port: of peers without `connect`, and listened on where tcp.bind says so
    std::vector<IpAddress> bind;          // tcp.bind
    std::uint32_t attempts = 0;           // tcp.attempts (connections, once): of each peer; 0: for ever
    bool passive = false;                 // bgp.passive: of every neighbour
    bool rfc = false;                     // bgp.rfc, --rfc: what RFCs say, where ExaBGP does otherwise
    std::chrono::seconds open_wait{60};   // bgp.openwait
    std::optional<std::chrono::seconds> delay;   // tcp.delay: nobody connects before the wall clock is at a multiple of it
    std::string version;                         // exabgp_version, after "ExaBGP/" in the software version capability
    AdjRibIn::Limits keep_at_most = {};          // of what each peer announces
    bool cease_above_limits = false;             // --max-routes, --max-attribute-octets
};

class Speaker final : public Observer {
public:
    using Answer = std::function<void()>;
    using Neighbors = std::vector<NeighborIndex>;

    Speaker(SpeakerOptions options, Configuration configuration, std::shared_ptr<AttributePool> pool, Engine& engine);
    ~Speaker() override;

    void set_listener(SpeakerListener& listener);
    /// Listens, connects, speaks; until shutdown() or until every peer's connection attempts are used up and its sessions closed.
    ExitStatus run();
    /// What could not be begun: an address to listen on. To be asked before run().
    [[nodiscard]] std::optional<std::string> start();

    // ---- Neighbours.

    struct Status {
        Neighbor config;    // as configured
        std::string name;   // "neighbor P local-ip L local-as A peer-as B router-id R family-allowed …"
        State state = State::idle;
        std::optional<Negotiated> negotiated;   // once Established
        std::optional<IpAddress> local_address;
        TimePoint up_since = never;
        std::uint32_t flaps = 0;                                // sessions lost that were Established
        LeftOut left_out;                                       // routes that no UPDATE of its sessions could carry
        std::bitset<left_out_words.size()> left_out_reported;   // reasons that the listener heard of in this session
        std::string last_end;   // why the last session ended, or the last attempt at one came to nothing
        bool removed = false;
        std::optional<NeighborIndex>
            member_of;       // the range whose configuration it has; it is there as long as it has a connection
        bool away = false;   // a member without one
    };
    [[nodiscard]] const Status& status(NeighborIndex neighbor) const;
    [[nodiscard]] PeerNumbers numbers(NeighborIndex neighbor) const;
    /// All that were not removed, in the order of the configuration; behind them members of ranges, as they came.
    [[nodiscard]] Neighbors neighbors() const;
    /// `of`, and with each range among them its members that are there.
    [[nodiscard]] Neighbors with_members(Neighbors of) const;
    /// Connections that nobody was there for.
    [[nodiscard]] std::uint64_t refused_connections() const noexcept { return refused_; }
    [[nodiscard]] const Configuration& configuration() const noexcept { return configuration_; }
    [[nodiscard]] const SpeakerOptions& options() const noexcept { return options_; }
    /// Names of watchdogs; parse_routes() lets it grow.
    [[nodiscard]] std::vector<std::string>& watchdogs() noexcept { return configuration_.watchdogs; }
    [[nodiscard]] AttributePool& pool() noexcept { return *pool_; }
    [[nodiscard]] Engine& engine() noexcept { return engine_; }

    // ---- Whom routes can reach. A neighbour takes the families of its configuration; while its session is up, those of the session.

    struct Reach {
        FamilySet some;   // at least one of them takes these
        FamilySet all;    // each of them does
    };
    [[nodiscard]] Reach reach(const Neighbors& to) const;
    [[nodiscard]] bool takes(NeighborIndex neighbor, Family family) const;
    /// Why those of `to` that do not take the family do not: "127.0.0.1 has no ipv6 unicast in its configuration".
    [[nodiscard]] std::string why_not(const Neighbors& to, Family family) const;
    /// An announced route with a path identifier: nothing where one of `to` can carry it, else why none of them does. Those that can have the prefix
    /// for this identifier from now on.
    [[nodiscard]] std::string claim_path(const Neighbors& to, const RouteKey& key);
    /// What a neighbour is called everywhere: its address, and what tells it from others with this address.
    [[nodiscard]] std::string name(NeighborIndex neighbor) const;
    /// Of a few of them, and how many more there are.
    [[nodiscard]] std::string names(const Neighbors& of) const;

    // ---- Routes. `to` are the addressed neighbours; those without the family of a route are passed over. `answer` may be empty.

    void announce(const Neighbors& to, const std::vector<ConfiguredRoute>& routes, Answer answer);
    void withdraw(const Neighbors& to, const std::vector<ConfiguredRoute>& routes, Answer answer);
    /// Whether one of them has a route of this watchdog.
    [[nodiscard]] bool has_watchdog(const Neighbors& to, const std::string& name) const;
    /// `announce watchdog NAME`, `withdraw watchdog NAME`: the routes that have this name.
    void move_watchdog(const Neighbors& to, const std::string& name, bool announce, Answer answer);
    /// `flush adj-rib out`: what was announced is sent again, by established neighbours.
    void flush(const Neighbors& to, Answer answer);
    /// `clear adj-rib out`: what was announced is withdrawn, what waits forgotten.
    void clear_out(const Neighbors& to, Answer answer);
    /// `clear adj-rib in`.
    void clear_in(const Neighbors& to, Answer answer);
    /// Only answers, in its place among the others: `show`, `version`, and what had no effect.
    void only_answer(Answer answer);
    /// Answers when what was sent to these neighbours before is with the kernel; those without a session are not waited for.
    void when_sent(const Neighbors& to, Answer answer);
    /// `answer` gets a copy of what the Adj-RIB-Outs hold, or what these neighbours announced, after all commands given before.
    void show_adj_rib(Direction direction, const Neighbors& of, FamilySet families,
                      std::function<void(std::vector<ShownRoutes>)> answer);

    // ---- Messages and sessions: to those of `to` that are Established. Who can take them is the caller's to ask.

    void end_of_rib(const Neighbors& to, Family family, Answer answer);
    void route_refresh(const Neighbors& to, Family family, Answer answer);
    [[nodiscard]] bool sends_route_refresh(NeighborIndex neighbor) const;
    void operational(const Neighbors& to, const Operational& message, Answer answer);
    /// NOTIFICATION 6/`code`, or a silent close where graceful restart is configured; comes back.
    void teardown(const Neighbors& to, std::uint8_t code, Answer answer);

    // ---- The whole. Each takes effect after what was commanded before it.

    NeighborIndex add_neighbor(Neighbor neighbor, Answer answer);
    void remove_neighbor(NeighborIndex neighbor, Answer answer);
    /// The configuration as its files are now (of those that rotate, the next), or what is wrong with it, which the log has in full.
    [[nodiscard]] std::expected<Configuration, std::string> read_configuration();
    struct Taking {
        bool re_establish = false;   // all sessions
        bool restart_programs = false;
    };
    /// The difference goes out, and the log says what it was.
    void take_configuration(Configuration next, Taking taking);
    /// Both in one, for signals: SIGUSR1, SIGUSR2 (programs), SIGALRM (and sessions).
    void reload(Taking taking);
    void shutdown(ExitStatus status = ExitStatus::passed);
    /// As ExaBGP does when a program asks for it: sessions are closed without a NOTIFICATION.
    void shutdown_silently() { end_all(ExitStatus::passed, true); }
    void programs_ended();

    // ---- Of the engine.

    void on_events(const std::vector<PeerEvent>& events) override;
    void on_listener_trouble(const ListenerTrouble& trouble) override;
    void on_interrupt() override;
    void on_time(TimePoint now) override;
    TimePoint deadline() override;
    /// Calls `at` on this thread when the time has come, once; for programs to be ended or started again later.
    void call_at(TimePoint at, std::function<void()> call);

private:
    struct Line;
    Line& line(NeighborIndex neighbor) { return *lines_[neighbor]; }
    [[nodiscard]] const Line& line(NeighborIndex neighbor) const { return *lines_[neighbor]; }

    NeighborIndex take_in(Neighbor neighbor);
    std::optional<PeerIndex> take_member(NeighborIndex range, const IpAddress& remote);
    void member_left(NeighborIndex member);
    [[nodiscard]] Neighbors with_away_members(const Neighbors& of) const;
    void refuse(const Endpoint& remote, const Endpoint& local, std::string_view why);
    void call_by_address(NeighborIndex neighbor, bool is_there);
    void leave_out(NeighborIndex neighbor, const std::optional<NotificationError>& notification);
    PeerIndex add_peer(NeighborIndex neighbor, const IpAddress& remote);
    [[nodiscard]] PeerConfig config_for(NeighborIndex neighbor, const IpAddress& remote) const;
    void make_table(Line& made);
    void advertise_configured_routes(Line& line, PeerIndex peer);
    std::optional<std::string> listen();
    [[nodiscard]] Engine::Admission admit(const Endpoint& remote, const Endpoint& local, std::uint16_t port);
    void happened_to(Line& line, const PeerEvent& event);
    void count_left_out(NeighborIndex neighbor, const LeftOut& routes);
    void look_at_configured_routes(NeighborIndex neighbor);
    void end_if_over(TimePoint now);

    // speaker_routes.cpp
    void change(const Neighbors& to, const std::vector<ConfiguredRoute>& routes, bool withdraw, Answer answer);
    void post_all(const Neighbors& to, std::vector<command::Any> what, Answer answer);
    void post_established(const Neighbors& to, std::vector<command::Any> what, Answer answer);
    [[nodiscard]] std::vector<PeerIndex> peers_of(const Neighbors& of, bool established_only) const;
    /// Its attributes, and what `next-hop self` stands for where that is known.
    [[nodiscard]] AttributeSetRef settled(const Line& line, const ConfiguredRoute& route) const;
    [[nodiscard]] std::uint32_t watchdog_number(const std::string& name) const;

    void end_all(ExitStatus status, bool silently);

    // speaker_reload.cpp
    struct Difference;
    [[nodiscard]] Difference apply(Configuration next, bool re_establish);
    bool change_routes(NeighborIndex neighbor, Neighbor next);

    SpeakerOptions options_;
    Configuration configuration_;
    std::shared_ptr<AttributePool> pool_;
    Engine& engine_;
    SpeakerListener* listener_ = nullptr;
    std::vector<std::unique_ptr<Line>> lines_;             // by NeighborIndex
    std::vector<NeighborIndex> neighbor_of_;               // by PeerIndex
    std::multimap<IpAddress, NeighborIndex> by_address_;   // of those that are there
    std::size_t file_at_ = 0;                              // of options_.files, where they rotate
    std::multimap<TimePoint, std::function<void()>> calls_;
    std::set<std::pair<IpAddress, std::uint16_t>> listening_;
    std::uint64_t refused_ = 0;
    std::set<IpAddress> reported_refused_;   // bounded

    std::uint64_t tables_made_ = 0;

    bool shutting_down_ = false;
    bool programs_ended_ = false;
    bool stopped_ = false;
    TimePoint end_by_ = never;
    ExitStatus status_ = ExitStatus::passed;
};

}   // namespace barrage::exabgp
