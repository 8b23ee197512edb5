#pragma once
// UPDATEs written the slow and obvious way, field by field from RFC 4271 section 4.3, RFC 4760 sections 3 and 4 and RFC 7911
// section 3: one prefix more is tried until the message is too long. What the packer is held against.

#include <optional>
#include <vector>

#include "codec/family.hpp"
#include "codec/writer.hpp"

namespace barrage::reference {

struct Group {
    Octets attributes;                   // as they stand in the message, without the next hop of MP_REACH_NLRI
    std::optional<Octets> mp_next_hop;   // announces in MP_REACH_NLRI
    bool withdraw = false;
    Family family = ipv4_unicast;
    std::vector<Octets> prefixes;   // each as on the wire
    std::size_t max_message = 4096;
    std::size_t most_routes = 0;
};

inline Octets attribute(std::uint8_t flags, std::uint8_t type, const Octets& value)
{
    Octets octets;
    if (value.size() > 255)
        octets = {static_cast<std::uint8_t>(flags | 0x10), type, static_cast<std::uint8_t>(value.size() >> 8),
                  static_cast<std::uint8_t>(value.size() & 0xff)};
    else
        octets = {flags, type, static_cast<std::uint8_t>(value.size())};
    octets.insert(octets.end(), value.begin(), value.end());
    return octets;
}

inline Octets message(const Group& group, const std::vector<Octets>& prefixes)
{
    Octets nlri;
    for (const auto& prefix : prefixes) nlri.insert(nlri.end(), prefix.begin(), prefix.end());

    const auto afi = static_cast<unsigned>(group.family.afi);
    const Octets family{static_cast<std::uint8_t>(afi >> 8), static_cast<std::uint8_t>(afi),
                        static_cast<std::uint8_t>(group.family.safi)};
    Octets withdrawn;
    Octets attributes;
    Octets plain;
    if (group.withdraw && group.family == ipv4_unicast) {
        withdrawn = nlri;
    } else if (group.withdraw) {
        Octets value = family;
        value.insert(value.end(), nlri.begin(), nlri.end());
        attributes = attribute(0x80, 15, value);
    } else if (group.mp_next_hop) {
        Octets value = family;
        value.push_back(static_cast<std::uint8_t>(group.mp_next_hop->size()));
        value.insert(value.end(), group.mp_next_hop->begin(), group.mp_next_hop->end());
        value.push_back(0);
        value.insert(value.end(), nlri.begin(), nlri.end());
        attributes = attribute(0x80, 14, value);
        attributes.insert(attributes.end(), group.attributes.begin(), group.attributes.end());
    } else {
        attributes = group.attributes;
        plain = nlri;
    }
    Octets octets(16, 0xff);
    const auto put16 = [&](std::size_t number) {
        octets.push_back(static_cast<std::uint8_t>(number >> 8));
        octets.push_back(static_cast<std::uint8_t>(number & 0xff));
    };
    put16(19 + 2 + withdrawn.size() + 2 + attributes.size() + plain.size());
    octets.push_back(2);
    put16(withdrawn.size());
    octets.insert(octets.end(), withdrawn.begin(), withdrawn.end());
    put16(attributes.size());
    octets.insert(octets.end(), attributes.begin(), attributes.end());
    octets.insert(octets.end(), plain.begin(), plain.end());
    return octets;
}

inline std::vector<Octets> messages(const Group& group)
{
    std::vector<Octets> all;
    for (std::size_t at = 0; at < group.prefixes.size();) {
        std::vector<Octets> inside;
        std::size_t octets =
            group.attributes.size() + 200;   // more than all fields beside attributes and NLRI: below the maximum it fits
        while (at < group.prefixes.size() && (group.most_routes == 0 || inside.size() < group.most_routes)) {
            inside.push_back(group.prefixes[at]);
            octets += group.prefixes[at].size();
            if (octets > group.max_message && message(group, inside).size() > group.max_message) {
                inside.pop_back();
                break;
            }
            ++at;
        }
        if (inside.empty())
            ++at;   // fits in no message
        else
            all.push_back(message(group, inside));
    }
    return all;
}

}   // namespace barrage::reference
