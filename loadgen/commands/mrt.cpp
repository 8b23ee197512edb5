#include "loadgen/commands/mrt.hpp"

#include <fmt/format.h>

#include <memory>

#include "loadgen/console/print_error.hpp"
#include "loadgen/routes/left_out_report.hpp"
#include "loadgen/words/units.hpp"

namespace barrage {

namespace {

constexpr const char* peer_help = "Which peers of the dump: an index as `mrt info` shows it, an address, an AS (AS65001), "
                                  "most (of a table the peer with most routes) or all";

CLI::Option* add_peer_option(CLI::App& command, std::function<void(const MrtPeerChoice&)> take, const char* usual)
{
    return command
        .add_option_function<std::string>(
            "--mrt-peer",
            [take = std::move(take)](const std::string& text) {
                const auto choice = MrtPeerChoice::from_text(text);
                if (!choice)
                    throw CLI::ValidationError(
                        "--mrt-peer", "expected an index, an address, an AS (AS65001), most or all, not \"" + text + '"');
                take(*choice);
            },
            std::string{peer_help} + " [" + usual + "]")
        ->type_name("PEER");
}

void add_local_flag(CLI::App& command, bool& into)
{
    command.add_flag("--mrt-local", into, "Also what the collector itself sent (BGP4MP_MESSAGE_LOCAL and the like)");
}

void add_info(CLI::App& mrt, CommandAction& action)
{
    auto* command = mrt.add_subcommand("info", "What is in dumps: kind, peers, records, routes, times, warnings");
    const auto options = std::make_shared<MrtInfoOptions>();
    command->add_option("FILE", options->files, "MRT dumps, compressed or not; - is standard input")->required();
    command->add_flag("--json", options->json, "One JSON object a file, each on a line");
    command->footer("Example:\n  loadgen mrt info rib.20140523.0600.bz2 updates.20260222.1530.bz2");
    command->callback([options, &action] { action = [options] { return mrt_info(*options); }; });
}

void add_cat(CLI::App& mrt, CommandAction& action)
{
    auto* command = mrt.add_subcommand("cat", "The routes of a dump, one a line");
    const auto options = std::make_shared<MrtCatOptions>();
    command->add_option("FILE", options->file, "An MRT dump, compressed or not; - is standard input")->required();
    command->add_flag("--json", options->json, "One JSON object a route");
    command
        ->add_option_function<std::string>(
            "--limit",
            [options](const std::string& text) {
                const auto number = parse_number(text);
                if (!number) throw CLI::ValidationError("--limit", number.error());
                options->limit = *number;
            },
            "Stop after so many routes (k, M are understood)")
        ->type_name("N");
    add_peer_option(
        *command, [options](const MrtPeerChoice& choice) { options->peer = choice; }, "of a table most, of updates all");
    add_local_flag(*command, options->with_local);
    command->footer("Example:\n  loadgen mrt cat rib.20140523.0600.bz2 --mrt-peer AS3356 --limit 10");
    command->callback([options, &action] { action = [options] { return mrt_cat(*options); }; });
}

void add_convert(CLI::App& mrt, CommandAction& action)
{
    auto* command = mrt.add_subcommand("convert", "Writes the routes of a dump in another form");
    const auto options = std::make_shared<MrtConvertOptions>();
    command->add_option("IN", options->in, "An MRT dump, compressed or not; - is standard input")->required();
    command->add_option("OUT", options->out, "The file to write, not compressed; - is standard output")->required();
    using To = MrtConvertOptions::To;
    command
        ->add_option("--to", options->to,
                     "table-dump-v2 (of updates: the table that is left at their end), updates (BGP4MP_MESSAGE_AS4) or hex (one "
                     "UPDATE a line, without path identifiers, for --routes and loadgen decode)")
        ->required()
        ->transform(
            CLI::CheckedTransformer(
                std::map<std::string, To>{{"table-dump-v2", To::table_dump_v2}, {"updates", To::updates}, {"hex", To::hex}},
                CLI::ignore_case)
                .description(""))
        ->type_name("FORM");
    add_peer_option(*command, [options](const MrtPeerChoice& choice) { options->peer = choice; }, "all");
    add_local_flag(*command, options->with_local);
    command->footer("Example:\n  loadgen mrt convert updates.20260222.1530.bz2 table.mrt --to table-dump-v2");
    command->callback([options, &action] { action = [options] { return mrt_convert(*options); }; });
}

}   // namespace

bool print_left_out(std::string_view command, const std::string& file, const MrtSource& source)
{
    if (const auto local = source.counters().local_messages; local != 0)
        print_error(command, fmt::format("{}: {} messages that the collector itself sent are left out; --mrt-local takes them",
                                         file, local));
    auto left_out = source.left_out();
    if (left_out.routes() == left_out.of(LeftOutReason::cut).routes) return false;
    left_out.name_samples(file);
    print_error(command, file + ": " + left_out_text(left_out, true));
    for (const auto& line : left_out_lines(left_out)) print_error(command, line);
    return true;
}

void add_mrt_command(CLI::App& app, CommandAction& action)
{
    auto* mrt = app.add_subcommand("mrt", "Looks into MRT dumps and turns them");
    mrt->require_subcommand(1);
    mrt->footer("Example:\n  loadgen mrt info rib.20140523.0600.bz2");
    add_info(*mrt, action);
    add_cat(*mrt, action);
    add_convert(*mrt, action);
}

}   // namespace barrage
