// The arrows of ARCHITECTURE.md, read off the includes: a folder uses only the folders, libraries and parts of the system that
// its row names. `target_link_libraries` in CMakeLists.txt says the same to the linker.

#include "tests/support/doctest.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

/// `folders`: prefixes of the paths it may include between quotes. `packages`: prefixes of what it may include between angle
/// brackets besides the standard library.
struct Row {
    std::string_view folder;
    std::vector<std::string_view> folders;
    std::vector<std::string_view> packages;
};

// clang-format off
const Row table[] = {
    {"codec",
     {"codec/"},
     {"boost/container/static_vector.hpp"}},
    {"tuning",
     {"tuning/"},
     {"jemalloc/", "sys/", "pthread.h", "sched.h", "unistd.h", "fcntl.h"}},
    {"rib",
     {"rib/", "codec/"},
     {"boost/unordered/", "boost/container/", "xxhash.h"}},
    // Of codec only the frame of a message, and the two values that a socket speaks of: an address and a view of octets.
    {"io",
     {"io/", "codec/message/header.hpp", "codec/ip.hpp", "codec/reader.hpp", "tuning/"},
     {"boost/asio", "boost/beast", "boost/iostreams", "arpa/", "bzlib.h", "fcntl.h", "grp.h", "ifaddrs.h", "linux/", "lzma.h", "netdb.h", "net/", "netinet/",
      "poll.h", "pthread.h", "pwd.h", "sched.h", "signal.h", "spawn.h", "sys/", "unistd.h", "zlib.h", "zstd.h"}},
    {"engine",
     {"engine/", "codec/", "rib/", "io/", "tuning/"},
     {"boost/asio", "boost/container/", "boost/unordered/", "oneapi/tbb", "tbb/", "xxhash.h", "pthread.h", "signal.h", "sys/uio.h",
      "unistd.h"}},
    {"loadgen",
     {"loadgen/", "engine/", "codec/", "rib/", "io/", "tuning/"},
     {"CLI/", "boost/", "fmt/", "yaml-cpp/", "xxhash.h", "fcntl.h", "glob.h", "grp.h", "poll.h", "pwd.h", "signal.h", "sys/", "syslog.h", "unistd.h"}},
    {"bench",
     {"bench/", "engine/", "codec/", "rib/", "io/", "tuning/", "loadgen/", "tests/support/"},
     {"benchmark/", "boost/", "fmt/", "oneapi/tbb", "tbb/", "sys/", "unistd.h"}},
};
// clang-format on

/// The rooms of loadgen from the ground up: each includes itself and those before it. loadgen/README.md says what each is for.
constexpr std::string_view rooms[] = {
    "words",
    "console",
    "metrics",
    "frame",
    "exabgp/vocabulary",
    "exabgp/grammar",
    "exabgp/text",
    "exabgp/speaker",
    "exabgp/api",
    "routes",
    "scenario",
    "sink",
    "device",
    "play",
    "report",
    "run",
    "doctor",
    "inject",
    "bench",
    "commands",
};

/// "exabgp/text" of "loadgen/exabgp/text/events.hpp"; empty for a file of loadgen itself.
std::string_view room_of(std::string_view file)
{
    constexpr std::string_view loadgen = "loadgen/";
    if (!file.starts_with(loadgen)) return {};
    file.remove_prefix(loadgen.size());
    const auto end = file.rfind('/');
    return end == std::string_view::npos ? std::string_view{} : file.substr(0, end);
}

bool runs_down(std::string_view from, std::string_view to)
{
    const auto a = std::ranges::find(rooms, from), b = std::ranges::find(rooms, to);
    return b != std::end(rooms) && (from.empty() || (a != std::end(rooms) && b <= a));
}

/// Single files that may do what their folder may not, each with a reason.
struct Exception {
    std::string_view file;
    std::string_view include;
};
const Exception exceptions[] = {
    {"codec/ip.cpp", "arpa/inet.h"},   // inet_pton and inet_ntop: text of addresses, no socket
    {"codec/format.hpp", "fmt/"},      // formatters for fmt stand here and nowhere else in codec
    {"codec/format.cpp", "fmt/"},
};

bool begins_with_any(std::string_view text, const std::vector<std::string_view>& beginnings)
{
    return std::ranges::any_of(beginnings, [&](std::string_view beginning) { return text.starts_with(beginning); });
}

/// <vector>, <cstdint>: what ISO C++ names has neither folder nor suffix.
bool is_standard_library(std::string_view include) { return include.find_first_of("/.") == std::string_view::npos; }

bool is_allowed(const Row& row, std::string_view file, bool quoted, std::string_view include)
{
    if (std::ranges::any_of(exceptions,
                            [&](const Exception& one) { return one.file == file && include.starts_with(one.include); }))
        return true;
    if (quoted) return begins_with_any(include, row.folders);
    return is_standard_library(include) || begins_with_any(include, row.packages);
}

/// One line for each include of `text` that the row of `file` does not allow.
std::vector<std::string> wrong_includes(const Row& row, const std::string& file, std::istream& text)
{
    static const std::regex include_line(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
    std::vector<std::string> wrong;
    std::string line;
    for (int number = 1; std::getline(text, line); ++number) {
        std::smatch found;
        if (!std::regex_search(line, found, include_line)) continue;
        const auto include = found[2].str();
        if (!is_allowed(row, file, found[1].str() == "\"", include))
            wrong.push_back(file + ":" + std::to_string(number) + ": " + std::string{row.folder} + " must not include " +
                            include);
    }
    return wrong;
}

}   // namespace

TEST_CASE("each folder includes only what its row in the table of arrows names")
{
    const fs::path root = BARRAGE_SOURCE_DIR;
    for (const auto& row : table) {
        CAPTURE(row.folder);
        int files = 0;
        for (const auto& entry : fs::recursive_directory_iterator(root / row.folder)) {
            if (entry.path().extension() != ".hpp" && entry.path().extension() != ".cpp") continue;
            ++files;
            const auto file = fs::relative(entry.path(), root).generic_string();
            std::ifstream text(entry.path());
            for (const auto& wrong : wrong_includes(row, file, text)) FAIL_CHECK(wrong);
        }
        CHECK(files > 0);
    }
}

TEST_CASE("nothing above the command includes its main program, and every top folder with sources has a row")
{
    const fs::path root = BARRAGE_SOURCE_DIR;
    for (const auto& entry : fs::directory_iterator(root)) {
        const auto folder = entry.path().filename().string();
        if (!entry.is_directory() || folder.starts_with('.') || folder == "build" || folder == "tests" || folder == "cmake")
            continue;
        const auto has_sources = std::ranges::any_of(fs::recursive_directory_iterator(entry.path()), [](const auto& file) {
            return file.path().extension() == ".hpp" || file.path().extension() == ".cpp";
        });
        if (!has_sources) continue;
        CAPTURE(folder);
        CHECK(std::ranges::any_of(table, [&](const Row& row) { return row.folder == folder; }));
    }
}

TEST_CASE("within loadgen a room includes only rooms below it, and only commands/ knows CLI11")
{
    const fs::path root = BARRAGE_SOURCE_DIR;
    static const std::regex include_line(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
    std::vector<std::string> used;
    for (const auto& entry : fs::recursive_directory_iterator(root / "loadgen")) {
        if (entry.path().extension() != ".hpp" && entry.path().extension() != ".cpp") continue;
        const auto file = fs::relative(entry.path(), root).generic_string();
        const auto room = std::string{room_of(file)};
        CAPTURE(file);
        if (room.empty()) {
            CHECK(file == "loadgen/main.cpp");
            continue;
        }
        CHECK(std::ranges::find(rooms, room) != std::end(rooms));
        used.push_back(room);
        std::ifstream text(entry.path());
        std::string line;
        while (std::getline(text, line)) {
            std::smatch found;
            if (!std::regex_search(line, found, include_line)) continue;
            const auto include = found[2].str();
            CAPTURE(include);
            if (include.starts_with("CLI/")) CHECK(room == "commands");
            if (include.starts_with("loadgen/")) CHECK(runs_down(room, room_of(include)));
        }
    }
    for (const auto& room : rooms) CHECK(std::ranges::find(used, room) != used.end());
}

TEST_CASE("loadgen/README.md has a line for each room, from the top down")
{
    std::ifstream text(fs::path{BARRAGE_SOURCE_DIR} / "loadgen" / "README.md");
    static const std::regex row(R"(^\| `([a-z/]+)/` \| .+ \|$)");
    std::vector<std::string> rows;
    for (std::string line; std::getline(text, line);)
        if (std::smatch found; std::regex_match(line, found, row)) rows.push_back(found[1].str());
    std::ranges::sort(rows);
    std::vector<std::string> wanted{std::begin(rooms), std::end(rooms)};
    std::ranges::sort(wanted);
    CHECK(rows == wanted);
}

TEST_CASE("an arrow that runs up within loadgen is found")
{
    CHECK(runs_down("run", "scenario"));
    CHECK(runs_down("run", "run"));
    CHECK(!runs_down("scenario", "run"));
    CHECK(!runs_down("exabgp/grammar", "exabgp/api"));
    CHECK(!runs_down("run", "cellar"));
    CHECK(room_of("loadgen/exabgp/text/events.hpp") == "exabgp/text");
    CHECK(room_of("loadgen/main.cpp").empty());
}

TEST_CASE("an include against the arrows is found, in every way it can be written")
{
    struct Line {
        std::string_view folder;
        std::string_view text;
        bool allowed;
    };
    const Line lines[] = {
        {"codec", "#include \"codec/asn.hpp\"", true},
        {"codec", "#include \"rib/route_set.hpp\"", false},
        {"codec", "#include <boost/asio.hpp>", false},
        {"codec", "#include <tbb/task_arena.h>", false},
        {"codec", "#include <sys/socket.h>", false},
        {"codec", "  #  include <arpa/inet.h>", false},
        {"rib", "#include \"engine/session.hpp\"", false},
        {"rib", "#include <boost/unordered/unordered_flat_map.hpp>", true},
        {"rib", "#include <oneapi/tbb.h>", false},
        {"io", "#include \"codec/message/header.hpp\"", true},
        {"io", "#include \"codec/message/open.hpp\"", false},
        {"io", "#include \"rib/route_set.hpp\"", false},
        {"engine", "#include \"loadgen/commands/options.hpp\"", false},
        {"engine", "#include <fmt/format.h>", false},
        {"loadgen", "#include \"engine/engine.hpp\"", true},
        {"tuning", "#include \"codec/asn.hpp\"", false},
    };
    for (const auto& line : lines) {
        CAPTURE(line.text);
        const auto row = std::ranges::find(table, line.folder, &Row::folder);
        REQUIRE(row != std::end(table));
        std::istringstream text{std::string{line.text}};
        CHECK(wrong_includes(*row, std::string{line.folder} + "/some_file.cpp", text).empty() == line.allowed);
    }
}
