#include "io/decompressor.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

namespace barrage {

namespace {

using Octet = std::uint8_t;

bool begins_with(std::span<const Octet> octets, std::span<const Octet> magic)
{
    return octets.size() >= magic.size() && std::ranges::equal(octets.first(magic.size()), magic);
}

bool all_zero(std::span<const Octet> octets)
{
    return std::ranges::all_of(octets, [](Octet octet) { return octet == 0; });
}

constexpr std::array<Octet, 2> gzip_magic{0x1f, 0x8b};
constexpr std::array<Octet, 3> bzip2_magic{'B', 'Z', 'h'};
constexpr std::array<Octet, 6> bzip2_block{0x31, 0x41, 0x59, 0x26, 0x53, 0x59};   // of the first block …
constexpr std::array<Octet, 6> bzip2_empty{0x17, 0x72, 0x45, 0x38, 0x50, 0x90};   // … or of the end, where there is none
constexpr std::array<Octet, 4> zstd_magic{0x28, 0xb5, 0x2f, 0xfd};
constexpr std::array<Octet, 6> xz_magic{0xfd, '7', 'z', 'X', 'Z', 0x00};

constexpr unsigned clamp(std::size_t size)
{
    return static_cast<unsigned>(std::min<std::size_t>(size, std::numeric_limits<unsigned>::max()));
}

// gzip and bzip2 have members that follow each other; the library ends at each. What follows the last one is ignored where
// it is padding of zero octets, as gzip(1) does.
template <class Member>
class MemberByMember final : public Decompressor {
public:
    Step step(std::span<const Octet> in, std::span<Octet> out, bool last) override
    {
        Step step;
        if (between_) {
            if (in.empty()) return {.at_end = true};
            const auto decided = in.size() >= Member::magic.size() || last;
            if (!decided && std::ranges::equal(in, std::span{Member::magic}.first(in.size()))) return {.at_end = true};
            if (!begins_with(in, Member::magic)) {
                if (all_zero(in)) return {.taken = in.size(), .at_end = true};
                return {
                    .taken = in.size(), .at_end = true, .problem = "octets that are no part of it follow the compressed data"};
            }
            if (!member_.again()) return {.problem = "out of memory while decompressing"};
            between_ = false;
        }
        switch (member_.run(in, out, step)) {
        case Member::Outcome::more: break;
        case Member::Outcome::end: between_ = step.at_end = true; break;
        case Member::Outcome::corrupt: step.problem = "the compressed data is corrupt"; break;
        }
        return step;
    }
    [[nodiscard]] bool ready() const { return member_.ready; }

private:
    Member member_;
    bool between_ = false;
};

struct GzipMember {
    enum class Outcome : std::uint8_t { more, end, corrupt };
    static constexpr auto& magic = gzip_magic;
    static constexpr int gzip_only = 15 + 16;   // zlib.h: the largest window, and the gzip format

    GzipMember() { ready = inflateInit2(&stream, gzip_only) == Z_OK; }
    ~GzipMember() { inflateEnd(&stream); }
    GzipMember(const GzipMember&) = delete;
    GzipMember& operator=(const GzipMember&) = delete;

    bool again() { return inflateReset(&stream) == Z_OK; }
    Outcome run(std::span<const Octet> in, std::span<Octet> out, Decompressor::Step& step)
    {
        stream.next_in = const_cast<Octet*>(in.data());
        const auto in_size = stream.avail_in = clamp(in.size());
        stream.next_out = out.data();
        const auto out_size = stream.avail_out = clamp(out.size());
        const int result = inflate(&stream, Z_NO_FLUSH);
        step.taken = in_size - stream.avail_in;
        step.made = out_size - stream.avail_out;
        if (result == Z_STREAM_END) return Outcome::end;
        return result == Z_OK || result == Z_BUF_ERROR ? Outcome::more : Outcome::corrupt;
    }

    z_stream stream{};
    bool ready = false;
};

struct Bzip2Member {
    enum class Outcome : std::uint8_t { more, end, corrupt };
    static constexpr auto& magic = bzip2_magic;

    Bzip2Member() { ready = BZ2_bzDecompressInit(&stream, 0, 0) == BZ_OK; }
    ~Bzip2Member() { BZ2_bzDecompressEnd(&stream); }
    Bzip2Member(const Bzip2Member&) = delete;
    Bzip2Member& operator=(const Bzip2Member&) = delete;

    bool again()
    {
        BZ2_bzDecompressEnd(&stream);
        stream = {};
        return ready = BZ2_bzDecompressInit(&stream, 0, 0) == BZ_OK;
    }
    Outcome run(std::span<const Octet> in, std::span<Octet> out, Decompressor::Step& step)
    {
        stream.next_in = reinterpret_cast<char*>(const_cast<Octet*>(in.data()));
        const auto in_size = stream.avail_in = clamp(in.size());
        stream.next_out = reinterpret_cast<char*>(out.data());
        const auto out_size = stream.avail_out = clamp(out.size());
        const int result = BZ2_bzDecompress(&stream);
        step.taken = in_size - stream.avail_in;
        step.made = out_size - stream.avail_out;
        if (result == BZ_STREAM_END) return Outcome::end;
        return result == BZ_OK ? Outcome::more : Outcome::corrupt;
    }

    bz_stream stream{};
    bool ready = false;
};

class Zstd final : public Decompressor {
public:
    Zstd() : stream_(ZSTD_createDStream(), &ZSTD_freeDStream) {}

    Step step(std::span<const Octet> in, std::span<Octet> out, bool) override
    {
        ZSTD_inBuffer from{in.data(), in.size(), 0};
        ZSTD_outBuffer to{out.data(), out.size(), 0};
        const auto result = ZSTD_decompressStream(stream_.get(), &to, &from);
        Step step{.taken = from.pos, .made = to.pos};
        if (ZSTD_isError(result))
            step.problem = "the compressed data is corrupt, or needs more than 128 MiB to decompress";
        else if (from.pos > 0 || to.pos > 0)
            at_end_ = result == 0;   // frames follow each other without more ado
        step.at_end = at_end_;
        return step;
    }
    [[nodiscard]] bool ready() const { return stream_ != nullptr; }

private:
    std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream_;
    bool at_end_ = false;
};

class Xz final : public Decompressor {
public:
    Xz() { ready_ = lzma_stream_decoder(&stream_, std::uint64_t{256} << 20, LZMA_CONCATENATED) == LZMA_OK; }
    ~Xz() override { lzma_end(&stream_); }
    Xz(const Xz&) = delete;
    Xz& operator=(const Xz&) = delete;

    Step step(std::span<const Octet> in, std::span<Octet> out, bool last) override
    {
        stream_.next_in = in.data();
        stream_.avail_in = in.size();
        stream_.next_out = out.data();
        stream_.avail_out = out.size();
        const auto result = lzma_code(&stream_, last && in.empty() ? LZMA_FINISH : LZMA_RUN);
        Step step{.taken = in.size() - stream_.avail_in, .made = out.size() - stream_.avail_out};
        if (result == LZMA_STREAM_END)
            step.at_end = true;
        else if (result == LZMA_MEMLIMIT_ERROR)
            step.problem = "the compressed data needs more than 256 MiB to decompress";
        else if (result != LZMA_OK && result != LZMA_BUF_ERROR)
            step.problem = "the compressed data is corrupt";
        return step;
    }
    [[nodiscard]] bool ready() const { return ready_; }

private:
    lzma_stream stream_ = LZMA_STREAM_INIT;
    bool ready_ = false;
};

// Stands in for a library that could not start, so that a file of its format is an error and never taken for plain.
class NotReady final : public Decompressor {
public:
    Step step(std::span<const Octet>, std::span<Octet>, bool) override
    {
        return {.problem = "out of memory while decompressing"};
    }
};

template <class Format>
std::unique_ptr<Decompressor> make()
{
    auto format = std::make_unique<Format>();
    if (!format->ready()) return std::make_unique<NotReady>();
    return format;
}

}   // namespace

std::unique_ptr<Decompressor> Decompressor::for_magic(std::span<const std::uint8_t> head)
{
    if (begins_with(head, gzip_magic)) return make<MemberByMember<GzipMember>>();
    // "BZh9" alone could be the time stamp of an MRT dump of April 2005.
    if (begins_with(head, bzip2_magic) && head.size() >= 10 &&
        (begins_with(head.subspan(4), bzip2_block) || begins_with(head.subspan(4), bzip2_empty)))
        return make<MemberByMember<Bzip2Member>>();
    if (begins_with(head, zstd_magic)) return make<Zstd>();
    if (begins_with(head, xz_magic)) return make<Xz>();
    return nullptr;
}

}   // namespace barrage
