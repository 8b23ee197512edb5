#include "codec/message/open.hpp"

#include <algorithm>
#include <utility>

namespace barrage {

namespace {

std::unexpected<NotificationError> open_error(OpenSubcode subcode, std::string_view text, std::size_t offset, Octets data = {})
{
    return std::unexpected(
        NotificationError{ErrorCode::open_message, std::to_underlying(subcode), std::move(data), text, offset});
}

Checked<OpenParameter> decode_capabilities(Reader in)
{
    OpenParameter parameter;
    while (!in.empty()) {
        const auto where = in.offset();
        const auto code = in.u8();
        const auto value = in.octets(in.u8());
        if (in.failed()) return open_error(OpenSubcode::unspecific, "a capability ends past its parameter", where);
        auto capability = decode_capability(code, value);
        if (!capability) return open_error(OpenSubcode::unspecific, "a capability of a wrong length", where);
        parameter.capabilities.push_back(std::move(*capability));
    }
    return parameter;
}

/// Everything behind the BGP identifier.
std::optional<NotificationError> decode_parameters(Reader& in, Open& open)
{
    const auto length_at = in.offset();
    const std::size_t short_length = in.u8();
    auto length = short_length;
    // RFC 9072 section 2: the type octet alone tells the extended form.
    if (!in.empty() && short_length != 0 && in.peek() == std::to_underlying(OpenParameterType::extended_length)) {
        open.extended_length = true;
        open.non_extended_length = static_cast<std::uint8_t>(short_length);
        in.skip(1);
        length = in.u16();
    }
    if (in.failed() || in.remaining() != length)
        return open_error(OpenSubcode::unspecific, "the length of the optional parameters is not theirs", length_at).error();

    while (!in.empty()) {
        const auto where = in.offset();
        const auto type = OpenParameterType{in.u8()};
        const std::size_t parameter_length = open.extended_length ? in.u16() : in.u8();
        const auto value = in.take(parameter_length);
        if (in.failed()) return open_error(OpenSubcode::unspecific, "an optional parameter ends past the OPEN", where).error();
        if (type != OpenParameterType::capabilities)
            return open_error(OpenSubcode::unsupported_optional_parameter, "an optional parameter of unknown type", where)
                .error();
        auto parameter = decode_capabilities(value);
        if (!parameter) return std::move(parameter.error());
        open.parameters.push_back(std::move(*parameter));
    }
    return std::nullopt;
}

std::vector<Octets> encode_values(const Open& open)
{
    std::vector<Octets> values(open.parameters.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        Writer out{values[i]};
        for (const auto& capability : open.parameters[i].capabilities) encode(capability, out);
    }
    return values;
}

constexpr std::size_t fixed_octets = 28;   // all before the length of the parameters
constexpr std::size_t max_short = 255;     // of the parameters together: RFC 9072 section 2

/// Of all parameters, each with its type and length.
std::size_t parameters_octets(const std::vector<Octets>& values, std::size_t length_octets)
{
    std::size_t sum = 0;
    for (const auto& value : values) sum += 1 + length_octets + value.size();
    return sum;
}

}   // namespace

std::vector<Capability> Open::capabilities() const
{
    std::vector<Capability> all;
    for (const auto& parameter : parameters) all.insert(all.end(), parameter.capabilities.begin(), parameter.capabilities.end());
    return all;
}

Asn Open::asn() const
{
    const auto* four_octets = find<capability::FourOctetAs>();
    return four_octets ? four_octets->asn : Asn{my_as};
}

Checked<Open> decode_open(OctetView message)
{
    auto body = message_body(message, MessageType::open);
    if (!body) return std::unexpected(std::move(body.error()));
    auto& in = *body;

    Open open;
    open.version = in.u8();
    // Section 6.2: the data is the nearest version that we do support, in two octets.
    if (open.version != Open::supported_version)
        return open_error(OpenSubcode::unsupported_version_number, "a version other than 4", header_octets,
                          {0, Open::supported_version});
    const auto my_as_at = in.offset();
    open.my_as = in.u16();
    const auto hold_time_at = in.offset();
    open.hold_time = in.u16();
    if (open.hold_time == 1 || open.hold_time == 2)
        return open_error(OpenSubcode::unacceptable_hold_time, "a hold time of one or two seconds", hold_time_at);
    open.bgp_identifier = Ipv4Address::read(in);
    if (auto error = decode_parameters(in, open)) return std::unexpected(std::move(*error));
    if (open.my_as == 0 || open.asn() == Asn{0})   // RFC 7607 section 2
        return open_error(OpenSubcode::bad_peer_as, "AS 0", my_as_at);
    return open;
}

void encode(const Open& open, Octets& out)
{
    const auto values = encode_values(open);
    const auto extended = open.extended_length || parameters_octets(values, 1) > max_short;
    encode_message(out, MessageType::open, [&](Writer& body) {
        body.u8(open.version);
        body.u16(open.my_as);
        body.u16(open.hold_time);
        body.u32(open.bgp_identifier.value);
        if (extended) {
            body.u8(open.non_extended_length);
            body.u8(std::to_underlying(OpenParameterType::extended_length));
            body.u16(static_cast<std::uint16_t>(parameters_octets(values, 2)));
        } else {
            body.u8(static_cast<std::uint8_t>(parameters_octets(values, 1)));
        }
        for (const auto& value : values) {
            body.u8(std::to_underlying(OpenParameterType::capabilities));
            if (extended)
                body.u16(static_cast<std::uint16_t>(value.size()));
            else
                body.u8(static_cast<std::uint8_t>(value.size()));
            body.octets(value);
        }
    });
}

bool encodable(const Open& open)
{
    for (const auto& parameter : open.parameters)
        for (const auto& capability : parameter.capabilities)
            if (!encodable(capability)) return false;
    if (open.extended_length && open.non_extended_length == 0) return false;   // RFC 9072 section 2: it MUST NOT be 0
    const auto values = encode_values(open);
    return fixed_octets + 4 + parameters_octets(values, 2) <= max_message_octets;
}

}   // namespace barrage
