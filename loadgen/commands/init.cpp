#include "loadgen/commands/init.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "codec/describe.hpp"
#include "loadgen/commands/option_words.hpp"
#include "loadgen/console/output_file.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/inject/inject_options.hpp"
#include "loadgen/scenario/scenario_template.hpp"
#include "loadgen/scenario/shipped_scenarios.hpp"

namespace barrage {

namespace {

struct InitWords {
    std::string file = "scenario.yaml";   // "-": standard output
    ScenarioFacts facts;
    bool force = false;
};

ExitStatus init_scenario(const InitWords& words)
{
    const auto text = scenario_template(words.facts);
    if (words.file == "-") {
        fmt::print("{}", text);
        return std::fflush(stdout) == 0 ? ExitStatus::passed : ExitStatus::incomplete;
    }
    std::error_code ignored;
    if (!words.force && std::filesystem::exists(std::filesystem::symlink_status(words.file, ignored))) {
        print_error("init", words.file + " is there already; name another file, or give --force");
        return ExitStatus::usage;
    }
    if (const auto written = write_file(words.file, text); !written) {
        print_error("init", written.error());
        return ExitStatus::usage;
    }
    fmt::print("{}\n", printable(words.file));
    return ExitStatus::passed;
}

}   // namespace

void add_init_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("init", "Writes a scenario with comments, to begin with");
    const auto words = std::make_shared<InitWords>();
    command.add_option("FILE", words->file, "Where to; - is standard output [scenario.yaml]")->type_name("FILE.yaml");
    option_words::add(command, "--dut", "ADDR[:PORT]", "The device under test [to be filled in]",
                      [words](const std::string& text) -> std::expected<void, std::string> {
                          const auto router = parse_router(text);
                          if (!router) return std::unexpected(router.error());
                          words->facts.dut = *router;
                          return {};
                      });
    option_words::add_as(command, "--peer-as", words->facts.as, "Its AS [to be filled in]");
    option_words::add_address(command, "--address", words->facts.address,
                              "Source address of the first peer, rising [on loopback 127.0.1.1; elsewhere the kernel's choice]");
    option_words::add_number(command, "--peers", words->facts.senders, "BGP sessions that send [2]", 1, 65'000);
    command.add_option("--routes", words->facts.routes, "What they send [full-table:100k]")->type_name("SOURCE");
    command.add_flag("--force", words->force, "Overwrite the file");
    command.footer("The first line names the schema of scenarios for editors that know yaml-language-server: they complete keys "
                   "and mark what is "
                   "wrong.\n"
                   "Exit status: 0 written; 2 usage, or the file is there already.\n"
                   "Examples:\n"
                   "  loadgen init\n"
                   "  loadgen init mine.yaml --dut 192.0.2.1 --peer-as 65000 && loadgen run mine.yaml");
    command.callback([words, &action] {
        words->facts.schema = shipped_schema();
        action = [words] { return init_scenario(*words); };
    });
}

}   // namespace barrage
