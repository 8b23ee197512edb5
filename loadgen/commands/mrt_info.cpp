#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/json.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "codec/describe.hpp"
#include "codec/nlri/nlri_extent.hpp"
#include "loadgen/commands/mrt.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/routes/mrt_input.hpp"
#include "loadgen/words/json_text.hpp"

namespace barrage {

namespace {

/// How many prefixes a dump announces, each counted once.
class DistinctPrefixes {
public:
    void add(const RouteBatch& batch)
    {
        auto& prefixes = by_family_[*family_index(batch.family)];
        for_each_nlri(batch.family, batch.nlri, batch.has_path_ids, [&](PathId, OctetView nlri) {
            key_.assign(nlri.begin(), nlri.end());
            prefixes.insert(key_);
        });
    }
    [[nodiscard]] std::size_t total() const
    {
        std::size_t sum = 0;
        for (const auto& prefixes : by_family_) sum += prefixes.size();
        return sum;
    }
    /// Calls `visit(name of the family, prefixes)` for each that has some.
    void for_each_family(auto&& visit) const
    {
        for (std::size_t i = 0; i < by_family_.size(); ++i)
            if (!by_family_[i].empty()) visit(known_families[i].name, by_family_[i].size());
    }

private:
    std::array<boost::unordered_flat_set<std::string>, known_families.size()> by_family_;
    std::string key_;
};

std::string record_name(const std::pair<MrtType, std::uint16_t>& kind)
{
    const auto type = name(kind.first);
    const auto subtype = subtype_name(kind.first, kind.second);
    return (type.empty() ? "type " + std::to_string(std::to_underlying(kind.first)) : std::string{type}) + " " +
           (subtype.empty() ? "subtype " + std::to_string(kind.second) : std::string{subtype});
}

/// What a user of the dump should know.
std::vector<std::string> warnings(const MrtSource& source)
{
    std::vector<std::string> all;
    const auto& counters = source.counters();
    for (const auto& [reason, count] : counters.skipped) all.push_back(fmt::format("{} left out: {}", count, reason));
    if (counters.snapshots > 1)
        all.push_back(
            fmt::format("{} snapshots, one behind the other: later routes take the place of earlier ones", counters.snapshots));
    if (counters.local_messages)
        all.push_back(fmt::format("{} messages that the collector itself sent are left out", counters.local_messages));
    if (!source.first_error().empty()) all.push_back("first malformed record at " + source.first_error());
    if (counters.next_hops_filled_in)
        all.push_back(
            fmt::format("{} routes without a next hop: the address of their peer stands in", counters.next_hops_filled_in));
    if (counters.attributes_filled_in)
        all.push_back(
            fmt::format("{} routes without attributes: ORIGIN and an empty AS_PATH stand in", counters.attributes_filled_in));
    return all;
}

std::size_t peers_with_routes(const MrtSource& source)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        source.counters().peers, [](const MrtCounters::Peer& peer) { return peer.announced != 0 || peer.withdrawn != 0; }));
}

std::string time_text(std::int64_t nanoseconds)
{
    return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:06}", fmt::gmtime(static_cast<std::time_t>(nanoseconds / 1'000'000'000)),
                       nanoseconds % 1'000'000'000 / 1'000);
}

double seconds(std::int64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e9; }

std::string text_of(const std::string& file, const MrtSource& source, const DistinctPrefixes& prefixes)
{
    const auto& counters = source.counters();
    std::string text = fmt::format("{}\n  kind       {}\n", printable(file), source.is_ordered() ? "updates" : "table");
    if (const auto& collector = source.collector())
        text += fmt::format("  collector  {}{}{}\n", to_text(collector->bgp_identifier),
                            collector->view_name.empty() ? "" : ", view ", printable(collector->view_name));
    if (counters.first_time)
        text += fmt::format("  time       {} to {} UTC, {:g} s\n", time_text(*counters.first_time),
                            time_text(*counters.last_time), seconds(*counters.last_time - *counters.first_time));
    text += fmt::format("  records    {}\n", counters.records);
    for (const auto& [kind, count] : counters.by_type) text += fmt::format("    {:>10}  {}\n", count, record_name(kind));
    if (source.is_ordered()) text += fmt::format("  messages   {}, of them {} UPDATEs\n", counters.messages, counters.updates);
    text += fmt::format("  routes     {} announced, {} withdrawn\n", counters.announced, counters.withdrawn);
    text += fmt::format("  prefixes   {}", prefixes.total());
    std::string_view before = ": ";
    prefixes.for_each_family([&](std::string_view family, std::size_t count) {
        text += fmt::format("{}{} {}", before, count, family);
        before = ", ";
    });
    text += fmt::format("\n  peers      {}, of them {} with routes\n", source.peers().size(), peers_with_routes(source));
    if (!source.peers().empty())
        text += fmt::format("    {:>5}  {:<39}  {:>10}  {:>10}  {:>10}  {:>10}\n", "index", "address", "AS", "announced",
                            "withdrawn", "UPDATEs");
    for (std::size_t i = 0; i < source.peers().size(); ++i) {
        const auto& peer = source.peers()[i];
        const auto of_peer = i < counters.peers.size() ? counters.peers[i] : MrtCounters::Peer{};
        text += fmt::format("    {:>5}  {:<39}  {:>10}  {:>10}  {:>10}  {:>10}\n", i, to_text(peer.address), peer.as.value,
                            of_peer.announced, of_peer.withdrawn, of_peer.updates);
    }
    for (const auto& warning : warnings(source)) text += "  warning    " + printable(warning) + "\n";
    if (!source.problem().empty()) text += "  cut        " + printable(source.problem()) + "\n";
    return text;
}

std::string json_of(const std::string& file, const MrtSource& source, const DistinctPrefixes& prefixes)
{
    namespace json = boost::json;
    const auto& counters = source.counters();
    json::object object{{"file", file}, {"kind", source.is_ordered() ? "updates" : "table"}, {"collector", nullptr}};
    if (const auto& collector = source.collector())
        object["collector"] = {{"bgp_identifier", to_text(collector->bgp_identifier)}, {"view", collector->view_name}};
    object["first_time_seconds"] = counters.first_time ? json::value(seconds(*counters.first_time)) : json::value{};
    object["last_time_seconds"] = counters.last_time ? json::value(seconds(*counters.last_time)) : json::value{};
    object["records"] = counters.records;
    auto& by_type = object["records_by_type"].emplace_object();
    for (const auto& [kind, count] : counters.by_type) by_type[record_name(kind)] = count;
    object["messages"] = counters.messages;
    object["updates"] = counters.updates;
    object["local_messages"] = counters.local_messages;
    object["snapshots"] = counters.snapshots;
    object["announced"] = counters.announced;
    object["withdrawn"] = counters.withdrawn;
    object["prefixes"] = prefixes.total();
    auto& by_family = object["prefixes_by_family"].emplace_object();
    prefixes.for_each_family([&](std::string_view family, std::size_t count) { by_family[family] = count; });
    object["peers_with_routes"] = peers_with_routes(source);
    auto& peers = object["peers"].emplace_array();
    for (std::size_t i = 0; i < source.peers().size(); ++i) {
        const auto& peer = source.peers()[i];
        const auto of_peer = i < counters.peers.size() ? counters.peers[i] : MrtCounters::Peer{};
        peers.push_back({{"index", i},
                         {"address", to_text(peer.address)},
                         {"as", peer.as.value},
                         {"bgp_identifier", to_text(peer.bgp_identifier)},
                         {"announced", of_peer.announced},
                         {"withdrawn", of_peer.withdrawn},
                         {"updates", of_peer.updates},
                         {"state_changes", of_peer.state_changes}});
    }
    auto& skipped = object["skipped"].emplace_object();
    for (const auto& [reason, count] : counters.skipped) skipped[reason] = count;
    auto& warned = object["warnings"].emplace_array();
    for (const auto& warning : warnings(source)) warned.emplace_back(warning);
    object["problem"] = source.problem().empty() ? json::value{} : json::value(source.problem());
    return json_text(object) + "\n";
}

}   // namespace

ExitStatus mrt_info(const MrtInfoOptions& options)
{
    auto status = ExitStatus::passed;
    for (const auto& file : options.files) {
        auto source = open_mrt_file(file, {.peer = MrtPeerChoice{.by = MrtPeerChoice::By::all}});
        if (!source) {
            print_error("mrt info", source.error());
            status = ExitStatus::usage;
            continue;
        }
        DistinctPrefixes prefixes;
        for (RouteBatch batch; source->next(batch);)
            if (batch.kind == RouteBatch::Kind::announce) prefixes.add(batch);
        const auto text = options.json ? json_of(file, *source, prefixes) : text_of(file, *source, prefixes);
        std::fwrite(text.data(), 1, text.size(), stdout);
        if (!source->problem().empty()) {
            print_error("mrt info", fmt::format("{}: {}", file, source->problem()));
            if (status == ExitStatus::passed) status = ExitStatus::incomplete;
        }
    }
    if (std::fflush(stdout) != 0) {
        print_error("mrt info", "cannot write to standard output");
        return ExitStatus::usage;
    }
    return status;
}

}   // namespace barrage
