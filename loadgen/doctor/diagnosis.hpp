#pragma once
// What stands between this host and a router, found out by trying, and what follows: the command and the scenario that will work, or what is in the
// way. Main thread.

#include <boost/json.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "io/interface_addresses.hpp"
#include "loadgen/doctor/next_hop_trial.hpp"
#include "loadgen/doctor/probe.hpp"
#include "loadgen/doctor/router_configuration.hpp"
#include "loadgen/scenario/scenario_template.hpp"

namespace barrage::doctor {

struct Options {
    Endpoint router;
    std::optional<IpAddress> address;   // of the first peer, rising; none: as of inject
    std::optional<Asn> local_as;        // of every peer; none: 65001, rising
    std::uint32_t peers = 3;            // sessions that are tried, each from an address of its own where there are such
    std::string md5_key;
    std::optional<std::uint8_t> ttl;
    std::chrono::milliseconds timeout{5000};
};

struct Attempt {
    std::optional<IpAddress> source;   // none: the kernel's choice
    Asn as;
    Probe probe;

    [[nodiscard]] bool is_up() const noexcept { return probe.reached == Reached::established; }
};

struct Diagnosis {
    Options options;
    std::optional<IpAddress> toward;   // this host's address toward the router
    std::vector<InterfaceAddress> interfaces;
    std::vector<Attempt> attempts;
    bool answers_elsewhere = false;      // asked only where BGP does not answer
    NextHopTrial own_next_hop;           // of the session's own address; tried on loopback, with two eBGP sessions
    bool takes_other_next_hop = false;   // tried where it does not take its own

    /// The router's OPEN, from whichever session; null: none came.
    [[nodiscard]] const Open* open() const noexcept;
    /// Sessions that came up one behind the other, from the first address on: what rising addresses can use.
    [[nodiscard]] std::size_t usable() const noexcept;
    [[nodiscard]] bool is_multihop() const noexcept;
};

/// Sessions are ended again before it returns.
Diagnosis examine(const Options& options);

/// The addresses and AS numbers of `peers` sessions as they would be tried.
std::vector<Neighbors::One> neighbors_of(const Options& options, std::optional<IpAddress> toward);

/// Why an attempt did not come up, and what to do; empty where it did.
std::string problem_of(const Diagnosis& diagnosis, const Attempt& attempt);
std::string to_text(const Diagnosis& diagnosis);
boost::json::object to_json(const Diagnosis& diagnosis);

/// `loadgen inject …`; empty where no session came up.
std::string inject_line(const Diagnosis& diagnosis);
/// Nothing where there are fewer than two sessions, of which one receives.
std::optional<ScenarioFacts> scenario_facts(const Diagnosis& diagnosis);

}   // namespace barrage::doctor
