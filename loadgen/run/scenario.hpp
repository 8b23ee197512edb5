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
#include "loadgen/report/device_facts.hpp"
#include "loadgen/route_spec.hpp"
#include "loadgen/run/threshold.hpp"
#include "rib/pack_options.hpp"

namespace barrage {

struct Scenario {
    using Time = std::chrono::nanoseconds;

    struct Dut {
        std::optional<IpAddress> address;   // none: given on the command line
        std::uint16_t port = 179;
        std::optional<Asn> as;
        std::int64_t pid = 0;   // local: its CPU and memory are watched; 0: none
    };

    enum class Role : std::uint8_t { send, receive, both };
    struct Routes {
        std::string words;
        RouteSpec spec;
    };
    struct Group {
        std::string name;
        std::uint32_t count = 1;
        Role role = Role::send;
        std::optional<IpAddress> address;   // of the first, rising
        Asn as{65001};
        std::uint32_t as_step = 0;
        std::optional<Ipv4Address> router_id;   // of the first, rising
        std::optional<FamilySet> families;      // none: those of all routes of the scenario
        std::chrono::seconds hold_time{180};
        std::vector<Routes> routes;
        bool divided = false;   // each peer has a part of the routes, not all of them
        NextHopMode next_hop_mode = NextHopMode::keep;
        std::optional<IpAddress> next_hop;
        std::string md5_key;
        std::uint8_t ttl = 0;
        bool extended_message = false;

        [[nodiscard]] bool sends() const noexcept { return role != Role::receive; }
        [[nodiscard]] bool receives() const noexcept { return role != Role::send; }
    };

    // ---- Phases. `peers`: names of groups; empty: all that the phase can be about.

    struct Connect {
        std::vector<std::string> peers;
        double rate = 0;   // sessions a second; 0: all at once
        Time timeout = std::chrono::seconds{30};
    };
    struct Hold {
        Time time{};
    };
    struct Announce {
        std::vector<std::string> peers;
        double rate = 0;                         // routes a second of all peers together; 0: as fast as they are taken
        std::uint32_t prefixes_per_update = 0;   // 0: as many as fit
        Time timeout = std::chrono::minutes{10};
    };
    struct Withdraw {
        std::vector<std::string> peers;
        double share = 1;   // of each peer's routes, from the front
        double rate = 0;
        Time timeout = std::chrono::minutes{10};
    };
    struct Wait {
        enum class What : std::uint8_t { converged, quiet } what = What::converged;
        Time timeout = std::chrono::seconds{60};
        Time quiet = std::chrono::seconds{1};   // nothing came for so long
    };
    struct Churn {
        std::vector<std::string> peers;
        double rate = 100;   // changes a second of all peers together
        Time time = std::chrono::seconds{10};
        double share = 0.1;             // of each peer's routes, from the front: those that change
        double attribute_changes = 0;   // share of changes that alter attributes; the others withdraw and announce in turn
    };
    struct Flap {
        std::vector<std::string> peers;
        bool sessions = false;   // or routes
        double share = 0.1;      // of the routes of each peer
        std::uint32_t times = 3;
        Time down = std::chrono::seconds{1};
        Time up = std::chrono::seconds{1};
    };
    struct Refresh {
        std::vector<std::string> peers;
        Time timeout = std::chrono::seconds{60};
    };
    struct Kill {
        enum class By : std::uint8_t { cease, rst, fin, silence, stop_reading } by = By::cease;
        std::vector<std::string> peers;
        double share = 1;           // of the peers of each group, from the first
        std::optional<Time> time;   // silence and stop-reading: so long at most
        Time timeout = std::chrono::minutes{5};
    };
    struct Exec {
        std::string command;
        Time timeout = std::chrono::seconds{60};
    };
    using What = std::variant<Connect, Hold, Announce, Withdraw, Wait, Churn, Flap, Refresh, Kill, Exec>;
    struct Phase {
        std::string name;   // unique; where none is given the word, numbered when it comes again
        What what;
        int line = 0;
    };

    std::string name;
    std::string about;
    Dut dut;
    DeviceFacts device;
    std::vector<Group> groups;
    std::vector<Phase> phases;
    std::vector<Threshold> thresholds;
    std::uint32_t repeat = 1;
    std::uint32_t warmup = 0;
    std::uint64_t seed = 1;
    bool compare_attributes = true;   // or only which prefixes are there

    [[nodiscard]] const Group* group(std::string_view wanted) const noexcept
    {
        for (const auto& each : groups)
            if (each.name == wanted) return &each;
        return nullptr;
    }
};

}   // namespace barrage
