#pragma once
// What two OPENs settled that changes how octets are read and written. Made by engine/open_negotiation, by the
// command line for `loadgen decode`, and by the MRT reader; a plain value, passed by reference.

#include <cstdint>

#include "codec/family.hpp"
#include "codec/iana.hpp"

namespace barrage {

struct SessionOptions {
    bool four_octet_as = true;       // RFC 6793: AS_PATH and AGGREGATOR carry four-octet numbers
    bool extended_message = false;   // RFC 8654: messages other than OPEN and KEEPALIVE up to 65535 octets
    FamilySet add_path_send{};       // RFC 7911: NLRI that we send carry a path identifier
    FamilySet add_path_receive{};    // … and those that we receive
    FamilySet extended_next_hop{};   // RFC 8950: IPv4 NLRI with an IPv6 next hop
    FamilySet multiple_labels{};     // RFC 8277 section 2.1: NLRI that we receive have label stacks, of max_labels at most
    std::uint8_t max_labels = 255;
    bool reject_as_set = false;   // RFC 9774: who receives an AS_SET treats its routes as withdrawn

    [[nodiscard]] constexpr std::size_t max_message() const noexcept
    {
        return extended_message ? max_extended_message_octets : max_message_octets;
    }

    friend constexpr bool operator==(const SessionOptions&, const SessionOptions&) = default;
};

}   // namespace barrage
