#pragma once
// OPEN: who a speaker is and what it can. RFC 4271 section 4.2, RFC 5492, RFC 9072.
//
//     version 1 | my AS 2 | hold time 2 | BGP identifier 4 | length 1 | parameters
//     …, extended:                                           length 1 | 255 | length 2 | parameters
//
// How capabilities are grouped into parameters is kept, so that encode gives back what was decoded. Any thread.

#include <optional>
#include <vector>

#include "codec/asn.hpp"
#include "codec/ip.hpp"
#include "codec/message/capability.hpp"
#include "codec/message/header.hpp"

namespace barrage {

/// One optional parameter of type 2. There is no other: type 1 is deprecated, and the rest refuse the OPEN.
struct OpenParameter {
    std::vector<Capability> capabilities;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("capabilities", self.capabilities);
    }
    friend bool operator==(const OpenParameter&, const OpenParameter&) = default;
};

struct Open {
    static constexpr std::uint8_t supported_version = 4;

    std::uint8_t version = supported_version;
    std::uint16_t my_as = 0;         // the field of two octets: AS_TRANS for what does not fit
    std::uint16_t hold_time = 180;   // seconds
    Ipv4Address bgp_identifier;
    bool extended_length = false;             // the form of RFC 9072; encode takes it by itself where it must
    std::uint8_t non_extended_length = 255;   // only of that form, which ignores it
    std::vector<OpenParameter> parameters;

    /// All capabilities, whatever parameters they came in.
    [[nodiscard]] std::vector<Capability> capabilities() const;

    /// The number in the four-octet AS capability when there is one, else my_as.
    [[nodiscard]] Asn asn() const;

    /// The first capability of this type; null without one.
    template <class C>
    [[nodiscard]] const C* find() const noexcept
    {
        for (const auto& parameter : parameters)
            for (const auto& capability : parameter.capabilities)
                if (const auto* found = std::get_if<C>(&capability)) return found;
        return nullptr;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("version", self.version);
        visit("my_as", self.my_as);
        visit("hold_time", self.hold_time);
        visit("bgp_identifier", self.bgp_identifier);
        visit("extended_length", self.extended_length);
        visit("non_extended_length", self.non_extended_length);
        visit("parameters", self.parameters);
    }
    friend bool operator==(const Open&, const Open&) = default;
};

/// Of one whole message, header included. What is wrong in it by itself is an error here (RFC 4271 section 6.2);
/// what only our own side can judge (AS, identifier, role) is engine/open_negotiation's.
Checked<Open> decode_open(OctetView message);

/// Appends the message. It must be encodable().
void encode(const Open& open, Octets& out);

/// Whether every capability, every parameter and the whole message fit their length fields.
[[nodiscard]] bool encodable(const Open& open);

}   // namespace barrage
