#pragma once
// A scenario of `loadgen run`: the device under test, groups of peers, phases, thresholds. Values as the YAML file gave them; who
// reads them is scenario_reader, who plays them player. Any thread.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "codec/asn.hpp"
#include "codec/family.hpp"
#include "codec/ip.hpp"
#include "loadgen/routes/next_hop_words.hpp"
#include "loadgen/routes/route_spec.hpp"
#include "loadgen/scenario/device_facts.hpp"
#include "loadgen/scenario/expect.hpp"
#include "loadgen/scenario/threshold.hpp"
#include "rib/mrt_peers.hpp"
#include "rib/pack_options.hpp"

namespace barrage {

struct Scenario {
    using Time = std::chrono::nanoseconds;

    struct Dut {
        std::optional<IpAddress> address;   // none: given on the command line
        std::uint16_t port = 179;
        std::optional<Asn> as;
        std::int64_t pid = 0;        // local: its CPU and memory are watched; 0: none
        bool route_server = false;   // its AS need not be at the front of paths, and next hops stay: RFC 7947 section 2.2
    };

    enum class Role : std::uint8_t { send, receive, both };
    struct Group {
        std::string name;
        std::uint32_t count = 1;
        Role role = Role::send;
        bool measure = true;                // of who receives; else what comes is only read
        std::optional<IpAddress> address;   // of the first, rising
        Asn as{65001};
        std::uint32_t as_step = 0;
        std::optional<Ipv4Address> router_id;   // of the first, rising
        std::optional<FamilySet> families;      // none: those of all routes of the scenario
        std::chrono::seconds hold_time{180};
        std::optional<std::chrono::seconds> graceful_restart;   // its restart time; none: not said
        bool enhanced_refresh = false;
        std::optional<std::chrono::nanoseconds>
            send_hold_time;      // none: the larger of 8 minutes and twice the hold time, RFC 9687
        bool add_path = false;   // sends path identifiers where the device takes them, RFC 7911
        std::vector<NamedSource> routes;
        std::optional<MrtPeerChoice> mrt_peer;   // whose routes of dumps; none: of a table the one with most, of updates all
        bool mrt_local = false;                  // also what the collector itself sent
        bool shuffled = false;                   // announced in another order than that of the source
        bool divided = false;                    // each peer has a part of the routes, not all of them
        NextHopChoice next_hop;
        bool keeps_as_path = false;   // the own AS is not put in front on eBGP, as by a route server (RFC 7947 section 2.2.2.1)
        std::string md5_key;
        std::uint8_t ttl = 0;
        bool extended_message = false;
        bool reject_as_set = false;   // RFC 9774
        std::optional<Expect> expect;

        [[nodiscard]] bool sends() const noexcept { return role != Role::receive; }
        [[nodiscard]] bool receives() const noexcept { return role != Role::send; }
        [[nodiscard]] bool measures() const noexcept { return receives() && measure; }
    };

    // ---- Phases. `peers`: names of groups; empty: all that the phase can be about. `from` and `share`: of each peer's routes in
    // their order, or of each group's sessions, those from here on and so many.

    struct Connect {
        std::vector<std::string> peers;
        double rate = 0;   // sessions a second; 0: all at once
        Time timeout = std::chrono::seconds{30};
        /// Each session advertises its routes from the moment it is Established; the phase `announce` behind it waits for what is left of that.
        struct Advertising {
            double rate = 0;                         // routes a second of each peer; 0: as fast as they are taken
            std::uint32_t prefixes_per_update = 0;   // at most; 0: as many as fit
            double replay_speed = 0;                 // of the times in a file of updates; 0: without regard to them
        };
        std::optional<Advertising> advertising;   // not in files
    };
    struct Hold {
        Time time{};
    };
    /// Of `hold`: until a person interrupts it.
    static constexpr Time forever = std::chrono::hours{24 * 365 * 100};
    struct Barrier {
        std::vector<std::string> peers;
        Time timeout = std::chrono::minutes{5};
    };
    struct PrefixesPerUpdate {
        std::uint32_t most = 0;   // 0: as many as fit
        UpdateSizes sizes;        // or one of these each time
    };
    struct Announce {
        std::vector<std::string> peers;
        double rate = 0;           // routes a second of all peers together; 0: as fast as they are taken
        std::uint64_t burst = 1;   // of each peer
        PrefixesPerUpdate prefixes_per_update;
        Time timeout = std::chrono::minutes{10};
    };
    struct Withdraw {
        std::vector<std::string> peers;
        double from = 0;
        double share = 1;
        double rate = 0;
        Time timeout = std::chrono::minutes{10};
    };
    struct Replay {
        std::vector<std::string> peers;
        double speed = 1;              // of the times in the file
        std::optional<Time> max_gap;   // between two of its times; none: as long as it is
        Time timeout = std::chrono::hours{24};
    };
    struct Command {
        std::vector<std::string> peers;
        std::vector<std::string> lines;   // as an API program of ExaBGP writes them
        Time timeout = std::chrono::seconds{60};
    };
    struct Wait {
        enum class What : std::uint8_t { converged, quiet } what = What::converged;
        Time timeout = std::chrono::seconds{60};
        Time quiet = std::chrono::seconds{1};   // nothing came for so long
    };
    struct Churn {
        /// How often each is chosen, in relation to the others.
        struct Mix {
            double announce = 0, withdraw = 0, attributes = 0;
        };
        std::vector<std::string> peers;
        double rate = 100;   // changes a second of all peers together
        Time time = std::chrono::seconds{10};
        double from = 0;
        double share = 0.1;                        // those that change
        std::uint64_t population = 0;              // or so many of all peers together
        Time timeout = std::chrono::seconds{60};   // for what is out at the end to come back, before all is announced again
        double attribute_changes = 0;   // share of changes that alter attributes; the others withdraw and announce in turn
        std::optional<Mix> mix;         // instead
    };
    struct Flap {
        std::vector<std::string> peers;
        bool sessions = false;   // or routes
        double from = 0;
        double share = 0.1;
        std::uint64_t count = 0;   // or so many routes or sessions of all peers together
        std::uint32_t times = 3;
        Time delay{};   // before the first
        Time down = std::chrono::seconds{1};
        Time up = std::chrono::seconds{1};
        Time timeout = std::chrono::seconds{60};   // for receivers to see the last going
    };
    struct Refresh {
        std::vector<std::string> peers;
        Time timeout = std::chrono::seconds{60};
    };
    struct Kill {
        enum class By : std::uint8_t { cease, rst, fin, silence, stop_reading } by = By::cease;
        std::vector<std::string> peers;
        double share = 1;           // of the peers of each group, from the first
        std::uint64_t count = 0;    // or so many of all groups together
        std::optional<Time> time;   // silence and stop-reading: so long at most
        Time timeout = std::chrono::minutes{5};
    };
    struct Restart {
        std::vector<std::string> peers;
        double share = 1;                         // of the peers of each group, from the first
        std::uint64_t count = 0;                  // or so many of all groups together
        Time down = std::chrono::seconds{1};      // between the end and the first attempt to come back
        Time stale{};                             // between coming back and announcing again
        bool kept = true;                         // it says that it kept its forwarding state
        Time timeout = std::chrono::minutes{2};   // to be back with everything announced
    };
    struct Exec {
        std::string command;
        Time timeout = std::chrono::seconds{60};
    };
    struct Phase;
    /// Branches run side by side, the phases of each one after the other.
    struct Parallel {
        std::vector<std::vector<Phase>> branches;
    };
    /// Their words and keys: phase_table.hpp.
    using What = std::variant<Connect, Hold, Barrier, Announce, Withdraw, Replay, Command, Wait, Churn, Flap, Refresh, Kill,
                              Restart, Exec, Parallel>;
    struct Phase {
        std::string name;   // unique; where none is given the word, numbered when it comes again
        What what;
        int line = 0;
        std::optional<Expect> expect = {};
        std::string repetition_of = {};   // inside `repeat`: the name of the first of them; of that one itself empty
    };

    std::string name;
    std::string about;
    Dut dut;
    DeviceFacts device;
    std::vector<Group> groups;
    std::vector<Phase> phases;
    std::vector<Threshold> thresholds;
    std::vector<Expect> expects;   // of the whole run, and of sets of routes
    std::optional<Time> timeout;   // of each run
    /// A session that the device ends when all of its routes were acknowledged is no loss, unless the device refused them. Not in files.
    bool may_end_when_done = false;
    std::uint32_t repeat = 1;
    std::uint32_t warmup = 0;
    std::uint64_t seed = 1;
    bool compare_attributes = true;   // or only which prefixes are there
    bool allow_left_out = false;      // routes that are not put on the wire are no reason not to pass

    [[nodiscard]] const Group* group(std::string_view wanted) const noexcept
    {
        for (const auto& each : groups)
            if (each.name == wanted) return &each;
        return nullptr;
    }
};

/// The groups that a phase names; null where it can name none.
inline const std::vector<std::string>* peers_of(const Scenario::What& what) noexcept
{
    return std::visit(
        [](const auto& phase) -> const std::vector<std::string>* {
            if constexpr (requires { phase.peers; })
                return &phase.peers;
            else
                return nullptr;
        },
        what);
}

/// Calls `visit(const Scenario::Phase&)` for each of them and for those inside them, in the order of their beginning.
void for_each_phase(const std::vector<Scenario::Phase>& phases, auto&& visit)
{
    for (const auto& phase : phases) {
        visit(phase);
        if (const auto* parallel = std::get_if<Scenario::Parallel>(&phase.what))
            for (const auto& branch : parallel->branches) for_each_phase(branch, visit);
    }
}

}   // namespace barrage
