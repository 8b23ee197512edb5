// Reader and Writer: the two cursors that everything else is made of.

#include "tests/support/doctest.hpp"

#include "codec/reader.hpp"
#include "codec/writer.hpp"
#include "tests/support/exact_octets.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;

TEST_CASE("a reader takes big-endian numbers and tells where it stands")
{
    const auto octets = hex("01 0203 040506 0708090a 0b0c0d0e0f101112 13");
    Reader in{octets, 100};
    CHECK(in.peek() == 1);
    CHECK(in.u8() == 0x01);
    CHECK(in.u16() == 0x0203);
    CHECK(in.u24() == 0x040506);
    CHECK(in.u32() == 0x0708090a);
    CHECK(in.offset() == 110);
    CHECK(in.u64() == 0x0b0c0d0e0f101112);
    CHECK(in.remaining() == 1);
    CHECK_FALSE(in.finished());
    CHECK(to_hex(in.rest()) == "13");
    CHECK(in.finished());
}

TEST_CASE("a reader that failed stays failed and yields zeroes")
{
    const ExactOctets octets{hex("ffff")};
    Reader in{octets.view()};
    CHECK(in.u24() == 0);
    CHECK(in.failed());
    CHECK(in.empty());
    CHECK(in.u8() == 0);
    CHECK(in.octets(1).empty());
    CHECK_FALSE(in.finished());
}

TEST_CASE("what is wrong in a part cut from a reader does not reach its neighbour")
{
    const auto octets = hex("aabb cc");
    Reader in{octets};
    auto part = in.take(2);
    CHECK(part.u32() == 0);
    CHECK(part.failed());
    CHECK(in.u8() == 0xcc);
    CHECK(in.finished());

    auto beyond = in.take(1);
    CHECK(beyond.failed());
    CHECK(in.failed());
}

TEST_CASE("a reader of nothing is finished, and its end is not a failure to look at")
{
    Reader in{OctetView{}};
    CHECK(in.finished());
    CHECK(in.peek() == 0);
    CHECK_FALSE(in.failed());
}

TEST_CASE("a writer appends numbers and patches its length fields")
{
    auto octets = hex("ee");
    Writer out{octets};
    {
        const auto outer = out.length16();
        out.u8(1);
        {
            const auto inner = out.length8();
            out.u24(0x020304);
        }
        out.u64(5);
    }
    CHECK(to_hex(octets) == "ee"
                            "000d"
                            "01"
                            "03020304"
                            "0000000000000005");
    CHECK(out.size() == octets.size());
}
