#include "loadgen/commands/bench.hpp"

#include <memory>
#include <string_view>

#include "loadgen/bench/bench.hpp"
#include "loadgen/commands/option_words.hpp"
#include "loadgen/routes/route_spec.hpp"

namespace barrage {

namespace {

using Parsed = std::expected<void, std::string>;

/// 1,10,100
Parsed take_list(const std::string& text, std::uint64_t most, std::vector<std::uint32_t>& into)
{
    into.clear();
    for (std::size_t from = 0; from <= text.size();) {
        const auto comma = std::min(text.find(',', from), text.size());
        const auto number = option_words::number_within(text.substr(from, comma - from), 1, most);
        if (!number) return std::unexpected(number.error());
        into.push_back(static_cast<std::uint32_t>(*number));
        from = comma + 1;
    }
    return {};
}

/// Options of `inject` that are given to every one of ours as they are. A wrong word is refused by it.
struct Passed {
    const char* option;
    const char* type_name;   // null: it takes no word
    const char* help;
    bool to_sink;
};
constexpr Passed passed[] = {
    {"--local-as", "AS", "AS of every peer [65001, rising by peer]", false},
    {"--next-hop", "self|ADDR|keep", "As inject takes it [keep]", false},
    {"--divided", nullptr, "Divide the routes among the peers [every peer has all]", false},
    {"--prefixes-per-update", "N", "At most so many prefixes an UPDATE [as many as fit]", false},
    {"--extended-message", nullptr, "Messages of up to 65535 octets, RFC 8654", false},
    {"--add-path", nullptr, "With path identifiers, RFC 7911", true},
    {"--mrt-peer", "PEER", "Whose routes of a dump, or of lines of bgpdump", false},
    {"--seed", "N", "Default seed of synthetic tables [1]", false},
    {"--packers", "N", "Threads that pack for async's shards; 0: these pack by themselves", false},
    {"--pin", nullptr, "Shards of async stay on their cores", false},
    {"--no-pin", nullptr, "… or do not", false},
};

void add_passed(CLI::App& command, BenchOptions& bench)
{
    const auto* group = "Given to every inject";
    for (const auto& each : passed) {
        const auto take = [&bench, each](const std::string& word) {
            bench.inject_words.emplace_back(each.option);
            if (each.type_name) bench.inject_words.push_back(word);
            if (each.to_sink) bench.sink_words.emplace_back(each.option);
        };
        if (each.type_name)
            command.add_option_function<std::string>(each.option, take, each.help)->type_name(each.type_name)->group(group);
        else
            command.add_flag_callback(each.option, [take] { take({}); }, each.help)->group(group);
    }
}

}   // namespace

void add_bench_command(CLI::App& app, CommandAction& action)
{
    auto& command =
        *app.add_subcommand("bench", "Sync against async, and against other injectors, side by side on the same work");
    const auto bench = std::make_shared<BenchOptions>();
    option_words::add(command, "--peers", "N[,N…]", "Sessions, one piece of work each [1,10,100]",
                      [bench](const std::string& text) { return take_list(text, 65'000, bench->peers); });
    command
        .add_option_function<std::vector<std::string>>(
            "--routes",
            [bench](const std::vector<std::string>& words) {
                for (const auto& word : words) {
                    if (const auto spec = parse_route_spec(word); !spec)
                        throw CLI::ValidationError("--routes " + word, spec.error());
                    bench->routes.push_back(word);
                }
            },
            "Of each session, as inject takes them: FILE, full-table:COUNT…, range:[FAMILY:]FIRSTxCOUNT…; repeatable "
            "[full-table:500k]")
        ->type_name("SOURCE")
        ->expected(1)
        ->take_all();
    option_words::add(command, "--shards", "N[,N…]", "Of async, one contender each [as many as it takes by itself]",
                      [bench](const std::string& text) { return take_list(text, 1024, bench->shards); });
    command
        .add_option("--against", bench->against,
                    "Another injector, run by a shell into the same receiver: {host}, {port} and {peers} are put in; repeatable")
        ->type_name("COMMAND")
        ->expected(1)
        ->take_all();
    option_words::add_number(command, "--repeats", bench->repeats, "Timed runs of each contender, in turns [5]", 1, 1000);
    command.add_flag(
        "--check-every-run", bench->check_every_run,
        "Digests in timed runs too: slower, as the receiver then checks and keeps every route [before the timed runs]");
    option_words::add_duration(command, "--timeout", bench->timeout, "For one run [2m]");
    command.add_option("--json", bench->json_file, "Write all runs, medians and spreads, barrage.bench/1")->type_name("FILE");
    command.add_option("--html", bench->html_file, "Write a page that needs nothing else")->type_name("FILE");
    command.add_flag("--quiet", bench->quiet, "No progress on stderr");
    add_passed(command, *bench);
    command.footer(
        "Every run has a receiver and an injector in processes of their own. Before the timed runs each contender delivers once "
        "to a\n"
        "receiver that checks, keeps and digests; timed runs go to one that counts. Time is the receiver's: from the first "
        "Established\n"
        "to the last route.\n"
        "Exit status: 0 all delivered the same; 2 usage; 3 no session; 4 not all delivered the same; 130 interrupted.\n"
        "Examples:\n"
        "  loadgen bench\n"
        "  loadgen bench --peers 1,100 --routes full-table:1M --shards 1,2,4 --next-hop self --html bench.html\n"
        "  loadgen bench --peers 1 --routes table.mrt --local-as 65001 --against './replay --connect {host}:{port} --conns "
        "{peers} "
        "--file full.raw'");
    command.callback([bench, &action] {
        if (bench->routes.empty()) bench->routes = {"full-table:500k"};
        action = [bench] { return barrage::bench(*bench); };
    });
}

}   // namespace barrage
