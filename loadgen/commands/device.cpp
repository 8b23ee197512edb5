#include "loadgen/commands/device.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include <algorithm>
#include <memory>

#include "loadgen/commands/option_words.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/device/device_run.hpp"
#include "loadgen/frame/command_frame.hpp"
#include "loadgen/words/json_text.hpp"
#include "loadgen/words/units.hpp"

namespace barrage {

namespace {

struct DeviceWords : FrameOptions {
    device::DeviceOptions device;
    std::optional<Asn> as;
    std::optional<Ipv4Address> router_id;
    std::optional<FamilySet> families;
    std::chrono::nanoseconds restart_time = std::chrono::seconds{120};
    bool listens = false;   // --listen was given
};

boost::json::object announcement(const Endpoint& local, const device::DeviceOptions& options)
{
    boost::json::array faults;
    for (const auto& fault : options.faults.given()) faults.emplace_back(fault);
    return {{"listening", to_text(local)}, {"address", to_text(local.address)},       {"port", local.port},
            {"as", options.as.value},      {"router_id", to_text(options.router_id)}, {"faults", std::move(faults)}};
}

ExitStatus run_device(const DeviceWords& words)
{
    CommandFrame frame{words};
    if (const auto prepared = frame.prepare({.more_may_come = true}); !prepared) return prepared.error();

    auto options = words.device;
    options.as = words.as.value_or(options.as);
    options.router_id = words.router_id.value_or(options.router_id);
    options.families = words.families.value_or(options.families);
    options.restart_time = std::chrono::duration_cast<std::chrono::seconds>(words.restart_time);

    AttributePool pool;   // outlives what the engine holds of it
    auto engine = frame.make_engine();
    if (!engine) return engine.error();
    device::DeviceRun device{options, **engine, pool};
    frame.catch_interrupts();
    const auto watch = frame.interrupts_end(**engine);
    const auto local = device.listen();
    if (!local) return frame.wrong(local.error().text);
    print_error_line("listening on " + to_text(*local));
    if (words.json) {
        fmt::print("{}\n", json_text(announcement(*local, options)));
        if (std::fflush(stdout) != 0) return frame.wrong("cannot write to standard output", ExitStatus::incomplete);
    }
    device.run();
    if (const auto failure = (*engine)->failure(); !failure.empty())
        return frame.wrong("ended early: " + failure, ExitStatus::incomplete);
    return ExitStatus::passed;
}

std::string list_of_faults()
{
    std::size_t widest = 0;
    for (const auto& fault : device::fault_table()) widest = std::max(widest, device::fault_form(fault).size());
    std::string list;
    for (const auto& fault : device::fault_table())
        list += fmt::format("  {:<{}}  {}\n", device::fault_form(fault), widest, fault.sentence);
    return list;
}

}   // namespace

void add_device_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("device", "A small router to try scenarios on, which lies where it is asked to");
    const auto words = std::make_shared<DeviceWords>();
    words->command = "device";
    auto& device = words->device;
    option_words::add(command, "--listen", "ADDR:PORT",
                      "Where to listen; port 0 is any free one. Said on the first line of stderr: listening on ADDR:PORT",
                      [words = words.get(), &device](const std::string& text) -> std::expected<void, std::string> {
                          const auto endpoint = parse_endpoint(text);
                          if (!endpoint) return std::unexpected(endpoint.error());
                          device.listen = *endpoint;
                          words->listens = true;
                          return {};
                      });
    option_words::add(command, "--fault", "NAME[=VALUE]", "A way to lie, of the list below; may be given more than once",
                      [&device](const std::string& text) { return device.faults.add(text); })
        ->trigger_on_parse();
    command.add_flag("--json", words->json, "Where it listens and how it lies as one JSON object, on standard output");

    option_words::add_as(command, "--as", words->as, "Its AS [65000]; any AS of a peer is accepted, iBGP where equal")
        ->group("BGP");
    option_words::add_router_id(command, words->router_id, "Its BGP identifier [192.0.2.254]")->group("BGP");
    option_words::add_hold_time(command, device.hold_time)->group("BGP");
    option_words::add_families(command, "--families", words->families, "Families that it speaks [ipv4,ipv6]")->group("BGP");
    option_words::add_duration(command, "--restart-time", words->restart_time,
                               "Restart time of its graceful restart capability, 0 for none (RFC 4724) [120s]")
        ->group("BGP");
    option_words::add_engine(command, words->engine);

    command.footer("It runs until Ctrl-C. Without a fault it is honest.\n"
                   "Faults, with what their value is where none is given:\n" +
                   list_of_faults() +
                   "Examples:\n"
                   "  loadgen device --listen 127.0.0.1:1790\n"
                   "  loadgen device --listen 127.0.0.1:1790 --fault ignore-withdrawals --fault drop-one-in=100\n"
                   "  loadgen run loadgen/scenarios/full-table.yaml --dut 127.0.0.1:1790");
    command.callback([words, &action] {
        if (!words->listens)
            throw CLI::ValidationError("--listen is missing: say where to listen, such as --listen 127.0.0.1:1790");
        action = [words] { return run_device(*words); };
    });
}

}   // namespace barrage
