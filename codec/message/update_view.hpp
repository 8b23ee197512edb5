#pragma once
// The fields of an UPDATE where they stand in the message. The receiver takes every UPDATE apart with this, so it costs one
// pass over the attributes' headers: no allocation, no value decoded. What is wrong beyond framing is found by update.hpp.
// RFC 4271 section 4.3.
//
//     +---------------+----------------------+------------------+-----------------+-----------------------+------+
//     | Header (19)   | Withdrawn length (2) | Withdrawn routes | Attributes (2)  | Path attributes       | NLRI |
//     +---------------+----------------------+------------------+-----------------+-----------------------+------+

#include <optional>

#include "codec/error.hpp"
#include "codec/family.hpp"
#include "codec/reader.hpp"

namespace barrage {

/// MP_REACH_NLRI. RFC 4760 section 3.
struct MpReachView {
    std::uint16_t afi = 0;
    std::uint8_t safi = 0;
    OctetView next_hop;
    OctetView nlri;
    std::size_t offset = 0;   // of the attribute's flags
    std::size_t nlri_offset = 0;

    [[nodiscard]] Family family() const noexcept { return {Afi{afi}, Safi{safi}}; }
};

/// MP_UNREACH_NLRI. RFC 4760 section 4.
struct MpUnreachView {
    std::uint16_t afi = 0;
    std::uint8_t safi = 0;
    OctetView nlri;
    std::size_t offset = 0;   // of the attribute's flags
    std::size_t nlri_offset = 0;

    [[nodiscard]] Family family() const noexcept { return {Afi{afi}, Safi{safi}}; }
};

/// Octets are those of the message, which outlives the view; offsets count from its first octet.
struct UpdateView {
    UpdateView() noexcept {
    }   // written out, and no constant: otherwise all of it is zeroed before its members are, a third of split_update()

    OctetView withdrawn;    // IPv4 unicast
    OctetView attributes;   // whole ones only: without the rest that RFC 7606 section 4 is about
    OctetView nlri;         // IPv4 unicast
    std::optional<MpReachView> mp_reach;
    std::optional<MpUnreachView> mp_unreach;

    std::size_t withdrawn_offset = 0;
    std::size_t attributes_offset = 0;
    std::size_t nlri_offset = 0;

    /// The strongest thing wrong with the framing that still leaves the routes to be found; nothing where all is well.
    std::optional<DecodeError> error;

    /// The family whose End-of-RIB (RFC 4724 section 2) this is.
    [[nodiscard]] std::optional<Family> end_of_rib() const noexcept;
};

/// `message` is whole and has its header, which is checked already. An error ends the session: a length beyond the message,
/// or a multiprotocol attribute that comes twice or cannot be taken apart (RFC 7606 sections 3.b, 3.g and 3.j).
Checked<UpdateView> split_update(OctetView message);

}   // namespace barrage
