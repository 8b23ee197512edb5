#include "codec/message/update_view.hpp"

#include <array>
#include <utility>

#include "codec/attribute/attribute_view.hpp"

namespace barrage {

namespace {

std::unexpected<NotificationError> update_error(UpdateSubcode subcode, std::string_view text, std::size_t offset,
                                                OctetView data = {})
{
    return std::unexpected(NotificationError{.code = ErrorCode::update_message,
                                             .subcode = std::to_underlying(subcode),
                                             .data = Octets(data.begin(), data.end()),
                                             .text = text,
                                             .offset = offset});
}

/// Which types came already.
class SeenTypes {
public:
    /// False when it was there before.
    bool insert(AttributeType type) noexcept
    {
        const auto code = std::to_underlying(type);
        auto& word = words_[code / 64];
        const auto bit = std::uint64_t{1} << code % 64;
        return !(std::exchange(word, word | bit) & bit);
    }

private:
    std::array<std::uint64_t, 4> words_{};
};

/// False where the value is shorter than what it says it holds.
bool split_mp_reach(const AttributeView& attribute, MpReachView& view) noexcept
{
    auto in = attribute.reader();
    view.offset = attribute.offset;
    view.afi = in.u16();
    view.safi = in.u8();
    const std::size_t next_hop_octets = in.u8();
    view.next_hop = in.octets(next_hop_octets);
    in.skip(1);   // reserved
    view.nlri_offset = in.offset();
    if (in.failed()) return false;
    view.nlri = in.rest();
    return true;
}

bool split_mp_unreach(const AttributeView& attribute, MpUnreachView& view) noexcept
{
    auto in = attribute.reader();
    view.offset = attribute.offset;
    view.afi = in.u16();
    view.safi = in.u8();
    view.nlri_offset = in.offset();
    if (in.failed()) return false;
    view.nlri = in.rest();
    return true;
}

} // namespace

std::optional<Family> UpdateView::end_of_rib() const noexcept
{
    if (error || !withdrawn.empty() || !nlri.empty()) return std::nullopt;
    if (attributes.empty()) return ipv4_unicast;
    // MP_UNREACH_NLRI alone, and nothing but a family in it
    if (!mp_unreach || !mp_unreach->nlri.empty() || mp_unreach->offset != attributes_offset ||
        mp_unreach->nlri_offset != attributes_offset + attributes.size())
        return std::nullopt;
    return mp_unreach->family();
}

Checked<UpdateView> split_update(OctetView message)
{
    Reader in{message};
    in.skip(header_octets);
    UpdateView view;
    const std::size_t withdrawn_octets = in.u16();
    view.withdrawn_offset = in.offset();
    view.withdrawn = in.octets(withdrawn_octets);
    const std::size_t attributes_octets = in.u16();
    view.attributes_offset = in.offset();
    const auto attributes = in.octets(attributes_octets);
    if (in.failed())   // RFC 7606 section 3.b
        return update_error(UpdateSubcode::malformed_attribute_list,
                            "withdrawn routes or path attributes longer than the message", header_octets);
    view.nlri_offset = in.offset();
    view.nlri = in.rest();

    SeenTypes seen;
    Reader rest{attributes, view.attributes_offset};
    std::size_t whole = 0;
    while (const auto attribute = next_attribute(rest)) {
        whole += attribute->whole.size();
        if (!seen.insert(attribute->type)) {
            if (attribute->type == AttributeType::mp_reach_nlri || attribute->type == AttributeType::mp_unreach_nlri)
                return update_error(UpdateSubcode::malformed_attribute_list, "a second MP_REACH_NLRI or MP_UNREACH_NLRI",
                                    attribute->offset);   // RFC 7606 section 3.g
            if (!view.error)
                view.error = DecodeError{Recovery::attribute_discard, UpdateSubcode::malformed_attribute_list,
                                         "attribute repeated", attribute->offset};
        }
        if (attribute->type == AttributeType::mp_reach_nlri && !split_mp_reach(*attribute, view.mp_reach.emplace()))
            return update_error(UpdateSubcode::optional_attribute_error, "MP_REACH_NLRI is shorter than its next hop",
                                attribute->offset, attribute->whole);
        if (attribute->type == AttributeType::mp_unreach_nlri && !split_mp_unreach(*attribute, view.mp_unreach.emplace()))
            return update_error(UpdateSubcode::optional_attribute_error, "MP_UNREACH_NLRI is shorter than a family",
                                attribute->offset, attribute->whole);
    }
    view.attributes = attributes.first(whole);
    if (rest.failed())   // RFC 7606 section 4: the NLRI are found by the total length all the same
        view.error = DecodeError{Recovery::treat_as_withdraw, UpdateSubcode::malformed_attribute_list,
                                 "the last attribute is longer than the path attributes", view.attributes_offset + whole};
    return view;
}

} // namespace barrage
