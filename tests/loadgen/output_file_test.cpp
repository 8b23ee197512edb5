// Files that a run leaves: whole or not at all, and never where somebody else wants them.

#include <doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "loadgen/console/output_file.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace barrage;

namespace {

std::string contents(const std::string& path)
{
    std::ifstream file{path};
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

std::size_t files_in(const TemporaryFolder& folder)
{
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{folder.path()}, {}));
}

}   // namespace

TEST_CASE("a file is replaced whole, keeps its mode, and leaves nothing beside it")
{
    const TemporaryFolder folder;
    const auto path = folder.file("report.json", "old");
    REQUIRE(::chmod(path.c_str(), 0640) == 0);
    REQUIRE(check_writable(std::vector<std::string>{path, "", folder / "new.json"}));
    CHECK(contents(path) == "old");
    CHECK(files_in(folder) == 1);
    REQUIRE(write_file(path, "new"));
    CHECK(contents(path) == "new");
    struct stat about{};
    REQUIRE(::stat(path.c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0640);
    CHECK(files_in(folder) == 1);
}

TEST_CASE("no link is followed: neither one of the report's name nor one that was laid for its temporary file")
{
    const TemporaryFolder folder;
    const auto precious = folder.file("precious", "mine");
    const auto path = folder / "report.json";
    std::vector<std::string> traps{path + ".part"};
    for (const auto* more : {"", "-1", "-2"}) traps.push_back(path + "." + std::to_string(::getpid()) + more + ".part");
    for (const auto& trap : traps) REQUIRE(::symlink(precious.c_str(), trap.c_str()) == 0);
    REQUIRE(check_writable(std::vector<std::string>{path}));
    REQUIRE(write_file(path, "report"));
    CHECK(contents(path) == "report");
    CHECK(contents(precious) == "mine");
    for (const auto& trap : traps) CHECK(std::filesystem::is_symlink(trap));

    const auto link = folder / "link.json";
    REQUIRE(::symlink(precious.c_str(), link.c_str()) == 0);
    REQUIRE(check_writable(std::vector<std::string>{link}));
    REQUIRE(write_file(link, "report"));
    CHECK(contents(link) == "report");
    CHECK(contents(precious) == "mine");
    const auto dangling = folder / "dangling.json";
    REQUIRE(::symlink((folder / "nowhere").c_str(), dangling.c_str()) == 0);
    REQUIRE(check_writable(std::vector<std::string>{dangling}));
    CHECK_FALSE(std::filesystem::exists(folder / "nowhere"));
}

TEST_CASE("what cannot be written is said, before the run where it can be")
{
    const TemporaryFolder folder;
    const auto error_of = [](const auto& done) { return done ? std::string{"none"} : done.error(); };
    const auto no_folder = folder / "none/report.json";
    CHECK(error_of(check_writable(std::vector<std::string>{no_folder})) ==
          "cannot write " + no_folder + ": No such file or directory");
    CHECK(error_of(check_writable(std::vector<std::string>{folder.path().string()})) ==
          "cannot write " + folder.path().string() + ": Is a directory");
    CHECK(error_of(write_file(folder.path().string(), "x")) == "cannot write " + folder.path().string() + ": Is a directory");
    CHECK(error_of(check_writable(std::vector<std::string>{"/dev/full"})) == "none");
    CHECK(error_of(write_file("/dev/full", "x")) == "cannot write /dev/full: No space left on device");
    CHECK(error_of(write_file("/dev/null", "x")) == "none");
    CHECK(std::filesystem::is_character_file("/dev/null"));
}
