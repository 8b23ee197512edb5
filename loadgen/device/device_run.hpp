#pragma once
// A router small enough to be seen through, over the engine: it takes any number of sessions, keeps a Loc-RIB, advertises the best paths, fails
// over, reflects, helps in graceful restarts and answers route refreshes; and it lies where faults say so. Sessions and octets are the engine's;
// all that is here is done by the thread that calls run(), from whole messages, and goes back as commands.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "codec/message/graceful_restart.hpp"
#include "engine/engine.hpp"
#include "loadgen/device/change.hpp"
#include "loadgen/device/exporter.hpp"
#include "loadgen/device/faults.hpp"
#include "loadgen/device/loc_rib.hpp"
#include "rib/canonical_attributes.hpp"

namespace barrage::device {

struct DeviceOptions {
    Endpoint listen;
    Asn as{65000};
    Ipv4Address router_id{0xc00002fe};   // 192.0.2.254
    std::chrono::seconds hold_time{180};
    std::chrono::seconds restart_time{120};   // of graceful restart, RFC 4724; 0: the device knows nothing of it
    FamilySet families{ipv4_unicast, ipv6_unicast};
    Faults faults;
};

class DeviceRun final : public Observer {
public:
    /// `pool` outlives the engine.
    DeviceRun(DeviceOptions options, Engine& engine, AttributePool& pool);

    /// Where it listens.
    IoResult<Endpoint> listen();
    /// Until it is interrupted.
    void run();

    void on_events(const std::vector<PeerEvent>& events) override;
    void on_listener_trouble(const ListenerTrouble& trouble) override;
    void on_interrupt() override;
    void on_time(TimePoint now) override;
    TimePoint deadline() override;

private:
    /// A connection's place in the engine, used again by later ones.
    struct Link {
        enum class Status : std::uint8_t { free, connecting, up };
        Status status = Status::free;
        TimePoint since = TimePoint::min();
        std::uint64_t serial = 0;   // of its sessions: what was put off for one is not for the next
        Endpoint remote;
        IpAddress local;
        std::optional<capability::GracefulRestart> restart;   // as the peer's OPEN says
        Negotiated negotiated;
        NeighborIndex neighbor = 0;
        std::vector<bool> advertised_to;   // by PrefixNumber: it was announced to this peer
        std::uint64_t routes_taken = 0;
        std::uint64_t routes_advertised = 0;
        FamilySet refreshing;                              // answers to a refresh that are not with the kernel yet …
        FamilySet refresh_again;                           // … and were asked for again meanwhile: once more then, however often
        bool deaf = false;                                 // what it sends is not looked at any more
        std::map<Duration, std::vector<Change>> pending;   // to be sent so much later
    };
    /// Who announced paths, also while its session is down.
    struct Neighbor {
        PathSource source;
        std::optional<PeerIndex> link;
        std::uint64_t paths = 0;
        std::uint64_t stale = 0;
        std::uint64_t restarts = 0;   // counts graceful restarts: a timer knows whose it is
    };
    struct Late {
        TimePoint at;
        PeerIndex peer;
        std::uint64_t serial;
        Octets message;
    };

    [[nodiscard]] bool has(Fault fault) const noexcept { return options_.faults.has(fault); }

    // device_run.cpp: sessions
    Engine::Admission admit(const Endpoint& remote, const Endpoint& local);
    [[nodiscard]] PeerConfig peer_config(const Endpoint& remote) const;
    Link& link(PeerIndex peer);
    void message(PeerIndex peer, const Octets& octets, TimePoint now);
    void established(PeerIndex peer, const Negotiated& negotiated, TimePoint now);
    void ended(PeerIndex peer, const SessionEnd& end, TimePoint now);
    void begin_restart(NeighborIndex index, const capability::GracefulRestart& restart, TimePoint now);
    void end_restart(NeighborIndex index, const std::optional<capability::GracefulRestart>& restart);
    NeighborIndex neighbor_of(const Link& link);
    /// Paths of this neighbour for which `which(key, candidate)` holds go.
    void drop_paths(NeighborIndex neighbor, const std::function<bool(const RouteKey&, const Candidate&)>& which);
    void drop_stale(NeighborIndex neighbor, FamilySet families);
    void at(TimePoint time, std::function<void(TimePoint)> call) { timers_.emplace(time, std::move(call)); }

    // device_routes.cpp: the Loc-RIB
    void take_update(PeerIndex peer, OctetView message);
    void take_routes(Link& link, OctetView nlri, Family family, OctetView next_hop, bool announces);
    void put(NeighborIndex neighbor, const RouteKey& key, const PathRef& path);
    void withdraw(NeighborIndex neighbor, PrefixNumber prefix);
    void mark(PrefixNumber prefix);
    void mark_relatives(const RouteKey& key);
    void decide_all(TimePoint now);
    void decide(PrefixNumber prefix, TimePoint now);
    [[nodiscard]] Candidate choose(PrefixNumber prefix);

    // device_sending.cpp
    void advertise(PrefixNumber prefix, const PathRef& path);
    void announce_to(Link& link, PrefixNumber prefix, const PathRef& path, const PathRef& old);
    void withdraw_from(Link& link, PrefixNumber prefix, const PathRef& old);
    [[nodiscard]] bool is_still_due(const Link& link, const Change& change);
    [[nodiscard]] bool goes_to(const Link& link, PrefixNumber prefix, const PathRef& path) const;
    [[nodiscard]] Target target(const Link& link) const
    {
        return {link.neighbor, !link.negotiated.internal, link.local, link.remote.address};
    }
    void send_all(Link& link);
    void refresh(Link& link, Family family);
    void refreshed(Link& link);
    void flush(TimePoint now);
    void post(PeerIndex peer, std::vector<Change> changes);
    [[nodiscard]] const Link* delayed_receiver() const;
    void misbehave(PeerIndex peer, PeerFault fault);
    void notify_if_due(PeerIndex peer);

    DeviceOptions options_;
    Engine& engine_;
    AttributePool& pool_;
    LocRib rib_;
    Exporter exporter_;
    std::vector<Link> links_;   // by PeerIndex
    std::vector<Neighbor> neighbors_;
    std::vector<PrefixNumber> changed_;
    std::multimap<TimePoint, std::function<void(TimePoint)>> timers_;
    std::deque<Late> late_;
    std::set<IpAddress> notified_;
    CanonicalAttributes canonical_;
    RouteKey key_;
    std::uint64_t next_serial_ = 1;
    bool stopping_ = false;
    TimePoint end_by_ = never;
};

}   // namespace barrage::device
