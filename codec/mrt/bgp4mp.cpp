#include "codec/mrt/bgp4mp.hpp"

#include <utility>

#include "codec/mrt/mrt_fields.hpp"

namespace barrage {

namespace {

constexpr std::string_view too_short = "BGP4MP record too short";

constexpr bool has_four_octet_as(Bgp4mpSubtype subtype) noexcept
{
    return subtype == Bgp4mpSubtype::message_as4 || subtype == Bgp4mpSubtype::state_change_as4 ||
           subtype == Bgp4mpSubtype::message_as4_local || subtype == Bgp4mpSubtype::message_as4_addpath ||
           subtype == Bgp4mpSubtype::message_as4_local_addpath;
}

constexpr bool is_local(Bgp4mpSubtype subtype) noexcept
{
    return subtype == Bgp4mpSubtype::message_local || subtype == Bgp4mpSubtype::message_as4_local ||
           subtype == Bgp4mpSubtype::message_local_addpath || subtype == Bgp4mpSubtype::message_as4_local_addpath;
}

MrtDecoded<Bgp4mpSession> read_session(Reader& in, bool four_octet_as) noexcept
{
    Bgp4mpSession session;
    session.peer_as = Asn{four_octet_as ? in.u32() : in.u16()};
    session.local_as = Asn{four_octet_as ? in.u32() : in.u16()};
    session.interface_index = in.u16();
    const auto where = in.offset();
    const auto afi = Afi{in.u16()};
    if (!in.failed() && !is_ip(afi))
        return std::unexpected(MrtError{"BGP4MP peer of an address family other than IPv4 and IPv6", where});
    session.peer_address = read_address(in, afi);
    session.local_address = read_address(in, afi);
    if (in.failed()) return std::unexpected(MrtError{too_short, where});
    return session;
}

}   // namespace

MrtDecoded<Bgp4mpStateChange> decode_bgp4mp_state_change(const MrtRecord& record) noexcept
{
    auto in = record.reader();
    const auto session = read_session(in, has_four_octet_as(Bgp4mpSubtype{record.subtype}));
    if (!session) return std::unexpected(session.error());
    Bgp4mpStateChange change{*session, in.u16(), in.u16()};
    if (in.failed()) return std::unexpected(MrtError{too_short, record.offset});
    return change;
}

MrtDecoded<Bgp4mpMessage> decode_bgp4mp_message(const MrtRecord& record) noexcept
{
    const auto subtype = Bgp4mpSubtype{record.subtype};
    auto in = record.reader();
    Bgp4mpMessage message;
    message.four_octet_as = has_four_octet_as(subtype);
    message.has_path_ids = subtype >= Bgp4mpSubtype::message_addpath;
    message.sent_by_collector = is_local(subtype);
    const auto session = read_session(in, message.four_octet_as);
    if (!session) return std::unexpected(session.error());
    message.session = *session;

    const auto where = in.offset();
    auto header = in;
    header.skip(16);   // marker
    const auto length = header.u16();
    if (header.failed() || length < header_octets) return std::unexpected(MrtError{"no whole BGP message in the record", where});
    message.message = in.octets(length);
    if (in.failed()) return std::unexpected(MrtError{"BGP message longer than its record", where});
    if (!in.empty()) message.surplus = MrtError{"octets behind the one BGP message of a record", in.offset()};
    return message;
}

MrtDecoded<MrtBgpMessage> decode_mrt_bgp_message(const MrtRecord& record) noexcept
{
    auto in = record.reader();
    MrtBgpMessage message;
    message.session.peer_as = Asn{in.u16()};
    message.session.peer_address = read_address(in, Afi::ipv4);
    message.session.local_as = Asn{in.u16()};
    message.session.local_address = read_address(in, Afi::ipv4);
    message.body = in.rest();
    if (in.failed()) return std::unexpected(MrtError{"BGP record too short", record.offset});
    return message;
}

MrtDecoded<Bgp4mpStateChange> decode_mrt_bgp_state_change(const MrtRecord& record) noexcept
{
    auto in = record.reader();
    Bgp4mpStateChange change;
    change.session.peer_as = Asn{in.u16()};
    change.session.peer_address = read_address(in, Afi::ipv4);
    change.old_state = in.u16();
    change.new_state = in.u16();
    if (in.failed()) return std::unexpected(MrtError{"BGP record too short", record.offset});
    return change;
}

void encode_bgp4mp_message(const Bgp4mpMessage& message, std::uint32_t seconds, std::uint32_t microseconds, Writer& out)
{
    Octets body;
    Writer to{body};
    to.u32(message.session.peer_as.value);
    to.u32(message.session.local_as.value);
    to.u16(message.session.interface_index);
    to.u16(std::to_underlying(message.session.peer_address.is_v6() ? Afi::ipv6 : Afi::ipv4));
    write_address(message.session.peer_address, to);
    write_address(message.session.local_address, to);
    to.octets(message.message);
    const auto subtype = message.has_path_ids ? Bgp4mpSubtype::message_as4_addpath : Bgp4mpSubtype::message_as4;
    encode({seconds, microseconds, microseconds != 0 ? MrtType::bgp4mp_et : MrtType::bgp4mp, std::to_underlying(subtype), body},
           out);
}

}   // namespace barrage
