#include "codec/message/update.hpp"

#include <algorithm>
#include <bitset>

#include "codec/attribute/attribute_view.hpp"
#include "codec/nlri/nlri_count.hpp"

namespace barrage {

namespace {

/// "AS_PATH", "attribute 99": as the RFCs write it.
std::string rfc_name(AttributeType type)
{
    std::string text{codec_of(type).name};
    if (text.empty()) return "attribute " + std::to_string(std::to_underlying(type));
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

/// One look at an UPDATE: gathers problems, and the decoded values where `into` is given.
class Inspection {
public:
    Inspection(const UpdateView& view, const SessionOptions& options, Neighbor neighbor, std::vector<Problem>& problems,
               Update* into)
        : view_(view), options_(options), neighbor_(neighbor), problems_(problems), into_(into)
    {
    }

    std::optional<Recovery> run()
    {
        inspect_nlri(view_.withdrawn, view_.withdrawn_offset, into_ ? &into_->withdrawn : nullptr);
        inspect_attributes();
        inspect_missing();
        inspect_trust();
        inspect_nlri(view_.nlri, view_.nlri_offset, into_ ? &into_->nlri : nullptr);
        return strongest_;
    }

private:
    void report(std::size_t offset, Recovery action, UpdateSubcode subcode, std::string text)
    {
        problems_.push_back({offset, action, subcode, std::move(text), notification_data(action, subcode)});
        strongest_ = std::max(strongest_, std::optional{action});
        doubt_ = std::max(doubt_, std::optional{action});
    }
    void report(const DecodeError& error) { report(error.offset, error.recovery, error.subcode, std::string{error.text}); }

    /// RFC 4271 section 6.3: these carry the attribute, with its type and length.
    [[nodiscard]] Octets notification_data(Recovery action, UpdateSubcode subcode) const
    {
        using enum UpdateSubcode;
        if (action != Recovery::session_reset || current_.empty()) return {};
        switch (subcode) {
        case unrecognized_well_known_attribute:
        case attribute_flags_error:
        case attribute_length_error:
        case invalid_origin:
        case invalid_next_hop:
        case optional_attribute_error: return {current_.begin(), current_.end()};
        default: return {};
        }
    }

    /// RFC 7606 sections 3.i and 5.3: what cannot be parsed cannot be withdrawn either.
    void inspect_nlri(OctetView octets, std::size_t offset, std::vector<Route<Ipv4Prefix>>* routes)
    {
        const bool has_path_ids = options_.add_path_receive.contains(ipv4_unicast);
        if (!routes && count_nlri(octets, Ipv4Prefix::max_length, has_path_ids)) return;
        Reader in{octets, offset};
        auto decoded = decode_nlri<Ipv4Unicast>(in, {.has_path_ids = has_path_ids});
        if (!decoded)
            report(decoded.error());
        else if (routes)
            *routes = std::move(*decoded);
    }

    void inspect_attributes()
    {
        Reader in{view_.attributes, view_.attributes_offset};
        while (const auto attribute = next_attribute(in)) {
            current_ = attribute->whole;
            auto value = inspect_attribute(*attribute);
            current_ = {};
            if (into_) into_->attributes.push_back({attribute->flags, std::move(value), attribute->offset});
        }
        if (view_.error && view_.error->recovery != Recovery::attribute_discard)   // a repeated one was reported in its place
            report(*view_.error);
    }

    AnyAttribute inspect_attribute(const AttributeView& attribute)
    {
        const auto& codec = codec_of(attribute.type);
        const bool repeated = seen_[std::to_underlying(attribute.type)];
        seen_.set(std::to_underlying(attribute.type));
        const bool is_sound = !into_ && codec.looks_sound && codec.looks_sound(attribute.reader(), options_);
        auto value = is_sound ? Decoded<AnyAttribute>{UnknownAttribute{attribute.type, {}}}
                              : decode_attribute(attribute.type, attribute.reader(), options_);
        if (repeated)   // RFC 7606 section 3.g: all but the first are dropped
            report(attribute.offset, Recovery::attribute_discard, UpdateSubcode::malformed_attribute_list,
                   "repeated " + rfc_name(attribute.type));
        else if (codec.internal_only && neighbor_ == Neighbor::external)   // dropped, whatever it holds
            report(attribute.offset, Recovery::attribute_discard, UpdateSubcode::unspecific,
                   rfc_name(attribute.type) + " from an external neighbor");
        else if (neighbor_ != Neighbor::unknown && options_.four_octet_as &&
                 is_between_old_speakers(attribute.type))   // RFC 6793 section 6
            report(attribute.offset, Recovery::attribute_discard, UpdateSubcode::unspecific,
                   rfc_name(attribute.type) + " between speakers of four-octet AS numbers");
        else {
            inspect_flags(attribute, codec);
            if (value) inspect_sender(attribute, *value);
            if (!value) {
                const auto before = doubt_;
                report(value.error());
                // routes that are found, and wrong in themselves, leave no doubt about where they are
                if (is_nlri(attribute.type)) doubt_ = before;
            }
        }
        if (value) return std::move(*value);
        if (!into_) return UnknownAttribute{attribute.type, {}};
        return UnknownAttribute{attribute.type, Octets(attribute.value.begin(), attribute.value.end())};
    }

    static constexpr bool is_nlri(AttributeType type) noexcept
    {
        return type == AttributeType::mp_reach_nlri || type == AttributeType::mp_unreach_nlri;
    }

    static constexpr bool is_between_old_speakers(AttributeType type) noexcept
    {
        return type == AttributeType::as4_path || type == AttributeType::as4_aggregator;
    }

    /// RFC 5065 section 5.3: confederation segments are for its members; a session here is none.
    void inspect_sender(const AttributeView& attribute, const AnyAttribute& value)
    {
        const auto* path = std::get_if<AsPath>(&value);
        if (!path || neighbor_ != Neighbor::external) return;
        if (std::ranges::any_of(path->segments, [](const AsPathSegment& segment) { return is_confederation(segment.type); }))
            report(attribute.value_offset, AsPath::malformed, UpdateSubcode::malformed_as_path,
                   "AS_PATH with a confederation segment from an external neighbor");
    }

    void inspect_flags(const AttributeView& attribute, const AttributeCodec& codec)
    {
        const std::uint8_t bits = attribute.flags & (flag_optional | flag_transitive);
        if (!codec.decode) {
            // RFC 4271 section 6.3, which RFC 7606 leaves as it is. With Partial, which no well-known one has (section 4.3), the flags say
            // both: whoever receives it resets all the same.
            if (!(bits & flag_optional) && (neighbor_ != Neighbor::unknown || !(attribute.flags & flag_partial)))
                report(attribute.offset, Recovery::session_reset, UpdateSubcode::unrecognized_well_known_attribute,
                       "unrecognized well-known " + rfc_name(attribute.type));
            return;
        }
        if (bits != codec.flags)   // RFC 7606 section 3.c
            report(attribute.offset, codec.flags_conflict, UpdateSubcode::attribute_flags_error,
                   rfc_name(attribute.type) + " with flags 0x" + hex_text({&attribute.flags, 1}));
        else if (attribute.flags & flag_partial && codec.flags != optional_transitive)
            // RFC 4271 section 4.3 allows Partial on optional transitive attributes only. RFC 7606 section 3.c names the other
            // two bits alone, so that the conflict of RFC 4271 section 6.3 remains, with the attribute's own recovery.
            report(attribute.offset, codec.malformed, UpdateSubcode::attribute_flags_error,
                   rfc_name(attribute.type) + " is partial");
    }

    /// RFC 4271 section 5, RFC 4760 section 3, RFC 7606 section 3.d.
    void inspect_missing()
    {
        const bool plain = !view_.nlri.empty();
        if (!plain && !view_.mp_reach) return;
        const auto mandatory = [this](AttributeType type) {
            if (!seen_[std::to_underlying(type)])
                report(view_.attributes_offset, Recovery::treat_as_withdraw, UpdateSubcode::missing_well_known_attribute,
                       "missing " + rfc_name(type));
        };
        mandatory(AttributeType::origin);
        if (!seen_[std::to_underlying(AttributeType::bgpsec_path)]) mandatory(AttributeType::as_path);   // RFC 8205 section 3
        if (plain) mandatory(AttributeType::next_hop);
        if (neighbor_ == Neighbor::internal) mandatory(AttributeType::local_pref);
    }

    /// RFC 7606 section 5.2: attributes that announce nothing make it doubtful that the routes were found at all.
    void inspect_trust()
    {
        const bool announces = !view_.nlri.empty() || (view_.mp_reach && !view_.mp_reach->nlri.empty());
        auto others = seen_;
        others.reset(std::to_underlying(AttributeType::mp_unreach_nlri));
        const bool has_attributes = others.any() || view_.error;
        if (!announces && has_attributes && doubt_ > Recovery::nlri_discard && strongest_ < Recovery::session_reset)
            report(view_.attributes_offset, Recovery::session_reset, UpdateSubcode::malformed_attribute_list,
                   "malformed attributes without a route to withdraw");
    }

    const UpdateView& view_;
    const SessionOptions& options_;
    Neighbor neighbor_;
    std::vector<Problem>& problems_;
    Update* into_;
    std::bitset<256> seen_;
    OctetView current_;   // the attribute that is looked at
    std::optional<Recovery> strongest_;
    std::optional<Recovery> doubt_;   // of what makes it doubtful that all routes were found
};

}   // namespace

bool has_sound_nlri(const UpdateView& update, const SessionOptions& options)
{
    const auto is_sound = [&options](OctetView nlri, Family family, bool withdrawn) {
        if (nlri.empty()) return true;
        const bool is_prefix = family.safi == Safi::unicast || family.safi == Safi::multicast;
        if (is_prefix && (family.afi == Afi::ipv4 || family.afi == Afi::ipv6)) {
            const auto most = family.afi == Afi::ipv4 ? Ipv4Prefix::max_length : Ipv6Prefix::max_length;
            return count_nlri(nlri, most, options.add_path_receive.contains(family)).has_value();
        }
        const auto* codec = nlri_codec(family);
        return !codec || codec->is_sound(Reader{nlri}, nlri_field(family, options, withdrawn));
    };
    const auto& reach = update.mp_reach;
    const auto& unreach = update.mp_unreach;
    return is_sound(update.withdrawn, ipv4_unicast, true) && is_sound(update.nlri, ipv4_unicast, false) &&
           (!unreach || is_sound(unreach->nlri, unreach->family(), true)) &&
           (!reach || is_sound(reach->nlri, reach->family(), false));
}

std::optional<NotificationError> reset_of(const std::vector<Problem>& problems)
{
    const auto asks = std::ranges::find(problems, Recovery::session_reset, &Problem::action);
    if (asks == problems.end()) return std::nullopt;
    return NotificationError{.code = ErrorCode::update_message,
                             .subcode = std::to_underlying(asks->subcode),
                             .data = asks->data,
                             .offset = asks->offset};
}

std::optional<Recovery> check_update(const UpdateView& update, const SessionOptions& options, Neighbor neighbor,
                                     std::vector<Problem>& problems)
{
    return Inspection{update, options, neighbor, problems, nullptr}.run();
}

Checked<Update> decode_update(OctetView message, const SessionOptions& options, std::vector<Problem>& problems, Neighbor neighbor)
{
    auto view = split_update(message);
    if (!view) {
        const auto& error = view.error();
        problems.push_back({error.offset, Recovery::session_reset, UpdateSubcode{error.subcode}, std::string{error.text}});
        return std::unexpected(std::move(view.error()));
    }
    Update update;
    Inspection{*view, options, neighbor, problems, &update}.run();
    return update;
}

bool encode_update(const Update& update, const SessionOptions& options, Octets& out)
{
    Octets withdrawn;
    Octets attributes;
    Octets nlri;
    Writer withdrawn_out{withdrawn};
    Writer attributes_out{attributes};
    Writer nlri_out{nlri};
    encode_nlri<Ipv4Unicast>(update.withdrawn, withdrawn_out);
    for (const auto& attribute : update.attributes)
        if (!encode_attribute(attribute, options, attributes_out)) return false;
    encode_nlri<Ipv4Unicast>(update.nlri, nlri_out);
    if (withdrawn_out.failed() || nlri_out.failed()) return false;
    const auto size = header_octets + 2 + withdrawn.size() + 2 + attributes.size() + nlri.size();
    if (size > options.max_message()) return false;

    Writer message{out};
    for (int i = 0; i < 16; ++i) message.u8(0xff);   // the marker, RFC 4271 section 4.1
    message.u16(static_cast<std::uint16_t>(size));
    message.u8(std::to_underlying(MessageType::update));
    message.u16(static_cast<std::uint16_t>(withdrawn.size()));
    message.octets(withdrawn);
    message.u16(static_cast<std::uint16_t>(attributes.size()));
    message.octets(attributes);
    message.octets(nlri);
    return true;
}

}   // namespace barrage
