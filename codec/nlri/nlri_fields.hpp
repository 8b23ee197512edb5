#pragma once
// What the NLRI of several families are made of: prefixes with all their bits, addresses behind a length in bits, labels.

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "codec/error.hpp"
#include "codec/ip.hpp"
#include "codec/prefix.hpp"

namespace barrage {

/// NLRI that cannot be parsed: RFC 7606 section 5.3. It would also allow to disable the family; see MpReachNlri.
inline std::unexpected<DecodeError> nlri_error(std::string_view text, Recovery recovery = Recovery::session_reset)
{
    return std::unexpected(DecodeError{recovery, UpdateSubcode::invalid_network_field, text});
}

/// The octets of `length` bits, those after the length kept: a message encodes back to the octets it came in. Fails the
/// reader where the length is too large or octets are missing.
template <class PrefixType>
PrefixType read_prefix_bits(Reader& in, std::size_t length) noexcept
{
    using Address = decltype(PrefixType::address);
    if (length > PrefixType::max_length) {
        in.fail();
        return {};
    }
    std::array<std::uint8_t, Address::octets> all{};
    std::ranges::copy(in.octets(prefix_octets(static_cast<std::uint8_t>(length))), all.begin());
    Reader whole{all};
    return {Address::read(whole), static_cast<std::uint8_t>(length)};
}

template <class PrefixType>
void write_prefix_bits(const PrefixType& prefix, Writer& out)
{
    Octets with_length;
    Writer whole{with_length};
    prefix.encode(whole);
    out.octets(OctetView{with_length}.subspan(1));
}

constexpr std::size_t address_octets(const IpAddress& address) noexcept
{
    return address.is_v4() ? Ipv4Address::octets : Ipv6Address::octets;
}
constexpr std::size_t address_octets(const std::optional<IpAddress>& address) noexcept
{
    return address ? address_octets(*address) : 0;
}

/// An address of `octets` octets, 4 or 16; fails the reader for any other number.
inline IpAddress read_address(Reader& in, std::size_t octets) noexcept
{
    if (octets == Ipv4Address::octets) return Ipv4Address::read(in);
    if (octets == Ipv6Address::octets) return Ipv6Address::read(in);
    in.fail();
    return {};
}

/// One octet, the length in bits: 0, 32 or 128; then the address.
inline std::optional<IpAddress> read_sized_address(Reader& in) noexcept
{
    const auto bits = in.u8();
    if (bits == 0) return std::nullopt;
    if (bits % 8 != 0) in.fail();
    return read_address(in, bits / 8u);
}

inline void write_sized_address(const std::optional<IpAddress>& address, Writer& out)
{
    out.u8(static_cast<std::uint8_t>(8 * address_octets(address)));
    if (address) write_address(*address, out);
}

/// Three octets: a label of 20 bits, then traffic class and bottom of stack. Where they are a VNI (RFC 8365 section 5.1.3)
/// these four bits are its last.
struct LabelField {
    std::uint32_t label = 0;
    std::uint8_t low_bits = 1;

    static constexpr std::size_t octets = 3;
    static constexpr LabelField read(Reader& in) noexcept
    {
        const auto all = in.u24();
        return {all >> 4, static_cast<std::uint8_t>(all & 15)};
    }
    void encode(Writer& out) const { out.u24(label << 4 | (low_bits & 15u)); }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("label", self.label);
        visit("low_bits", self.low_bits);
    }
    friend bool operator==(const LabelField&, const LabelField&) = default;
};

}   // namespace barrage
