#pragma once
// `loadgen mrt info|cat|convert`: looks into MRT dumps and turns them. Results on stdout, all else on stderr. Exit status: 2 for
// a file that cannot be read, 4 for a dump that is cut (after what was before the cut), and of cat and convert also where routes were left out.

#include <CLI/CLI.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/commands/command.hpp"
#include "rib/mrt_source.hpp"

namespace barrage {

/// Adds the sub-command; `action` is set when the command line asks for it.
void add_mrt_command(CLI::App& app, CommandAction& action);

/// Says on stderr what of `file` was passed over so far, in the words of `inject`. Whether routes were left out; messages of the collector itself,
/// which are a choice, are none. A cut has a line of its own (MrtSource::problem()), and is not said again.
bool print_left_out(std::string_view command, const std::string& file, const MrtSource& source);

struct MrtInfoOptions {
    std::vector<std::string> files;
    bool json = false;
};
ExitStatus mrt_info(const MrtInfoOptions& options);

struct MrtCatOptions {
    std::string file;
    bool json = false;
    std::optional<std::uint64_t> limit;   // routes
    std::optional<MrtPeerChoice> peer;
    bool with_local = false;   // also what the collector itself sent
};
ExitStatus mrt_cat(const MrtCatOptions& options);

struct MrtConvertOptions {
    enum class To : std::uint8_t { table_dump_v2, updates, hex };
    std::string in;
    std::string out;
    To to = To::table_dump_v2;
    MrtPeerChoice peer{.by = MrtPeerChoice::By::all};
    bool with_local = false;
};
ExitStatus mrt_convert(const MrtConvertOptions& options);

}   // namespace barrage
