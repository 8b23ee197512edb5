#pragma once
// Kinds of values that only scenarios have, for the tables of their sections (yaml_section.hpp). One thread.

#include "loadgen/scenario/scenario.hpp"
#include "loadgen/scenario/yaml_section.hpp"

namespace barrage::yaml {

inline constexpr std::uint64_t most_as = 0xffffffff;

/// Routes, changes or sessions a second.
struct Rate {
    static constexpr Number number{1, 1'000'000'000};
    [[nodiscard]] std::optional<double> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const { return number.schema(); }
};

struct AsNumber {
    static constexpr Number number{1, most_as};
    [[nodiscard]] std::optional<Asn> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const { return number.schema(); }
};

struct RouterId {
    [[nodiscard]] std::optional<Ipv4Address> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const { return Address{}.schema(); }
};

/// Words of route_spec.hpp, one or a list.
struct RouteSources {
    [[nodiscard]] std::optional<std::vector<NamedSource>> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const { return Texts{}.schema(); }
};

/// What `loadgen inject --mrt-peer` takes.
struct MrtPeerWords {
    [[nodiscard]] std::optional<MrtPeerChoice> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const { return {{"type", {"string", "integer"}}}; }
};

/// `full`, a number, or a mapping of numbers to weights: {1: 50, 3: 30, 7: 20}.
struct UpdateSize {
    [[nodiscard]] std::optional<Scenario::PrefixesPerUpdate> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const;
};

/// {announce: 40, withdraw: 40, attributes: 20}.
struct ChurnMix {
    [[nodiscard]] std::optional<Scenario::Churn::Mix> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const;
};

/// How many times as fast.
struct Speed {
    [[nodiscard]] std::optional<double> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const;
};

/// Lines of an API program, one text with lines or a list; each is read as `loadgen speak` reads it.
struct ApiLines {
    [[nodiscard]] std::optional<std::vector<std::string>> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const { return Texts{}.schema(); }
};

/// `none`, or a mapping; its keys are those that make sense where it stands.
struct ExpectWords {
    enum class Place : std::uint8_t { run, group, phase } place = Place::run;
    [[nodiscard]] std::optional<Expect> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const;
};
/// Of the run: one or several.
struct ExpectList {
    [[nodiscard]] std::optional<std::vector<Expect>> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const;
};

}   // namespace barrage::yaml
