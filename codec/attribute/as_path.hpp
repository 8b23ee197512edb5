#pragma once
// AS_PATH: the autonomous systems a route went through. RFC 4271 sections 4.3 and 5.1.2, RFC 5065 (confederations),
// RFC 6793 (numbers of four octets).
//
//     +--------------+------------------+-----------------------------+
//     | Segment type | Number of ASNs n | n ASNs of 2 or 4 octets     |   … one segment after the other
//     +--------------+------------------+-----------------------------+

#include <array>
#include <string>
#include <vector>

#include "codec/asn.hpp"
#include "codec/attribute/path_attribute.hpp"

namespace barrage {

constexpr auto enum_names(SegmentType)
{
    return std::array{
        EnumName{SegmentType::as_set, "as_set"},
        EnumName{SegmentType::as_sequence, "as_sequence"},
        EnumName{SegmentType::confed_sequence, "confed_sequence"},
        EnumName{SegmentType::confed_set, "confed_set"},
    };
}

struct AsPathSegment {
    SegmentType type = SegmentType::as_sequence;
    std::vector<Asn> asns;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("type", self.type);
        visit("asns", self.asns);
    }
    friend bool operator==(const AsPathSegment&, const AsPathSegment&) = default;
};

constexpr bool is_confederation(SegmentType type) noexcept
{
    return type == SegmentType::confed_sequence || type == SegmentType::confed_set;
}

using AsPathSegments = std::vector<AsPathSegment>;

/// Reads segments until `in` is empty. Fails the reader on a type that RFC 4271 and RFC 5065 do not define, on a segment
/// without an ASN, and on one that is cut.
AsPathSegments read_segments(Reader& in, bool four_octets);
/// A segment of more than 255 ASNs becomes several. What does not fit two octets is written as AS_TRANS.
void write_segments(const AsPathSegments& segments, bool four_octets, Writer& out);
/// Whether they are sequences that nobody could find anything wrong with: a look without memory.
bool are_plain_segments(Reader in, bool four_octets) noexcept;
/// RFC 7607: no AS has the number 0.
bool has_as_0(const AsPathSegments& segments) noexcept;
/// Whether there is a set in them, and the receiver rejects these: RFC 9774.
bool is_rejected(const AsPathSegments& segments, const SessionOptions& options) noexcept;
/// "65001 65002 {65003 65004} (65010) [65011]": sequence, set, confederation sequence and set.
std::string to_text(const AsPathSegments& segments);

struct AsPath {
    static constexpr auto type = AttributeType::as_path;
    static constexpr auto flags = well_known;
    static constexpr auto malformed = Recovery::treat_as_withdraw;   // RFC 7606 section 7.2
    static constexpr std::string_view name = "as_path";

    AsPathSegments segments;

    void encode(Writer& out, const SessionOptions& options) const { write_segments(segments, options.four_octet_as, out); }

    static bool looks_sound(Reader in, const SessionOptions& options) noexcept
    {
        return are_plain_segments(in, options.four_octet_as);
    }
    static Decoded<AsPath> decode(Reader& in, const SessionOptions& options)
    {
        AsPath path{read_segments(in, options.four_octet_as)};
        if (in.failed())
            return std::unexpected(DecodeError{malformed, UpdateSubcode::malformed_as_path, "AS_PATH with a malformed segment"});
        if (has_as_0(path.segments))   // RFC 7607 section 2
            return std::unexpected(DecodeError{malformed, UpdateSubcode::malformed_as_path, "AS_PATH with AS 0"});
        if (is_rejected(path.segments, options))   // RFC 9774 section 3
            return std::unexpected(
                DecodeError{malformed, UpdateSubcode::malformed_as_path, "AS_PATH with an AS_SET, which are rejected here"});
        return path;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("segments", self.segments);
    }

    friend std::string to_text(const AsPath& path) { return to_text(path.segments); }
    friend bool operator==(const AsPath&, const AsPath&) = default;
};

}   // namespace barrage
