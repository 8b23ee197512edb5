#pragma once
// What stands around everything in an MRT dump: the common header (RFC 6396 section 2) and, for the types that end in
// _ET, the microseconds behind it (section 3). A record is views into octets that its reader owns.
//
//     +-----------------------------------------------+
//     |  Timestamp (4)  | Type (2) | Subtype (2)      |
//     +-----------------------------------------------+
//     |  Length (4): of what follows, microseconds    |
//     |  included                                     |
//     +-----------------------------------------------+
//     |  Microseconds (4), _ET only | Message ...     |
//     +-----------------------------------------------+

#include <cstdint>
#include <expected>
#include <string_view>

#include "codec/iana.hpp"
#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace barrage {

/// What is wrong with a record, and where: octets from the start of the decompressed dump. The next record is found by
/// the length of this one all the same.
struct MrtError {
    std::string_view text;   // static storage
    std::uint64_t offset = 0;

    friend bool operator==(const MrtError&, const MrtError&) = default;
};

template <class T>
using MrtDecoded = std::expected<T, MrtError>;

inline constexpr std::size_t mrt_header_octets = 12;

/// BGP, deprecated: how the RIS wrote updates in 1999 and 2000. RFC 6396 appendix B.2.
inline constexpr MrtType mrt_bgp{5};

struct MrtHeader {
    std::uint32_t seconds = 0;   // since 1970
    MrtType type{};
    std::uint16_t subtype = 0;
    std::uint32_t length = 0;

    static constexpr MrtHeader read(Reader& in) noexcept
    {
        MrtHeader header;
        header.seconds = in.u32();
        header.type = MrtType{in.u16()};
        header.subtype = in.u16();
        header.length = in.u32();
        return header;
    }
};

struct MrtRecord {
    std::uint32_t seconds = 0;
    std::uint32_t microseconds = 0;
    MrtType type{};
    std::uint16_t subtype = 0;
    OctetView body;             // without the microseconds
    std::uint64_t offset = 0;   // of the header in the dump

    [[nodiscard]] constexpr bool has_microseconds() const noexcept
    {
        return type == MrtType::bgp4mp_et || type == MrtType::isis_et || type == MrtType::ospfv3_et;
    }
    [[nodiscard]] constexpr bool is_bgp4mp() const noexcept { return type == MrtType::bgp4mp || type == MrtType::bgp4mp_et; }
    [[nodiscard]] constexpr bool is_table() const noexcept
    {
        return type == MrtType::table_dump || type == MrtType::table_dump_v2;
    }
    [[nodiscard]] constexpr std::int64_t nanoseconds() const noexcept
    {
        return std::int64_t{seconds} * 1'000'000'000 + std::int64_t{microseconds} * 1'000;
    }
    /// Over the body; its offset() counts from the start of the dump.
    [[nodiscard]] constexpr Reader reader() const noexcept
    {
        return Reader{body, static_cast<std::size_t>(offset) + mrt_header_octets + (has_microseconds() ? 4 : 0)};
    }
};

/// `octets` are the `header.length` octets behind the header that stands at `offset`.
MrtDecoded<MrtRecord> decode_mrt_record(const MrtHeader& header, OctetView octets, std::uint64_t offset) noexcept;

/// Whether RFC 6396 knows the type: what tells a dump from any other file.
constexpr bool is_known(MrtType type) noexcept
{
    if (type == mrt_bgp) return true;
    switch (type) {
    case MrtType::ospfv2:
    case MrtType::table_dump:
    case MrtType::table_dump_v2:
    case MrtType::bgp4mp:
    case MrtType::bgp4mp_et:
    case MrtType::isis:
    case MrtType::isis_et:
    case MrtType::ospfv3:
    case MrtType::ospfv3_et: return true;
    }
    return false;
}

/// "TABLE_DUMP_V2", "RIB_IPV4_UNICAST": the words of the RFC; empty for numbers it does not give out.
std::string_view name(MrtType type) noexcept;
std::string_view subtype_name(MrtType type, std::uint16_t subtype) noexcept;

/// Appends a whole record; `record.body` is copied, `record.offset` of no meaning.
void encode(const MrtRecord& record, Writer& out);

}   // namespace barrage
