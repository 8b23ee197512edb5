#pragma once
// What the two files of UpdatePacker share: octets to their places in a message whose size was measured before. Nobody else's.

#include <cstring>

#include "codec/attribute/attribute_view.hpp"
#include "rib/update_packer.hpp"

namespace barrage {

constexpr std::size_t lengths_octets = 4;   // withdrawn routes length, attributes length
constexpr std::size_t fixed_octets = header_octets + lengths_octets;
constexpr std::size_t mp_header_octets = attribute_header_octets(0);   // of one that is not extended
constexpr std::size_t path_id_octets = 4;

inline void put16(std::uint8_t* at, std::size_t value) noexcept
{
    at[0] = static_cast<std::uint8_t>(value >> 8);
    at[1] = static_cast<std::uint8_t>(value);
}

inline std::uint8_t* put_header(std::uint8_t* at) noexcept
{
    std::memset(at, 0xff, 16);
    at[18] = static_cast<std::uint8_t>(MessageType::update);
    return at + header_octets;
}

inline std::uint8_t* put_family(std::uint8_t* at, Family family) noexcept
{
    put16(at, static_cast<std::uint16_t>(family.afi));
    at[2] = static_cast<std::uint8_t>(family.safi);
    return at + 3;
}

inline std::uint8_t* put_octets(std::uint8_t* at, OctetView octets) noexcept
{
    if (!octets.empty()) std::memcpy(at, octets.data(), octets.size());
    return at + octets.size();
}

/// What all messages of a group share.
struct UpdatePacker::Prepared {
    Prepared() noexcept {}   // written out: otherwise all of it is zeroed before its members are, a seventh of the packing

    OctetView nlri;
    bool path_ids = false;   // in nlri
    bool plain = false;      // the NLRI and withdrawn routes fields of RFC 4271, not RFC 4760's
    const AttributeSet* attributes = nullptr;
    OctetView encoded;   // attributes ready to copy; empty: encode_common_variant() in place
    ChosenNextHop next_hop;
    VariantOffsets offsets;
    std::size_t overhead = 0;   // octets of a message without NLRI
    // ExaBGP's form alone:
    Octets mp_next_hop;            // of MP_REACH_NLRI
    std::size_t own_as_at = 0;     // in `encoded`; 0: nothing to patch
    bool with_attributes = true;   // also where only withdrawals are told
};

/// The NLRI of one message in ExaBGP's form.
struct UpdatePacker::Parts {
    OctetView withdrawn = {};   // in the withdrawn routes field
    OctetView announced = {};   // in the NLRI field
    bool unreach = false;       // whether there is an MP_UNREACH_NLRI
    OctetView unreach_nlri = {};
    bool reach = false;
    OctetView reach_nlri = {};

    static Parts of(bool plain, bool withdraws, OctetView nlri)
    {
        if (plain) return withdraws ? Parts{.withdrawn = nlri} : Parts{.announced = nlri};
        return withdraws ? Parts{.unreach = true, .unreach_nlri = nlri} : Parts{.reach = true, .reach_nlri = nlri};
    }
};

}   // namespace barrage
