#include "loadgen/commands/doctor.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "codec/describe.hpp"
#include "loadgen/commands/option_words.hpp"
#include "loadgen/console/output_file.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/console/terminal.hpp"
#include "loadgen/doctor/diagnosis.hpp"
#include "loadgen/inject/inject_options.hpp"
#include "loadgen/scenario/shipped_scenarios.hpp"
#include "loadgen/words/json_text.hpp"
#include "loadgen/words/units.hpp"

namespace barrage {

namespace {

struct DoctorWords {
    doctor::Options doctor;
    std::string router;
    std::string scenario_file;
    std::string configuration;   // word of a kind of router; empty: the router is examined
    Asn router_as{65000};        // of that configuration
    bool json = false;
};

std::string kinds_text(const char* separator)
{
    std::string text;
    for (const auto& kind : doctor::router_kinds()) text += (text.empty() ? "" : separator) + std::string{kind.word};
    return text;
}

ExitStatus doctor_fails(const std::string& text, ExitStatus status)
{
    print_error("doctor", text);
    return status;
}

/// Of addresses that need not be there yet: those of one /24, or /64, are taken to be on one network.
bool is_multihop(const doctor::Options& options)
{
    if (!options.address) return doctor::Diagnosis{.options = options, .interfaces = interface_addresses()}.is_multihop();
    const auto length = static_cast<std::uint8_t>(options.address->is_v6() ? 64 : 24);
    return is_loopback(options.router.address) ||
           !InterfaceAddress{{}, *options.address, length}.on_network(options.router.address);
}

ExitStatus print_configuration(const DoctorWords& words)
{
    const auto& options = words.doctor;
    const auto toward = doctor::address_toward(options.router);
    const doctor::Neighbors neighbors{.router = options.router,
                                      .router_as = words.router_as,
                                      .all = doctor::neighbors_of(options, toward),
                                      .multihop = is_multihop(options),
                                      .md5_key = options.md5_key};
    if (neighbors.all.empty())
        return doctor_fails("this host has no route to the router; say --address, "
                            "of the first peer",
                            ExitStatus::usage);
    fmt::print("{}", doctor::router_kind(words.configuration)->configuration(neighbors));
    return std::fflush(stdout) == 0 ? ExitStatus::passed : ExitStatus::incomplete;
}

/// What to do with a router that takes sessions.
std::string advice(const doctor::Diagnosis& diagnosis, const DoctorWords& words)
{
    auto text = fmt::format("\nTo fill it:\n  {}\n", doctor::inject_line(diagnosis));
    auto facts = doctor::scenario_facts(diagnosis);
    if (!facts) return text + "A scenario needs a second session, which receives: give --address and --peers 2 or more.\n";
    if (!words.scenario_file.empty())
        return text + fmt::format("To test it:\n  loadgen run {}\n", printable(words.scenario_file));
    if (!facts->md5_key.empty()) facts->md5_key = "KEY";   // it need not stand in a log
    return text + "To test it, as a scenario (--scenario FILE writes it with comments):\n" + compact_scenario(*facts);
}

ExitStatus examine_router(const DoctorWords& words)
{
    const auto diagnosis = doctor::examine(words.doctor);
    const bool works = diagnosis.usable() > 0;
    if (auto facts = doctor::scenario_facts(diagnosis); facts && !words.scenario_file.empty()) {
        facts->schema = shipped_schema();
        if (const auto written = write_file(words.scenario_file, scenario_template(*facts)); !written)
            return doctor_fails(written.error(), ExitStatus::usage);
    }
    if (words.json) {
        fmt::print("{}\n", json_text(doctor::to_json(diagnosis)));
    } else {
        fmt::print("{}", wrapped(doctor::to_text(diagnosis), terminal_columns(STDOUT_FILENO)));
        if (works)
            fmt::print("{}", advice(diagnosis, words));
        else
            fmt::print("\nHow a router is configured for it: loadgen doctor {} --config KIND, one of {}\n",
                       to_text(words.doctor.router), kinds_text(", "));
    }
    if (std::fflush(stdout) != 0) return doctor_fails("cannot write the result to standard output", ExitStatus::incomplete);
    return works ? ExitStatus::passed : ExitStatus::session_failed;
}

}   // namespace

void add_doctor_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("doctor", "Tries a router before a run: says what is in the way, and what will work");
    const auto words = std::make_shared<DoctorWords>();
    auto& options = words->doctor;
    command.add_option("ROUTER", words->router, "The router, such as 192.0.2.1, 192.0.2.1:1790 or [2001:db8::1]:179")
        ->required()
        ->type_name("ADDR[:PORT]");
    option_words::add_address(command, "--address", options.address,
                              "Source address of the first peer, rising [on loopback 127.0.1.1; elsewhere the kernel's choice]");
    option_words::add_as(command, "--local-as", options.local_as, "AS of every peer [65001, rising by peer]");
    option_words::add_number(command, "--peers", options.peers, "Sessions to try, each from an address of its own [3]", 1, 1000);
    command.add_option("--md5", options.md5_key, "Key of TCP MD5 signatures, RFC 2385 [none]")->type_name("KEY");
    option_words::add(command, "--ttl", "N",
                      "TTL of outgoing packets; 255 for routers that ask for GTSM, RFC 5082 "
                      "[the kernel's]",
                      [words](const std::string& text) -> std::expected<void, std::string> {
                          const auto ttl = option_words::number_within(text, 1, 255);
                          if (!ttl) return std::unexpected(ttl.error());
                          words->doctor.ttl = static_cast<std::uint8_t>(*ttl);
                          return {};
                      });
    option_words::add(command, "--timeout", "TIME", "How long the router may take to answer, for each session [5s]",
                      [words](const std::string& text) -> std::expected<void, std::string> {
                          const auto time = parse_duration(text);
                          if (!time) return std::unexpected(time.error());
                          words->doctor.timeout = std::chrono::ceil<std::chrono::milliseconds>(*time);
                          return {};
                      });
    command.add_option("--scenario", words->scenario_file, "Write the scenario that will work, with comments")
        ->type_name("FILE.yaml");
    option_words::add(command, "--config", kinds_text("|").c_str(), "Print the configuration of such a router, and do not try it",
                      [words](const std::string& text) -> std::expected<void, std::string> {
                          if (!doctor::router_kind(text))
                              return std::unexpected("'" + text + "': expected one of " + kinds_text(", "));
                          words->configuration = text;
                          return {};
                      });
    option_words::add(command, "--peer-as", "AS", "With --config: the router's AS [65000]",
                      [words](const std::string& text) -> std::expected<void, std::string> {
                          const auto as = Asn::from_text(text);
                          if (!as || as->value == 0)
                              return std::unexpected("'" + text + "': expected an AS number such as 65001 or 1.10");
                          words->router_as = *as;
                          return {};
                      });
    command.add_flag("--json", words->json, "The result as one JSON object");
    command.footer("It opens sessions as inject would, one behind the other, and ends them again. On loopback alone it "
                   "advertises a prefix of\n"
                   "documentation, to see whether the router takes next hops there.\n"
                   "Exit status: 0 a session came up; 2 usage; 3 none did.\n"
                   "Examples:\n"
                   "  loadgen doctor 192.0.2.1\n"
                   "  loadgen doctor 192.0.2.1 --address 192.0.2.11 --peers 4 --scenario "
                   "mine.yaml && loadgen run mine.yaml\n"
                   "  loadgen doctor 192.0.2.1 --address 192.0.2.11 --peers 4 --config frr");
    command.callback([words, &action] {
        const auto router = parse_router(words->router);
        if (!router) throw CLI::ValidationError("ROUTER", router.error());
        words->doctor.router = *router;
        if (words->doctor.address && words->doctor.address->is_v4() != router->address.is_v4())
            throw CLI::ValidationError("--address and ROUTER are not of the same address family");
        action = [words] { return words->configuration.empty() ? examine_router(*words) : print_configuration(*words); };
    });
}

}   // namespace barrage
