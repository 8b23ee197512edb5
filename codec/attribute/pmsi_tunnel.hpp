#pragma once
// PMSI_TUNNEL: the tunnel that multicast of a VPN, or broadcast of an EVPN, takes. RFC 6514 section 5, RFC 7432 section 11.2.
//
//     +-----------+-----------------+-----------------+------------------------+
//     | Flags (1) | Tunnel type (1) | MPLS label (3)  | Tunnel identifier      |
//     +-----------+-----------------+-----------------+------------------------+

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "codec/attribute/path_attribute.hpp"
#include "codec/ip.hpp"

namespace barrage {

// https://www.iana.org/assignments/bgp-parameters/#pmsi-tunnel-types
enum class PmsiTunnelType : std::uint8_t {
    none = 0,
    rsvp_te_p2mp = 1,
    mldp_p2mp = 2,
    pim_ssm = 3,
    pim_sm = 4,
    bidir_pim = 5,
    ingress_replication = 6,
    mldp_mp2mp = 7,
    transport_tunnel = 8,
    assisted_replication = 10,
    bier = 11,
};

constexpr auto enum_names(PmsiTunnelType)
{
    return std::array{
        EnumName{PmsiTunnelType::none, "none"},
        EnumName{PmsiTunnelType::rsvp_te_p2mp, "rsvp-te-p2mp"},
        EnumName{PmsiTunnelType::mldp_p2mp, "mldp-p2mp"},
        EnumName{PmsiTunnelType::pim_ssm, "pim-ssm"},
        EnumName{PmsiTunnelType::pim_sm, "pim-sm"},
        EnumName{PmsiTunnelType::bidir_pim, "bidir-pim"},
        EnumName{PmsiTunnelType::ingress_replication, "ingress-replication"},
        EnumName{PmsiTunnelType::mldp_mp2mp, "mldp-mp2mp"},
        EnumName{PmsiTunnelType::transport_tunnel, "transport-tunnel"},
        EnumName{PmsiTunnelType::assisted_replication, "assisted-replication"},
        EnumName{PmsiTunnelType::bier, "bier"},
    };
}

/// Octets whose meaning the tunnel type tells.
struct PmsiTunnelIdentifier {
    Octets octets;

    /// An address where they are one, "192.0.2.1"; else the digits, "0x0a000001"; "" for none.
    static std::optional<PmsiTunnelIdentifier> from_text(std::string_view text);
    friend bool operator==(const PmsiTunnelIdentifier&, const PmsiTunnelIdentifier&) = default;
};

std::string to_text(const PmsiTunnelIdentifier& identifier);

/// Whether an identifier of this tunnel type can be so long, and an mLDP one has the form of a FEC element. RFC 6514 section 5 (the lengths are
/// summed up in RFC 8502 section 4), RFC 7524 section 7.1, RFC 8556 section 2, RFC 9574 section 4. Of other types: any.
bool is_identifier_of(PmsiTunnelType type, Reader identifier) noexcept;

struct PmsiTunnel {
    static constexpr auto type = AttributeType::pmsi_tunnel;
    static constexpr auto flags = optional_transitive;
    static constexpr auto malformed = Recovery::treat_as_withdraw;   // RFC 6514 section 5
    static constexpr std::string_view name = "pmsi_tunnel";

    std::uint8_t tunnel_flags = 0;
    PmsiTunnelType tunnel_type = PmsiTunnelType::none;
    std::uint32_t label = 0;       // the upper twenty bits of its field
    std::uint8_t label_rest = 0;   // the four below, which a VNI of 24 bits uses too (RFC 8365 section 5.1.3)
    PmsiTunnelIdentifier identifier;

    void encode(Writer& out, const SessionOptions&) const
    {
        out.u8(tunnel_flags);
        out.u8(std::to_underlying(tunnel_type));
        out.u24(label << 4 | (label_rest & 0xfu));
        out.octets(identifier.octets);
    }

    static Decoded<PmsiTunnel> decode(Reader& in, const SessionOptions&)
    {
        const auto error = [](std::string_view text) {
            return std::unexpected(DecodeError{malformed, UpdateSubcode::optional_attribute_error, text});
        };
        PmsiTunnel tunnel;
        tunnel.tunnel_flags = in.u8();
        tunnel.tunnel_type = PmsiTunnelType{in.u8()};
        const auto field = in.u24();
        tunnel.label = field >> 4;
        tunnel.label_rest = static_cast<std::uint8_t>(field & 0xf);
        if (in.failed()) return error("PMSI_TUNNEL is shorter than five octets");
        if (!is_identifier_of(tunnel.tunnel_type, in))
            return error("PMSI_TUNNEL with an identifier that its tunnel type does not have");
        const auto octets = in.rest();
        tunnel.identifier.octets.assign(octets.begin(), octets.end());
        return tunnel;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("flags", self.tunnel_flags);
        visit("tunnel_type", self.tunnel_type);
        visit("label", self.label);
        visit("label_rest", self.label_rest);
        visit("identifier", self.identifier);
    }
    friend bool operator==(const PmsiTunnel&, const PmsiTunnel&) = default;
};

}   // namespace barrage
