#include "loadgen/run/scenario_reader.hpp"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <sstream>

namespace barrage {

namespace {

using yaml::field;
using yaml::Field;
using yaml::Problems;

constexpr std::uint64_t most_peers = 65'000;
constexpr std::uint64_t most_as = 0xffffffff;

/// Routes a second.
struct Rate {
    [[nodiscard]] std::optional<double> read(Problems& problems, const YAML::Node& node) const
    {
        const auto rate = yaml::Number{1, 1'000'000'000}.read(problems, node);
        return rate ? std::optional{static_cast<double>(*rate)} : std::nullopt;
    }
    [[nodiscard]] boost::json::object schema() const { return yaml::Number{1, 1'000'000'000}.schema(); }
};

struct AsNumber {
    [[nodiscard]] std::optional<Asn> read(Problems& problems, const YAML::Node& node) const
    {
        const auto asn = yaml::Number{1, most_as}.read(problems, node);
        return asn ? std::optional{Asn{static_cast<std::uint32_t>(*asn)}} : std::nullopt;
    }
    [[nodiscard]] boost::json::object schema() const { return yaml::Number{1, most_as}.schema(); }
};

struct RouterId {
    [[nodiscard]] std::optional<Ipv4Address> read(Problems& problems, const YAML::Node& node) const
    {
        const auto address = yaml::Address{}.read(problems, node);
        if (address && address->is_v4()) return address->v4();
        if (address) problems.add(node, "expected an IPv4 address: RFC 4271 section 4.2");
        return std::nullopt;
    }
    [[nodiscard]] boost::json::object schema() const { return yaml::Address{}.schema(); }
};

struct RouteSources {
    [[nodiscard]] std::optional<std::vector<Scenario::Routes>> read(Problems& problems, const YAML::Node& node) const
    {
        std::vector<Scenario::Routes> all;
        const auto take = [&](const YAML::Node& each) {
            const auto words = yaml::scalar(problems, each, "a source of routes such as full-table:100k");
            if (!words) return;
            auto spec = parse_route_spec(*words);
            if (spec)
                all.push_back({*words, std::move(*spec)});
            else
                problems.add(each, fmt::format("routes '{}': {}", *words, spec.error()));
        };
        if (node.IsSequence())
            for (const auto& each : node) take(each);
        else
            take(node);
        return all;
    }
    [[nodiscard]] boost::json::object schema() const { return yaml::Texts{}.schema(); }
};

// ---- The tables.

const std::vector<Field<Scenario::Dut>>& dut_fields()
{
    using Dut = Scenario::Dut;
    static const std::vector<Field<Dut>> fields{
        field("address", &Dut::address, yaml::Address{}, "of the device under test; may be given on the command line"),
        field("port", &Dut::port, yaml::Number{1, 65535}, "of its BGP [179]"),
        field("as", &Dut::as, AsNumber{},
              "its AS; other ones are refused, and it may stand at the front of reflected paths [any]"),
        field("pid", &Dut::pid, yaml::Number{1, 1u << 22},
              "of its process, where it is on this machine: CPU and memory are watched"),
    };
    return fields;
}

/// `next_hop: keep | self | ADDRESS` fills two members.
Field<Scenario::Group> next_hop_field()
{
    return {"next_hop", "keep: as in the source; self: the address of the session; or an address [keep]", false,
            [](Problems& problems, const YAML::Node& node, Scenario::Group& group) {
                const auto text = yaml::scalar(problems, node, "keep, self or an address");
                if (!text) return;
                group.next_hop_mode = *text == "self"   ? NextHopMode::self
                                      : *text == "keep" ? NextHopMode::keep
                                                        : NextHopMode::address;
                if (group.next_hop_mode != NextHopMode::address) return;
                group.next_hop = IpAddress::from_text(*text);
                if (!group.next_hop) problems.add(node, fmt::format("'{}': expected keep, self or an address", *text));
            },
            [] { return yaml::Text{}.schema(); }};
}

const std::vector<Field<Scenario::Group>>& group_fields()
{
    using Group = Scenario::Group;
    using enum Scenario::Role;
    static const std::vector<Field<Group>> fields{
        field("name", &Group::name, yaml::Text{}, "of the group", true),
        field("count", &Group::count, yaml::Number{1, most_peers}, "of peers [1]"),
        field("role", &Group::role, yaml::Choice<Scenario::Role>{{{"send", send}, {"receive", receive}, {"both", both}}},
              "send: announces routes; receive: is told what comes of it, and measures [send where there are routes, else "
              "receive]"),
        field("address", &Group::address, yaml::Address{},
              "source address of the first peer, rising [127.0.1.1 on loopback; else the kernel's choice]"),
        field("as", &Group::as, AsNumber{}, "of the first peer [65001]"),
        field("as_step", &Group::as_step, yaml::Number{0, 1000},
              "from one peer to the next: 0 for iBGP or one AS [0 where as is the DUT's, else 1]"),
        field("router_id", &Group::router_id, RouterId{}, "of the first peer, rising [10.0.0.1, rising over all groups]"),
        field("families", &Group::families, yaml::Families{}, "to negotiate [those of all routes]"),
        field("hold_time", &Group::hold_time, yaml::HoldTime{}, "[180s]"),
        field("routes", &Group::routes, RouteSources{},
              "FILE, full-table:COUNT… or range:…, as of loadgen inject --routes; one or a list"),
        field("divided", &Group::divided, yaml::Flag{}, "each peer announces a part of the routes [all of them]"),
        next_hop_field(),
        field("md5", &Group::md5_key, yaml::Text{}, "key of TCP MD5 signatures, RFC 2385 [none]"),
        field("ttl", &Group::ttl, yaml::Number{1, 255}, "of our packets [the kernel's]"),
        field("extended_message", &Group::extended_message, yaml::Flag{}, "messages of up to 65535 octets, RFC 8654 [false]"),
    };
    return fields;
}

template <class P>
Field<P> peers_field()
{
    return field("peers", &P::peers, yaml::Texts{}, "names of groups [all that it can be about]");
}

template <class P>
struct PhaseTable;

template <>
struct PhaseTable<Scenario::Connect> {
    using P = Scenario::Connect;
    static constexpr std::string_view word = "connect", shorthand = "rate",
                                      says = "sets sessions up; those that are refused are tried again";
    static std::vector<Field<P>> fields()
    {
        return {peers_field<P>(), field("rate", &P::rate, Rate{}, "sessions a second [all at once]"),
                field("timeout", &P::timeout, yaml::Time{}, "for all to be Established [30s]")};
    }
};
template <>
struct PhaseTable<Scenario::Hold> {
    using P = Scenario::Hold;
    static constexpr std::string_view word = "hold", shorthand = "for", says = "lets time go by";
    static std::vector<Field<P>> fields() { return {field("for", &P::time, yaml::Time{}, "how long", true)}; }
};
template <>
struct PhaseTable<Scenario::Announce> {
    using P = Scenario::Announce;
    static constexpr std::string_view word = "announce", shorthand = "rate",
                                      says = "tells routes; done when TCP has acknowledged them all";
    static std::vector<Field<P>> fields()
    {
        return {peers_field<P>(),
                field("rate", &P::rate, Rate{},
                      "routes a second of all peers together, on a schedule that nothing delays [as fast as they are taken]"),
                field("prefixes_per_update", &P::prefixes_per_update, yaml::Number{1, 65535}, "at most [as many as fit]"),
                field("timeout", &P::timeout, yaml::Time{}, "[10m]")};
    }
};
template <>
struct PhaseTable<Scenario::Withdraw> {
    using P = Scenario::Withdraw;
    static constexpr std::string_view word = "withdraw", shorthand = "share",
                                      says = "takes routes back; done when TCP has acknowledged that";
    static std::vector<Field<P>> fields()
    {
        return {peers_field<P>(), field("share", &P::share, yaml::Share{}, "of each peer's routes, from the front [all]"),
                field("rate", &P::rate, Rate{}, "routes a second of all peers together [as fast as they are taken]"),
                field("timeout", &P::timeout, yaml::Time{}, "[10m]")};
    }
};
template <>
struct PhaseTable<Scenario::Wait> {
    using P = Scenario::Wait;
    static constexpr std::string_view word = "wait", shorthand = "for",
                                      says = "until receivers have what they should, or nothing comes any more";
    static std::vector<Field<P>> fields()
    {
        using enum P::What;
        return {field("for", &P::what, yaml::Choice<P::What>{{{"converged", converged}, {"quiet", quiet}}},
                      "converged: every receiver has exactly the routes that are announced; quiet: nothing came for a while "
                      "[converged]"),
                field("timeout", &P::timeout, yaml::Time{}, "then the run goes on, and has not passed [60s]"),
                field("quiet", &P::quiet, yaml::Time{}, "how long nothing may come [1s]")};
    }
};
template <>
struct PhaseTable<Scenario::Churn> {
    using P = Scenario::Churn;
    static constexpr std::string_view word = "churn", shorthand = "rate",
                                      says = "withdraws, announces and alters single routes at a rate";
    static std::vector<Field<P>> fields()
    {
        return {peers_field<P>(), field("rate", &P::rate, Rate{}, "changes a second of all peers together [100]"),
                field("for", &P::time, yaml::Time{}, "how long [10s]"),
                field("share", &P::share, yaml::Share{}, "of each peer's routes that change, from the front [10%]"),
                field("attribute_changes", &P::attribute_changes, yaml::Share{},
                      "share of changes that alter a community; the others withdraw and announce in turn [none]")};
    }
};
template <>
struct PhaseTable<Scenario::Flap> {
    using P = Scenario::Flap;
    static constexpr std::string_view word = "flap", shorthand = "of",
                                      says = "routes or sessions go and come back, again and again";
    static std::vector<Field<P>> fields()
    {
        return {
            peers_field<P>(),
            field("of", &P::sessions, yaml::Choice<bool>{{{"routes", false}, {"sessions", true}}}, "[routes]"),
            field("share", &P::share, yaml::Share{}, "of each peer's routes, from the front, or of each group's sessions [10%]"),
            field("times", &P::times, yaml::Number{1, 1'000'000}, "[3]"),
            field("down", &P::down, yaml::Time{}, "how long they are gone [1s]"),
            field("up", &P::up, yaml::Time{}, "how long they are there [1s]")};
    }
};
template <>
struct PhaseTable<Scenario::Refresh> {
    using P = Scenario::Refresh;
    static constexpr std::string_view word = "refresh", shorthand = "peers",
                                      says = "receivers ask for all routes again (RFC 2918), until they came";
    static std::vector<Field<P>> fields() { return {peers_field<P>(), field("timeout", &P::timeout, yaml::Time{}, "[60s]")}; }
};
template <>
struct PhaseTable<Scenario::Kill> {
    using P = Scenario::Kill;
    static constexpr std::string_view word = "kill", shorthand = "by",
                                      says = "ends sessions, well or badly, until they are down; connect brings them back";
    static std::vector<Field<P>> fields()
    {
        using enum P::By;
        return {peers_field<P>(),
                field("by", &P::by,
                      yaml::Choice<P::By>{
                          {{"cease", cease}, {"rst", rst}, {"fin", fin}, {"silence", silence}, {"stop-reading", stop_reading}}},
                      "cease: a NOTIFICATION; rst, fin: TCP alone; silence: nothing is sent, until the device gives up; "
                      "stop-reading: nothing is read [cease]"),
                field("share", &P::share, yaml::Share{}, "of each group's sessions, from the first [all]"),
                field("for", &P::time, yaml::Time{},
                      "silence and stop-reading: so long at most, then all is well again [until the session is down]"),
                field("timeout", &P::timeout, yaml::Time{}, "[5m]")};
    }
};
template <>
struct PhaseTable<Scenario::Exec> {
    using P = Scenario::Exec;
    static constexpr std::string_view word = "exec", shorthand = "command",
                                      says = "runs a command of the shell on this machine, for the device; it must end with 0";
    static std::vector<Field<P>> fields()
    {
        return {field("command", &P::command, yaml::Text{}, "for /bin/sh", true),
                field("timeout", &P::timeout, yaml::Time{}, "[60s]")};
    }
};

/// What a repeat multiplies, or a phase.
struct ReadPhase {
    std::string name;
    Scenario::What what = Scenario::Hold{};
    std::vector<std::string> peers;
    YAML::Mark mark;
};

struct PhaseWord {
    std::string_view word;
    std::string_view says;
    void (*read)(Problems&, const YAML::Node&, ReadPhase&);
    boost::json::object (*schema)();
};

template <class P>
PhaseWord phase_word()
{
    return {PhaseTable<P>::word, PhaseTable<P>::says,
            [](Problems& problems, const YAML::Node& node, ReadPhase& into) {
                const auto fields = PhaseTable<P>::fields();
                P phase;
                if (node.IsMap()) {
                    read_section(problems, node, phase, fields, PhaseTable<P>::word);
                } else if (node.IsDefined() && !node.IsNull()) {
                    std::ranges::find(fields, PhaseTable<P>::shorthand, &Field<P>::name)->read(problems, node, phase);
                } else {
                    for (const auto& each : fields)
                        if (each.required)
                            problems.add(into.mark, fmt::format("{} needs '{}': {}", PhaseTable<P>::word, each.name, each.says));
                }
                if constexpr (requires { phase.peers; }) into.peers = phase.peers;
                into.what = std::move(phase);
            },
            [] {
                const auto fields = PhaseTable<P>::fields();
                auto brief = std::ranges::find(fields, PhaseTable<P>::shorthand, &Field<P>::name)->schema();
                boost::json::array forms{yaml::section_schema(fields), std::move(brief)};
                if (std::ranges::none_of(fields, &Field<P>::required)) forms.push_back(boost::json::object{{"type", "null"}});
                return boost::json::object{{"description", PhaseTable<P>::says}, {"anyOf", std::move(forms)}};
            }};
}

const std::vector<PhaseWord>& phase_words()
{
    using S = Scenario;
    static const std::vector<PhaseWord> words{phase_word<S::Connect>(),  phase_word<S::Hold>(),    phase_word<S::Announce>(),
                                              phase_word<S::Withdraw>(), phase_word<S::Wait>(),    phase_word<S::Churn>(),
                                              phase_word<S::Flap>(),     phase_word<S::Refresh>(), phase_word<S::Kill>(),
                                              phase_word<S::Exec>()};
    return words;
}

// ---- Phases and what they are about.

struct Document {
    Scenario scenario;
    std::vector<ReadPhase> phases;
    std::map<std::string, YAML::Mark> group_marks;
    std::vector<std::string> roles_given, steps_given;   // names of groups that say so themselves
};

std::optional<std::string> nothing_like(std::string_view word)
{
    // Words of which there will be phases; a scenario that has them is told so, not that it is misspelt.
    for (const auto* later : {"replay", "command", "restart", "parallel", "barrier"})
        if (word == later) return fmt::format("'{}' is a phase that this version of loadgen does not have yet", word);
    return std::nullopt;
}

void read_phases(Problems& problems, const YAML::Node& node, std::vector<ReadPhase>& into, int depth);

void read_repeat(Problems& problems, const YAML::Node& node, std::vector<ReadPhase>& into, int depth)
{
    constexpr std::uint64_t most_repeated = 500;
    constexpr std::size_t most_phases = 500;   // each has histograms of its own
    if (depth > 3) return problems.add(node, "repeat inside repeat inside repeat: no further");
    struct Repeat {
        std::uint64_t times = 0;
        std::optional<YAML::Node> phases;
    } repeat;
    const std::vector<Field<Repeat>> fields{field("times", &Repeat::times, yaml::Number{1, most_repeated}, "how often", true),
                                            {"phases",
                                             "what is repeated",
                                             true,
                                             [](Problems&, const YAML::Node& each, Repeat& target) { target.phases = each; },
                                             {}}};
    read_section(problems, node, repeat, fields, "repeat");
    if (repeat.times == 0 || !repeat.phases) return;
    std::vector<ReadPhase> once;
    read_phases(problems, *repeat.phases, once, depth + 1);
    if (once.size() * repeat.times + into.size() > most_phases) return problems.add(node, "more than 500 phases");
    for (std::uint64_t i = 0; i < repeat.times; ++i) into.insert(into.end(), once.begin(), once.end());
}

void read_phase(Problems& problems, const YAML::Node& node, std::vector<ReadPhase>& into, int depth)
{
    std::vector<std::string_view> known{"repeat"};
    for (const auto& each : phase_words()) known.push_back(each.word);
    ReadPhase phase{.mark = node.Mark()};
    YAML::Node word_node = node, value;
    std::string word;
    bool fine = true;
    if (node.IsScalar()) {
        word = node.Scalar();
    } else if (node.IsMap()) {
        for (const auto& pair : node) {
            const auto key = yaml::scalar(problems, pair.first, "the word of a phase");
            if (!key) return;
            if (*key == "name") {
                if (const auto name = yaml::scalar(problems, pair.second, "a name")) phase.name = *name;
                if (phase.name.find_first_of(". <>=!") != std::string::npos)
                    problems.add(pair.second,
                                 fmt::format("'{}': a name of a phase has no dots, blanks or comparisons", phase.name));
            } else if (word.empty()) {
                word = *key;
                word_node.reset(pair.first);
                value.reset(pair.second);
            } else {
                problems.add(pair.first,
                             fmt::format("'{}' beside '{}': each phase is an item of its own, beginning with '-'", *key, word));
                fine = false;
            }
        }
    } else {
        return problems.add(node, "expected a phase such as 'connect' or 'hold: 10s', got " + yaml::what_is(node));
    }
    if (!fine) return;
    if (word.empty()) return problems.add(node, fmt::format("expected the word of a phase: {}", fmt::join(known, ", ")));
    if (word == "repeat" && (value.IsNull() || !value.IsDefined()))
        return problems.add(word_node, "repeat needs 'times' and 'phases'");
    if (word == "repeat") return read_repeat(problems, value, into, depth);
    const auto found = std::ranges::find(phase_words(), word, &PhaseWord::word);
    if (found == phase_words().end())
        return problems.add(
            word_node, nothing_like(word).value_or(fmt::format("unknown phase '{}'{}", word, yaml::not_one_of(word, known))));
    found->read(problems, value, phase);
    if (phase.name.empty()) phase.name = found->word;
    into.push_back(std::move(phase));
}

void read_phases(Problems& problems, const YAML::Node& node, std::vector<ReadPhase>& into, int depth)
{
    if (!node.IsSequence()) return problems.add(node, "expected a list of phases, got " + yaml::what_is(node));
    for (const auto& each : node) read_phase(problems, each, into, depth);
}

void read_groups(Problems& problems, const YAML::Node& node, Document& document)
{
    if (!node.IsSequence()) return problems.add(node, "expected a list of groups of peers, got " + yaml::what_is(node));
    for (const auto& each : node) {
        Scenario::Group group;
        read_section(problems, each, group, group_fields(), "a group of peers");
        if (!group.name.empty() && !document.group_marks.emplace(group.name, each.Mark()).second)
            problems.add(each, fmt::format("there are two groups of the name '{}'", group.name));
        const auto has = [&](const char* key) { return each.IsMap() && each[key].IsDefined(); };
        if (!has("role")) group.role = group.routes.empty() ? Scenario::Role::receive : Scenario::Role::send;
        if (has("as_step")) document.steps_given.push_back(group.name);
        if (group.sends() && group.routes.empty())
            problems.add(each, fmt::format("group '{}' sends, and has no routes", group.name));
        if (!group.sends() && !group.routes.empty())
            problems.add(each, fmt::format("group '{}' has routes, but only receives", group.name));
        document.scenario.groups.push_back(std::move(group));
    }
    if (document.scenario.groups.empty()) problems.add(node, "expected at least one group of peers");
}

void read_thresholds(Problems& problems, const YAML::Node& node, Document& document)
{
    const auto take = [&](const YAML::Node& each) {
        const auto words = yaml::scalar(problems, each, "a threshold such as 'convergence.p99 < 2s'");
        if (!words) return;
        if (auto threshold = parse_threshold(*words))
            document.scenario.thresholds.push_back(std::move(*threshold));
        else
            problems.add(each, threshold.error());
    };
    if (node.IsSequence())
        for (const auto& each : node) take(each);
    else
        take(node);
}

/// Fields of the whole document: two of them need more than a member.
const std::vector<Field<Document>>& document_fields()
{
    const auto own = [](std::string_view name, auto Scenario::*member, auto kind, std::string_view says) {
        return Field<Document>{name, says, false,
                               [member, kind](Problems& problems, const YAML::Node& node, Document& document) {
                                   using Member = std::remove_reference_t<decltype(document.scenario.*member)>;
                                   if (auto value = kind.read(problems, node))
                                       document.scenario.*member = static_cast<Member>(std::move(*value));
                               },
                               [kind] { return kind.schema(); }};
    };
    const auto phases_schema = [] {
        boost::json::array words;
        boost::json::object properties{{"name", {{"type", "string"}, {"description", "for thresholds: phases.NAME.METRIC"}}}};
        for (const auto& each : phase_words()) {
            words.emplace_back(each.word);
            properties[each.word] = each.schema();
        }
        properties["repeat"] = {
            {"type", "object"},
            {"required", {"times", "phases"}},
            {"properties", {{"times", {{"type", "integer"}}}, {"phases", {{"$ref", "#/properties/phases"}}}}}};
        return boost::json::object{{"type", "array"},
                                   {"minItems", 1},
                                   {"items",
                                    {{"anyOf",
                                      {{{"enum", std::move(words)}},
                                       {{"type", "object"},
                                        {"additionalProperties", false},
                                        {"maxProperties", 2},
                                        {"properties", std::move(properties)}}}}}}};
    };
    static const std::vector<Field<Document>> fields{
        own("name", &Scenario::name, yaml::Text{}, "of the scenario, for the report"),
        own("about", &Scenario::about, yaml::Text{}, "a sentence or two for the report"),
        {"dut", "the device under test", false,
         [](Problems& problems, const YAML::Node& node, Document& document) {
             read_section(problems, node, document.scenario.dut, dut_fields(), "dut");
         },
         [] { return yaml::section_schema(dut_fields()); }},
        {"device", "facts about the device for the report, under names of RFC 7747 section 6", false,
         [](Problems& problems, const YAML::Node& node, Document& document) {
             read_section(problems, node, document.scenario.device, device_fact_fields(), "device");
         },
         [] { return yaml::section_schema(device_fact_fields()); }},
        {"peers", "groups of peers", true,
         [](Problems& problems, const YAML::Node& node, Document& document) { read_groups(problems, node, document); },
         [] {
             return boost::json::object{{"type", "array"}, {"minItems", 1}, {"items", yaml::section_schema(group_fields())}};
         }},
        {"phases", "what happens, one after the other", true,
         [](Problems& problems, const YAML::Node& node, Document& document) { read_phases(problems, node, document.phases, 0); },
         phases_schema},
        {"thresholds", "what the run has to hold to: METRIC < VALUE", false,
         [](Problems& problems, const YAML::Node& node, Document& document) { read_thresholds(problems, node, document); },
         [] { return yaml::Texts{}.schema(); }},
        own("repeat", &Scenario::repeat, yaml::Number{1, 1000}, "how often the whole is run and counted [1]"),
        own("warmup", &Scenario::warmup, yaml::Number{0, 1000}, "how often it is run before that, uncounted [0]"),
        own("seed", &Scenario::seed, yaml::Number{}, "of synthetic tables and of churn [1]"),
        own("compare_attributes", &Scenario::compare_attributes, yaml::Flag{},
            "hold attributes of reflected routes against those sent [true]"),
    };
    return fields;
}

/// What only the whole can show: names that there are, senders and receivers where a phase needs them, the order of things.
void check_whole(Problems& problems, const YAML::Node& root, Document& document)
{
    auto& scenario = document.scenario;
    for (auto& group : scenario.groups) {
        if (std::ranges::find(document.steps_given, group.name) == document.steps_given.end())
            group.as_step = scenario.dut.as && group.as == *scenario.dut.as ? 0 : 1;
        if (group.as.value + std::uint64_t{group.as_step} * (group.count - 1) > most_as)
            problems.add(document.group_marks[group.name],
                         fmt::format("group '{}' has too many peers for rising AS numbers", group.name));
    }
    std::vector<std::string_view> names;
    for (const auto& group : scenario.groups) names.push_back(group.name);
    const bool has_receivers = std::ranges::any_of(scenario.groups, &Scenario::Group::receives);
    const bool has_senders = std::ranges::any_of(scenario.groups, &Scenario::Group::sends);
    bool connected = false;
    std::map<std::string, int> used;
    for (auto& phase : document.phases) {
        for (const auto& name : phase.peers)
            if (!scenario.group(name))
                problems.add(phase.mark, fmt::format("no group of peers '{}'{}", name, yaml::not_one_of(name, names)));
        const auto index = phase.what.index();
        const bool is_connect = std::holds_alternative<Scenario::Connect>(phase.what);
        connected |= is_connect;
        const bool needs_sessions = !is_connect && !std::holds_alternative<Scenario::Hold>(phase.what) &&
                                    !std::holds_alternative<Scenario::Exec>(phase.what);
        if (needs_sessions && !connected)
            problems.add(phase.mark, fmt::format("{} before any connect: there are no sessions yet",
                                                 phase_words().at(index < phase_words().size() ? index : 0).word));
        const bool needs_receivers =
            std::holds_alternative<Scenario::Wait>(phase.what) || std::holds_alternative<Scenario::Refresh>(phase.what);
        if (needs_receivers && !has_receivers)
            problems.add(phase.mark, "no group of peers receives, so there is nothing to wait for; add one with 'role: receive'");
        const auto sends = [&](const std::string& name) { return scenario.group(name) && scenario.group(name)->sends(); };
        const bool is_about_routes = std::holds_alternative<Scenario::Announce>(phase.what) ||
                                     std::holds_alternative<Scenario::Withdraw>(phase.what) ||
                                     std::holds_alternative<Scenario::Churn>(phase.what);
        if (is_about_routes && !has_senders) problems.add(phase.mark, "no group of peers has routes");
        if (is_about_routes)
            for (const auto& name : phase.peers)
                if (scenario.group(name) && !sends(name)) problems.add(phase.mark, fmt::format("group '{}' has no routes", name));
        // Names are to be unique: thresholds and reports go by them.
        auto name = phase.name;
        if (const auto times = ++used[phase.name]; times > 1) name += fmt::format("-{}", times);
        scenario.phases.push_back({std::move(name), std::move(phase.what), phase.mark.line + 1});
    }
    if (scenario.phases.empty() && problems.empty()) problems.add(root, "expected at least one phase");
    const auto thresholds = root["thresholds"];
    for (const auto& threshold : scenario.thresholds) {
        std::vector<std::string_view> phases;
        for (const auto& phase : scenario.phases) phases.push_back(phase.name);
        if (!threshold.phase.empty() && std::ranges::find(phases, threshold.phase) == phases.end())
            problems.add(thresholds, fmt::format("'{}': no phase '{}'{}", threshold.words, threshold.phase,
                                                 yaml::not_one_of(threshold.phase, phases)));
    }
}

/// The item of a list that a word of a setting means.
std::optional<std::size_t> item_of(const YAML::Node& list, const std::string& word)
{
    if (!word.empty() && word.find_first_not_of("0123456789") == std::string::npos && word.size() < 6) {
        const auto index = std::stoul(word);
        return index < list.size() ? std::optional{index} : std::nullopt;
    }
    for (const bool by_name : {true, false})
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (!list[i].IsMap()) continue;
            if (by_name && list[i]["name"].IsDefined() && list[i]["name"].IsScalar() && list[i]["name"].Scalar() == word)
                return i;
            if (!by_name && list[i][word].IsDefined()) return i;
        }
    return std::nullopt;
}

void apply(Problems& problems, const YAML::Node& root, const Setting& setting)
{
    YAML::Node at = root;
    const auto wrong = [&](std::size_t depth) {
        problems.add(YAML::Mark::null_mark(),
                     fmt::format("--set {}: there is no '{}'", fmt::join(setting.path, "."), setting.path[depth]));
    };
    for (std::size_t depth = 0; depth + 1 < setting.path.size(); ++depth) {
        const auto& word = setting.path[depth];
        YAML::Node next;
        if (at.IsSequence()) {
            const auto item = item_of(at, word);
            if (!item) return wrong(depth);
            next.reset(at[*item]);
            // A phase is meant, and what is inside it.
            if (next.IsMap() && next[word].IsDefined() && next[word].IsMap() && depth + 2 <= setting.path.size() &&
                !next[setting.path[depth + 1]].IsDefined())
                next.reset(next[word]);
        } else if (at.IsMap()) {
            if (!at[word].IsDefined()) return wrong(depth);
            next.reset(at[word]);
        } else {
            return wrong(depth);
        }
        at.reset(next);
    }
    const auto last = setting.path.size() - 1;
    if (at.IsSequence()) {
        const auto item = item_of(at, setting.path[last]);
        if (!item) return wrong(last);
        at[*item] = setting.value;
    } else if (at.IsMap()) {
        at[setting.path[last]] = setting.value;
    } else {
        wrong(last);
    }
}

}   // namespace

std::expected<Setting, std::string> parse_setting(const std::string& text)
{
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        return std::unexpected("'" + text + "': expected KEY.KEY…=VALUE, such as peers.senders.count=2");
    Setting setting{.path = {}, .value = text.substr(equals + 1)};
    std::istringstream words{text.substr(0, equals)};
    for (std::string word; std::getline(words, word, '.');) {
        if (word.empty()) return std::unexpected("'" + text + "': an empty key");
        setting.path.push_back(word);
    }
    return setting;
}

std::expected<Scenario, std::vector<yaml::Problem>> read_scenario(const std::string& text, const std::vector<Setting>& settings)
{
    Problems problems;
    Document document;
    try {
        const auto documents = YAML::LoadAll(text);
        if (documents.empty() || documents.front().IsNull()) {
            problems.add(YAML::Mark::null_mark(), "there is nothing in it; expected a scenario with peers and phases");
        } else {
            if (documents.size() > 1) problems.add(documents[1], "a second document; a file has one scenario");
            for (const auto& setting : settings) apply(problems, documents.front(), setting);
            read_section(problems, documents.front(), document, document_fields(), "a scenario");
            if (problems.empty() || !document.phases.empty()) check_whole(problems, documents.front(), document);
        }
    } catch (const YAML::Exception& error) {   // yaml-cpp's own: no YAML at all
        problems.add(error.mark, "no YAML: " + error.msg);
    }
    if (!problems.empty()) return std::unexpected(problems.take());
    return std::move(document.scenario);
}

std::expected<Scenario, std::vector<yaml::Problem>> read_scenario_file(const std::string& path,
                                                                       const std::vector<Setting>& settings)
{
    std::ifstream file{path, std::ios::binary};
    std::ostringstream text;
    if (file) text << file.rdbuf();
    if (!file) return std::unexpected(std::vector<yaml::Problem>{{0, 0, "cannot be read"}});
    return read_scenario(std::move(text).str(), settings);
}

std::string to_text(const std::string& path, const yaml::Problem& problem)
{
    if (problem.line == 0) return fmt::format("{}: {}", path, problem.text);
    return fmt::format("{}:{}:{}: {}", path, problem.line, problem.column, problem.text);
}

boost::json::object scenario_schema()
{
    auto schema = yaml::section_schema(document_fields());
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    schema["title"] = "A scenario of loadgen run";
    return schema;
}

}   // namespace barrage
