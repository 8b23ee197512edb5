#pragma once
// ATOMIC_AGGREGATE: the path may leave out systems that the route went through. RFC 4271 section 5.1.6. It has no value.

#include "codec/attribute/path_attribute.hpp"

namespace barrage {

struct AtomicAggregate {
    static constexpr auto type = AttributeType::atomic_aggregate;
    static constexpr auto flags = well_known;
    static constexpr auto malformed = Recovery::attribute_discard;   // RFC 7606 section 7.6
    static constexpr std::string_view name = "atomic_aggregate";

    void encode(Writer&, const SessionOptions&) const {}

    static Decoded<AtomicAggregate> decode(Reader& in, const SessionOptions&)
    {
        if (!in.finished())
            return std::unexpected(
                DecodeError{malformed, UpdateSubcode::attribute_length_error, "ATOMIC_AGGREGATE is not empty"});
        return AtomicAggregate{};
    }

    template <class Self, class Visitor>
    static void describe(Self&, Visitor&&)
    {
    }
    friend bool operator==(const AtomicAggregate&, const AtomicAggregate&) = default;
};

}   // namespace barrage
