#pragma once
// AS4_PATH: AS_PATH with its four-octet ASNs, carried through speakers that know only two. RFC 6793 section 3.
// Between speakers of four octets it has no place; who merges attributes drops it there (section 4.1).

#include "codec/attribute/as_path.hpp"

namespace barrage {

struct As4Path {
    static constexpr auto type = AttributeType::as4_path;
    static constexpr auto flags = optional_transitive;
    static constexpr auto malformed = Recovery::attribute_discard;   // RFC 6793 section 6
    static constexpr std::string_view name = "as4_path";

    AsPathSegments segments;

    void encode(Writer& out, const SessionOptions&) const { write_segments(segments, true, out); }

    static Decoded<As4Path> decode(Reader& in, const SessionOptions& options)
    {
        As4Path path{read_segments(in, true)};
        if (in.failed() || path.segments.empty())
            return std::unexpected(DecodeError{malformed, UpdateSubcode::optional_attribute_error,
                                               "AS4_PATH without, or with a malformed, segment"});
        if (has_as_0(path.segments))   // RFC 7607 section 2
            return std::unexpected(DecodeError{malformed, UpdateSubcode::optional_attribute_error, "AS4_PATH with AS 0"});
        if (is_rejected(path.segments, options))   // RFC 9774 section 3
            return std::unexpected(DecodeError{Recovery::treat_as_withdraw, UpdateSubcode::optional_attribute_error,
                                               "AS4_PATH with an AS_SET, which are rejected here"});
        return path;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("segments", self.segments);
    }

    friend std::string to_text(const As4Path& path) { return to_text(path.segments); }
    friend bool operator==(const As4Path&, const As4Path&) = default;
};

}   // namespace barrage
