#include "loadgen/commands/tune.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "loadgen/commands/option_words.hpp"
#include "loadgen/words/json_text.hpp"
#include "tuning/machine_needs.hpp"

namespace barrage {

namespace {

using State = MachineNeed::State;

struct TuneWords {
    RunSize size;
    bool check = false;
    bool json = false;
    bool sysctl = false;
};

const char* word(State state) noexcept
{
    switch (state) {
    case State::enough: return "enough";
    case State::lacking: return "lacking";
    case State::absent: return "absent";
    }
    return "";
}

void print(const std::vector<MachineNeed>& needs)
{
    fmt::print("{:<36}{:<28}{:<26}\n", "", "this machine has", "a big run needs");
    for (const auto& need : needs)
        fmt::print("{:<36}{:<28}{:<26}{}\n", need.name, need.has.empty() ? "-" : need.has, need.needs,
                   need.state == State::enough ? "" : word(need.state));
    const auto lacking = std::ranges::count(needs, State::lacking, &MachineNeed::state);
    if (lacking == 0) return fmt::print("\nNothing is lacking.\n");
    fmt::print("\nTo set what is lacking, until the next start of the machine:\n");
    for (const auto& need : needs)
        if (need.state == State::lacking)
            fmt::print("\n  # {}: {}\n  {}\n", need.name, need.reason,
                       need.command.empty() ? "(no command sets it)" : need.command);
    fmt::print("\nAll kernel settings at once, to stay: loadgen tune --sysctl | sudo tee /etc/sysctl.d/90-loadgen.conf && sudo "
               "sysctl --system\n");
}

boost::json::object to_json(const std::vector<MachineNeed>& needs)
{
    boost::json::array list;
    for (const auto& need : needs)
        list.push_back(boost::json::object{{"name", need.name},
                                           {"has", need.has},
                                           {"needs", need.needs},
                                           {"state", word(need.state)},
                                           {"reason", need.reason},
                                           {"command", need.command}});
    return {{"lacking", std::ranges::count(needs, State::lacking, &MachineNeed::state)}, {"needs", std::move(list)}};
}

ExitStatus tune(const TuneWords& words)
{
    if (words.sysctl) {
        fmt::print("{}", sysctl_profile());
        return ExitStatus::passed;
    }
    const auto needs = machine_needs(words.size, process_limits());
    if (words.json)
        fmt::print("{}\n", json_text(to_json(needs)));
    else
        print(needs);
    const bool lacks = std::ranges::find(needs, State::lacking, &MachineNeed::state) != needs.end();
    return words.check && lacks ? ExitStatus::threshold_failed : ExitStatus::passed;
}

}   // namespace

void add_tune_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("tune", "What this machine lacks for a big run, and how to set it; changes nothing");
    const auto words = std::make_shared<TuneWords>();
    option_words::add_number(command, "--peers", words->size.peers, "BGP sessions of the run [1000]", 1, 65'000);
    option_words::add_number(command, "--memory", words->size.memory_octets, "Octets that it may use [2147M]", 1);
    command.add_flag("--check", words->check, "Exit status 99 where something is lacking");
    command.add_flag("--json", words->json, "Print JSON");
    command.add_flag("--sysctl", words->sysctl, "Print the kernel settings as a file for sysctl(8)");
    command.footer("Exit status: 0; 2 usage; with --check 99 where something is lacking.\n"
                   "Examples:\n"
                   "  loadgen tune\n"
                   "  loadgen tune --peers 5k --check --json\n"
                   "  loadgen tune --sysctl | sudo sysctl -p /dev/stdin");
    command.callback([words, &action] { action = [words] { return tune(*words); }; });
}

}   // namespace barrage
