#pragma once
// The capabilities that barrage knows, one struct each: code, name, what a malformed one costs, encode and decode side
// by side. A new one is a struct here and a name in the list of capability.hpp. What is reserved or not defined is
// kept as it came, so that encode gives back the octets that were decoded.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/asn.hpp"
#include "codec/family.hpp"
#include "codec/iana.hpp"
#include "codec/message/capability_parts.hpp"
#include "codec/message/graceful_restart.hpp"
#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace barrage::capability {

/// A family that the speaker exchanges. RFC 4760 section 8: AFI 2 | reserved 1 | SAFI 1.
struct Multiprotocol {
    static constexpr auto code = CapabilityCode::multiprotocol;
    static constexpr std::string_view name = "multiprotocol";
    static constexpr auto malformed = refuses_open;

    Family family = ipv4_unicast;
    std::uint8_t reserved = 0;

    void encode(Writer& out) const
    {
        out.u16(std::to_underlying(family.afi));
        out.u8(reserved);
        out.u8(std::to_underlying(family.safi));
    }
    static Multiprotocol decode(Reader& in)
    {
        const auto afi = Afi{in.u16()};
        const auto reserved = in.u8();
        return {{afi, Safi{in.u8()}}, reserved};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("family", self.family);
        visit("reserved", self.reserved);
    }
    friend bool operator==(const Multiprotocol&, const Multiprotocol&) = default;
};

/// A capability that says all by being there.
template <CapabilityCode Code, MalformedCapability Malformed>
struct Flag {
    static constexpr auto code = Code;
    static constexpr auto malformed = Malformed;

    void encode(Writer&) const {}
    template <class Self, class Visitor>
    static void describe(Self&, Visitor&&)
    {
    }
    friend bool operator==(const Flag&, const Flag&) = default;
};

/// RFC 2918 section 2.
struct RouteRefresh : Flag<CapabilityCode::route_refresh, refuses_open> {
    static constexpr std::string_view name = "route-refresh";
    static RouteRefresh decode(Reader&) { return {}; }
};

/// What came before RFC 2918 and is still sent beside it.
struct RouteRefreshCisco : Flag<CapabilityCode::route_refresh_cisco, is_kept_as_octets> {
    static constexpr std::string_view name = "route-refresh-cisco";
    static RouteRefreshCisco decode(Reader&) { return {}; }
};

/// RFC 8654 section 3.
struct ExtendedMessage : Flag<CapabilityCode::extended_message, refuses_open> {
    static constexpr std::string_view name = "extended-message";
    static ExtendedMessage decode(Reader&) { return {}; }
};

/// RFC 7313 section 3.1.
struct EnhancedRouteRefresh : Flag<CapabilityCode::enhanced_route_refresh, refuses_open> {
    static constexpr std::string_view name = "enhanced-route-refresh";
    static EnhancedRouteRefresh decode(Reader&) { return {}; }
};

/// draft-ietf-idr-operational-message.
struct Operational : Flag<CapabilityCode::operational, is_kept_as_octets> {
    static constexpr std::string_view name = "operational";
    static Operational decode(Reader&) { return {}; }
};

/// draft-ietf-idr-bgp-bfd-strict-mode.
struct BfdStrictMode : Flag<CapabilityCode::bfd_strict_mode, is_kept_as_octets> {
    static constexpr std::string_view name = "bfd-strict-mode";
    static BfdStrictMode decode(Reader&) { return {}; }
};

/// draft-ietf-idr-linklocal-capability.
struct LinkLocalNextHop : Flag<CapabilityCode::link_local_next_hop, is_kept_as_octets> {
    static constexpr std::string_view name = "link-local-next-hop";
    static LinkLocalNextHop decode(Reader&) { return {}; }
};

/// Families whose next hop may be of another AFI. RFC 8950 section 4: AFI 2 | SAFI 2 | next hop AFI 2, repeated.
struct ExtendedNextHop {
    struct Entry {
        Afi afi = Afi::ipv4;
        std::uint16_t safi = 1;   // two octets here, unlike everywhere else
        Afi next_hop_afi = Afi::ipv6;

        template <class Self, class Visitor>
        static void describe(Self& self, Visitor&& visit)
        {
            visit("afi", self.afi);
            visit("safi", self.safi);
            visit("next_hop_afi", self.next_hop_afi);
        }
        friend bool operator==(const Entry&, const Entry&) = default;
    };

    static constexpr auto code = CapabilityCode::extended_next_hop;
    static constexpr std::string_view name = "extended-next-hop";
    static constexpr auto malformed = refuses_open;

    std::vector<Entry> entries;

    void encode(Writer& out) const
    {
        for (const auto& entry : entries) {
            out.u16(std::to_underlying(entry.afi));
            out.u16(entry.safi);
            out.u16(std::to_underlying(entry.next_hop_afi));
        }
    }
    static ExtendedNextHop decode(Reader& in)
    {
        ExtendedNextHop value;
        while (!in.empty()) {
            const auto afi = Afi{in.u16()};
            const auto safi = in.u16();
            value.entries.push_back({afi, safi, Afi{in.u16()}});
        }
        return value;
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("entries", self.entries);
    }
    friend bool operator==(const ExtendedNextHop&, const ExtendedNextHop&) = default;
};

/// What the speaker is to the other. RFC 9234 section 4.1.
struct Role {
    static constexpr auto code = CapabilityCode::role;
    static constexpr std::string_view name = "role";
    static constexpr auto malformed = refuses_open;

    BgpRole role = BgpRole::peer;

    void encode(Writer& out) const { out.u8(std::to_underlying(role)); }
    static Role decode(Reader& in) { return {BgpRole{in.u8()}}; }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("role", self.role);
    }
    friend bool operator==(const Role&, const Role&) = default;
};

/// RFC 6793 section 3.
struct FourOctetAs {
    static constexpr auto code = CapabilityCode::four_octet_as;
    static constexpr std::string_view name = "four-octet-as";
    static constexpr auto malformed = refuses_open;

    Asn asn;

    void encode(Writer& out) const { out.u32(asn.value); }
    static FourOctetAs decode(Reader& in) { return {Asn{in.u32()}}; }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("asn", self.asn);
    }
    friend bool operator==(const FourOctetAs&, const FourOctetAs&) = default;
};

/// Path identifiers that the speaker takes or gives. RFC 7911 section 4: (AFI 2 | SAFI 1 | mode 1) repeated.
struct AddPath {
    static constexpr std::uint8_t receive = 1;
    static constexpr std::uint8_t send = 2;
    static constexpr std::uint8_t both = 3;

    struct Entry {
        Family family = ipv4_unicast;
        std::uint8_t mode = both;   // any other value is to be ignored by who receives it

        template <class Self, class Visitor>
        static void describe(Self& self, Visitor&& visit)
        {
            visit("family", self.family);
            visit("mode", self.mode);
        }
        friend bool operator==(const Entry&, const Entry&) = default;
    };

    static constexpr auto code = CapabilityCode::add_path;
    static constexpr std::string_view name = "add-path";
    static constexpr auto malformed = refuses_open;

    std::vector<Entry> entries;

    void encode(Writer& out) const
    {
        for (const auto& entry : entries) {
            write_family(out, entry.family);
            out.u8(entry.mode);
        }
    }
    static AddPath decode(Reader& in)
    {
        AddPath value;
        while (!in.empty()) {
            const auto family = read_family(in);
            value.entries.push_back({family, in.u8()});
        }
        return value;
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("entries", self.entries);
    }
    friend bool operator==(const AddPath&, const AddPath&) = default;
};

/// A text behind one octet of length; what does not fit is cut, and encodable() has said so before.
void write_text(Writer& out, std::string_view text);
std::string read_text(Reader& in);

/// draft-walton-bgp-hostname-capability: length 1 | host | length 1 | domain.
struct Hostname {
    static constexpr auto code = CapabilityCode::hostname;
    static constexpr std::string_view name = "hostname";
    static constexpr auto malformed = is_kept_as_octets;

    std::string host;
    std::string domain;

    void encode(Writer& out) const
    {
        write_text(out, host);
        write_text(out, domain);
    }
    static Hostname decode(Reader& in)
    {
        auto host = read_text(in);
        return {std::move(host), read_text(in)};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("host", self.host);
        visit("domain", self.domain);
    }
    friend bool operator==(const Hostname&, const Hostname&) = default;
};

/// draft-abraitis-bgp-version-capability: length 1 | version.
struct SoftwareVersion {
    static constexpr auto code = CapabilityCode::software_version;
    static constexpr std::string_view name = "software-version";
    static constexpr auto malformed = is_kept_as_octets;

    std::string version;

    void encode(Writer& out) const { write_text(out, version); }
    static SoftwareVersion decode(Reader& in) { return {read_text(in)}; }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("version", self.version);
    }
    friend bool operator==(const SoftwareVersion&, const SoftwareVersion&) = default;
};

/// draft-ietf-idr-bgp-multisession: flags 1 | the codes of the capabilities that tell sessions apart.
template <CapabilityCode Code>
struct MultisessionAs {
    static constexpr auto code = Code;
    static constexpr std::string_view name = Code == CapabilityCode::multisession_cisco ? "multisession-cisco" : "multisession";
    static constexpr auto malformed = is_kept_as_octets;

    std::uint8_t flags = 0;
    Octets session_identifiers;

    void encode(Writer& out) const
    {
        out.u8(flags);
        out.octets(session_identifiers);
    }
    static MultisessionAs decode(Reader& in)
    {
        const auto flags = in.u8();
        const auto codes = in.rest();
        return {flags, {codes.begin(), codes.end()}};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("flags", self.flags);
        visit("session_identifiers", self.session_identifiers);
    }
    friend bool operator==(const MultisessionAs&, const MultisessionAs&) = default;
};
using Multisession = MultisessionAs<CapabilityCode::multisession_old>;
using MultisessionCisco = MultisessionAs<CapabilityCode::multisession_cisco>;

/// Of a code that is not in the list, or kept as it came.
struct Unknown {
    static constexpr std::string_view name = "unknown";

    std::uint8_t code = 0;
    Octets value;

    void encode(Writer& out) const { out.octets(value); }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("code", self.code);
        visit("value", self.value);
    }
    friend bool operator==(const Unknown&, const Unknown&) = default;
};

}   // namespace barrage::capability
