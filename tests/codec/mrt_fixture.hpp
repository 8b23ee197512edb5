#pragma once
// Records of a dump, out of octets.

#include "codec/mrt/mrt_record.hpp"
#include "tests/support/doctest.hpp"

namespace barrage {

/// The record at the start of `octets`, as if it stood at octet 1000 of a dump.
inline MrtDecoded<MrtRecord> record_of(const Octets& octets)
{
    Reader in{octets};
    const auto header = MrtHeader::read(in);
    REQUIRE_FALSE(in.failed());
    REQUIRE(header.length == in.remaining());
    return decode_mrt_record(header, in.rest(), 1000);
}

}   // namespace barrage
