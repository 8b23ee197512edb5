#include "codec/attribute/as_path.hpp"

#include <algorithm>
#include <utility>

namespace barrage {

AsPathSegments read_segments(Reader& in, bool four_octets)
{
    AsPathSegments segments;
    while (!in.empty()) {
        const auto type = in.u8();
        const std::size_t count = in.u8();
        auto asns = in.take(count * (four_octets ? 4 : 2));
        // RFC 7606 section 7.2: unrecognized type, length of zero, overrun, and a single octet left over
        if (in.failed() || count == 0 || enum_name(SegmentType{type}).empty()) {
            in.fail();
            return {};
        }
        auto& segment = segments.emplace_back(AsPathSegment{SegmentType{type}, {}});
        segment.asns.reserve(count);
        while (!asns.empty()) segment.asns.push_back(Asn{four_octets ? asns.u32() : asns.u16()});
    }
    return segments;
}

bool are_plain_segments(Reader in, bool four_octets) noexcept
{
    while (!in.empty()) {
        const SegmentType type{in.u8()};
        const auto count = in.u8();
        if (type != SegmentType::as_sequence || count == 0) return false;
        for (unsigned i = 0; i < count; ++i)
            if ((four_octets ? in.u32() : in.u16()) == 0) return false;   // AS 0, or the path ends here
    }
    return !in.failed();
}

bool has_as_0(const AsPathSegments& segments) noexcept
{
    return std::ranges::any_of(
        segments, [](const AsPathSegment& segment) { return std::ranges::find(segment.asns, Asn{0}) != segment.asns.end(); });
}

bool is_rejected(const AsPathSegments& segments, const SessionOptions& options) noexcept
{
    return options.reject_as_set && std::ranges::any_of(segments, [](const AsPathSegment& segment) {
               return segment.type == SegmentType::as_set || segment.type == SegmentType::confed_set;
           });
}

void write_segments(const AsPathSegments& segments, bool four_octets, Writer& out)
{
    for (const auto& [type, asns] : segments) {
        for (std::size_t first = 0; first < asns.size(); first += 255) {
            const auto count = std::min<std::size_t>(asns.size() - first, 255);
            out.u8(std::to_underlying(type));
            out.u8(static_cast<std::uint8_t>(count));
            for (std::size_t i = first; i < first + count; ++i) {
                if (four_octets)
                    out.u32(asns[i].value);
                else
                    out.u16(asns[i].two_octets());
            }
        }
    }
}

std::string to_text(const AsPathSegments& segments)
{
    std::string text;
    for (const auto& [type, asns] : segments) {
        static constexpr std::array<std::string_view, 4> brackets{"{}", "", "()", "[]"};
        const auto around = brackets[(std::to_underlying(type) - 1u) % brackets.size()];
        if (!text.empty()) text += ' ';
        if (!around.empty()) text += around[0];
        for (std::size_t i = 0; i < asns.size(); ++i) text += (i ? " " : "") + std::to_string(asns[i].value);
        if (!around.empty()) text += around[1];
    }
    return text;
}

}   // namespace barrage
