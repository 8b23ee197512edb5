#pragma once
// What the structs of the capabilities share: what a malformed one costs, and a family as most of them write it.

#include <cstdint>
#include <utility>

#include "codec/family.hpp"
#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace barrage {

/// What a capability costs whose value is not as its document says.
enum class MalformedCapability : std::uint8_t {
    refuses_open,        // it decides how octets are read later: 2/0, RFC 4271 section 6.2
    is_kept_as_octets,   // it is informative or a draft's: as if its code were not known
};

namespace capability {

using enum MalformedCapability;

inline Family read_family(Reader& in)
{
    const auto afi = Afi{in.u16()};
    return {afi, Safi{in.u8()}};
}

inline void write_family(Writer& out, Family family)
{
    out.u16(std::to_underlying(family.afi));
    out.u8(std::to_underlying(family.safi));
}

}   // namespace capability

}   // namespace barrage
