#include "io/text_file.hpp"

#include <doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "tests/support/temporary_folder.hpp"

namespace barrage {

namespace {

std::string error_of(const std::string& path, TextFileLimits limits)
{
    const auto text = read_text_file(path, limits);
    return text ? "none" : text.error();
}

}   // namespace

TEST_CASE("a file is read whole, up to its limit")
{
    const TemporaryFolder folder;
    const std::string long_text(1'000'000, 'x');
    CHECK(read_text_file(folder.file("a", "one\ntwo"), {.most_octets = 7}) == "one\ntwo");
    CHECK(read_text_file(folder.file("b", ""), {.most_octets = 7}) == "");
    CHECK(read_text_file(folder.file("c", long_text), {.most_octets = 1'000'000}) == long_text);
    CHECK(error_of(folder.file("d", "one\ntwo."), {.most_octets = 7}) == "larger than 7 octets");
    CHECK(error_of("/proc/self/status", {.most_octets = 7}) == "larger than 7 octets");   // it says that it has none
    CHECK(error_of(folder / "none", {.most_octets = 7}) == "No such file or directory");
    CHECK(error_of(folder.path().string(), {.most_octets = 7}) == "Is a directory");
}

TEST_CASE("what is no file is not waited for")
{
    const TemporaryFolder folder;
    const auto fifo = folder / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(error_of(fifo, {.most_octets = 7}) == "not a regular file");   // nobody writes it
    CHECK(error_of("/dev/zero", {.most_octets = 7}) == "not a regular file");
    CHECK(error_of("/dev/zero", {.most_octets = 1 << 20, .takes_pipes = true}) == "larger than 1 MiB");

    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    std::jthread writer{[&] {
        for (const auto* part : {"one", "two"}) CHECK(::write(ends[1], part, 3) == 3);
        ::close(ends[1]);
    }};
    CHECK(read_text_file("/proc/self/fd/" + std::to_string(ends[0]), {.most_octets = 7, .takes_pipes = true}) == "onetwo");
    ::close(ends[0]);
}

}   // namespace barrage
