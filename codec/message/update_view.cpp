#include "codec/message/update_view.hpp"

#include <array>
#include <utility>

#include "codec/attribute/attribute_view.hpp"

namespace barrage {

namespace {

NotificationError update_error(UpdateSubcode subcode, std::string_view text, std::size_t offset, OctetView data = {})
{
    return {.code = ErrorCode::update_message,
            .subcode = std::to_underlying(subcode),
            .data = Octets(data.begin(), data.end()),
            .text = text,
            .offset = offset};
}

/// Which types came already.
class SeenTypes {
public:
    /// False when it was there before.
    bool insert(AttributeType type) noexcept
    {
        const auto code = std::to_underlying(type);
        const auto bit = std::uint64_t{1} << code % 64;
        if (code < 64) return !(std::exchange(usual_, usual_ | bit) & bit);
        auto& word = others_[code / 64 - 1];
        return !(std::exchange(word, word | bit) & bit);
    }

private:
    std::uint64_t usual_ = 0;   // stays in a register
    std::array<std::uint64_t, 3> others_{};
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

}   // namespace

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

namespace {

// Every UPDATE comes through here. Its attributes are walked by their headers alone; those with routes in them are rare enough to be looked at
// apart.
std::optional<NotificationError> split_into(OctetView message, UpdateView& view)
{
    Reader in{message};
    in.skip(header_octets);
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
    std::size_t at = 0;
    while (const auto header = attribute_header(attributes.subspan(at))) {
        const bool is_reach = header->type == AttributeType::mp_reach_nlri;
        const bool is_unreach = header->type == AttributeType::mp_unreach_nlri;
        if (!seen.insert(header->type)) [[unlikely]] {
            if (is_reach || is_unreach)
                return update_error(UpdateSubcode::malformed_attribute_list, "a second MP_REACH_NLRI or MP_UNREACH_NLRI",
                                    view.attributes_offset + at);   // RFC 7606 section 3.g
            if (!view.error)
                view.error = DecodeError{Recovery::attribute_discard, UpdateSubcode::malformed_attribute_list,
                                         "attribute repeated", view.attributes_offset + at};
        }
        if (is_reach || is_unreach) [[unlikely]] {
            Reader here{attributes.subspan(at), view.attributes_offset + at};
            const auto attribute = *next_attribute(here);
            if (is_reach && !split_mp_reach(attribute, view.mp_reach.emplace()))
                return update_error(UpdateSubcode::optional_attribute_error, "MP_REACH_NLRI is shorter than its next hop",
                                    attribute.offset, attribute.whole);
            if (is_unreach && !split_mp_unreach(attribute, view.mp_unreach.emplace()))
                return update_error(UpdateSubcode::optional_attribute_error, "MP_UNREACH_NLRI is shorter than a family",
                                    attribute.offset, attribute.whole);
        }
        at += header->octets + header->length;
    }
    view.attributes = attributes.first(at);
    if (at != attributes.size())   // RFC 7606 section 4: the NLRI are found by the total length all the same
        view.error = DecodeError{Recovery::treat_as_withdraw, UpdateSubcode::malformed_attribute_list,
                                 "the last attribute is longer than the path attributes", view.attributes_offset + at};
    return std::nullopt;
}

}   // namespace

Checked<UpdateView> split_update(OctetView message)
{
    // Built where it is returned: a copy of the view would cost as much as what is read for it.
    Checked<UpdateView> result{std::in_place};
    if (auto error = split_into(message, *result)) result = std::unexpected(std::move(*error));
    return result;
}

}   // namespace barrage
