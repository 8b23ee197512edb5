#include "io/input_file.hpp"

#include "tests/support/doctest.hpp"

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdio>
#include <random>

#include "codec/writer.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/temporary_folder.hpp"

namespace barrage {

namespace {

struct Contents {
    Octets octets;
    std::string problem;
};

Contents contents_of(const Octets& file, std::size_t piece = 1000)
{
    const TemporaryFolder folder;
    auto input = InputFile::open(folder.file("octets", file));
    REQUIRE(input);
    Contents contents;
    Octets room(piece);
    while (const auto got = input->read(room))
        contents.octets.insert(contents.octets.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(got));
    CHECK(input->read(room) == 0);   // the end stays the end
    contents.problem = input->problem();
    return contents;
}

/// Octets that compress to about half: numbers of a fixed seed.
Octets sample(std::size_t size)
{
    std::mt19937 random{7};
    Octets octets(size);
    for (auto& octet : octets) octet = static_cast<std::uint8_t>(random() & 0x0f);
    return octets;
}

Octets gzip(const Octets& plain)
{
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    Octets out(deflateBound(&stream, plain.size()) + 64);
    stream.next_in = const_cast<Bytef*>(plain.data());
    stream.avail_in = static_cast<unsigned>(plain.size());
    stream.next_out = out.data();
    stream.avail_out = static_cast<unsigned>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

Octets bzip2(const Octets& plain)
{
    std::uint8_t nothing = 0;   // a null pointer is an error to bzip2
    auto* from = plain.empty() ? &nothing : const_cast<std::uint8_t*>(plain.data());
    Octets out(plain.size() + plain.size() / 100 + 600);
    auto size = static_cast<unsigned>(out.size());
    REQUIRE(BZ2_bzBuffToBuffCompress(reinterpret_cast<char*>(out.data()), &size, reinterpret_cast<char*>(from),
                                     static_cast<unsigned>(plain.size()), 1, 0, 0) == BZ_OK);
    out.resize(size);
    return out;
}

Octets zstd(const Octets& plain)
{
    Octets out(ZSTD_compressBound(plain.size()));
    const auto size = ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 3);
    REQUIRE_FALSE(ZSTD_isError(size));
    out.resize(size);
    return out;
}

Octets xz(const Octets& plain)
{
    Octets out(lzma_stream_buffer_bound(plain.size()));
    std::size_t size = 0;
    REQUIRE(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, nullptr, plain.data(), plain.size(), out.data(), &size, out.size()) ==
            LZMA_OK);
    out.resize(size);
    return out;
}

struct Format {
    const char* name;
    Octets (*compress)(const Octets& plain);
};
constexpr Format formats[] = {{"gzip", &gzip}, {"bzip2", &bzip2}, {"zstd", &zstd}, {"xz", &xz}};

Octets operator+(Octets a, const Octets& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

bool begins_with(const Octets& whole, const Octets& part)
{
    return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

}   // namespace

TEST_CASE("a plain file comes as it is")
{
    for (const auto& octets :
         {Octets{}, hex("00"), hex("425a6839 000d 0001 00000000"), sample(600'000)}) {   // the third: a dump of 2005
        const auto contents = contents_of(octets);
        CHECK(contents.octets == octets);
        CHECK(contents.problem == "");
    }
}

TEST_CASE("compressed files are known by what is in them, in one part or several")
{
    const auto plain = sample(300'000);
    for (const auto& [name, compress] : formats) {
        CAPTURE(std::string{name});
        for (const std::size_t piece : {1, 4096, 1'000'000}) {
            const auto one = contents_of(compress(plain), piece);
            CHECK(one.octets == plain);
            CHECK(one.problem == "");
        }
        const auto two = contents_of(compress(plain) + compress(sample(10)));
        CHECK(two.octets == plain + sample(10));
        CHECK(two.problem == "");
        const auto none = contents_of(compress({}));
        CHECK(none.octets.empty());
        CHECK(none.problem == "");
    }
}

TEST_CASE("a file that is cut gives what was before and says so")
{
    const auto plain = sample(250'000);
    for (const auto& [name, compress] : formats) {
        CAPTURE(std::string{name});
        const auto whole = compress(plain);
        for (std::size_t size = 16; size < whole.size(); size += 5'000) {
            CAPTURE(size);
            const auto contents = contents_of({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
            CHECK(begins_with(plain, contents.octets));
            CHECK(contents.problem == "the compressed file is cut short");
        }
        // The last octet belongs to the check sum or the end mark; without it nothing is certain.
        const auto almost = contents_of({whole.begin(), whole.end() - 1});
        if (compress != &zstd) CHECK(almost.octets == plain);   // which gives whole blocks
        CHECK(almost.problem != "");
    }
    // bzip2 gives whole blocks (here 100,000 octets), the others what they have.
    const auto half = gzip(plain);
    CHECK(contents_of({half.begin(), half.begin() + static_cast<std::ptrdiff_t>(half.size() / 2)}).octets.size() > 100'000);
    const auto blocks = bzip2(plain);
    CHECK(contents_of({blocks.begin(), blocks.end() - 100}).octets.size() >= 200'000 - 1000);
}

TEST_CASE("a file with flipped bits never does harm, and what gzip, bzip2 and xz deliver as good is good")
{
    const auto plain = sample(60'000);
    std::mt19937 random{11};
    for (const auto& [name, compress] : formats) {
        CAPTURE(std::string{name});
        const auto whole = compress(plain);
        for (int round = 0; round < 100; ++round) {
            auto flipped = whole;
            flipped[16 + random() % (flipped.size() - 16)] ^= static_cast<std::uint8_t>(1u << random() % 8);
            const auto contents = contents_of(flipped);
            if (contents.problem.empty() && compress != &zstd) CHECK(contents.octets == plain);   // zstd here has no check sum
        }
    }
}

TEST_CASE("octets after the compressed data are padding or a problem")
{
    const auto plain = sample(1000);
    for (auto* compress : {&gzip, &bzip2}) {
        const auto padded = contents_of((*compress)(plain) + Octets(512, 0));
        CHECK(padded.octets == plain);
        CHECK(padded.problem == "");
        const auto followed = contents_of((*compress)(plain) + hex("deadbeef"));
        CHECK(followed.octets == plain);
        CHECK(followed.problem == "octets that are no part of it follow the compressed data");
    }
}

TEST_CASE("what cannot be read is one line with its path")
{
    const auto missing = InputFile::open("/nonexistent/dump.gz");
    REQUIRE_FALSE(missing);
    CHECK(missing.error() == "/nonexistent/dump.gz: No such file or directory");
    const auto folder = InputFile::open("/tmp");
    REQUIRE_FALSE(folder);
    CHECK(folder.error() == "/tmp: Is a directory");
}

}   // namespace barrage
