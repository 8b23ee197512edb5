#include "codec/prefix.hpp"

#include <charconv>

namespace barrage {

namespace {

std::array<std::uint8_t, 4> octets_of(Ipv4Address address) noexcept
{
    return {static_cast<std::uint8_t>(address.value >> 24), static_cast<std::uint8_t>(address.value >> 16),
            static_cast<std::uint8_t>(address.value >> 8), static_cast<std::uint8_t>(address.value)};
}
const std::array<std::uint8_t, 16>& octets_of(const Ipv6Address& address) noexcept { return address.value; }

Ipv4Address masked_address(Ipv4Address address, std::uint8_t length) noexcept
{
    return {length == 0 ? 0 : address.value & ~std::uint32_t{0} << (32 - length)};
}

Ipv6Address masked_address(Ipv6Address address, std::uint8_t length) noexcept
{
    for (std::size_t i = 0; i < address.value.size(); ++i) {
        const auto first_bit = i * 8;
        if (first_bit >= length)
            address.value[i] = 0;
        else if (length - first_bit < 8)
            address.value[i] = static_cast<std::uint8_t>(address.value[i] & 0xff << (8 - (length - first_bit)));
    }
    return address;
}

template <class Address>
std::string prefix_text(const Prefix<Address>& prefix)
{
    return to_text(prefix.address) + "/" + std::to_string(prefix.length);
}

}   // namespace

template <class Address>
void Prefix<Address>::encode(Writer& out) const
{
    out.u8(length);
    const auto& all = octets_of(address);
    out.octets(OctetView{all}.first(prefix_octets(length)));
}

template <class Address>
Prefix<Address> Prefix<Address>::read(Reader& in) noexcept
{
    const auto length = in.u8();
    if (length > max_length) {
        in.fail();
        return {};
    }
    const auto taken = in.octets(prefix_octets(length));
    std::array<std::uint8_t, Address::octets> all{};
    for (std::size_t i = 0; i < taken.size(); ++i) all[i] = taken[i];
    Reader whole{all};
    return Prefix{Address::read(whole), length}.masked();
}

template <class Address>
std::optional<Prefix<Address>> Prefix<Address>::from_text(std::string_view text) noexcept
{
    const auto slash = text.find('/');
    const auto address = Address::from_text(text.substr(0, slash));
    if (!address) return std::nullopt;
    if (slash == std::string_view::npos) return Prefix{*address, max_length};
    const auto digits = text.substr(slash + 1);
    std::uint8_t length = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (error != std::errc{} || end != digits.data() + digits.size() || length > max_length) return std::nullopt;
    return Prefix{*address, length};
}

template <class Address>
Prefix<Address> Prefix<Address>::masked() const noexcept
{
    return {masked_address(address, length), length};
}

template struct Prefix<Ipv4Address>;
template struct Prefix<Ipv6Address>;

std::string to_text(const Ipv4Prefix& prefix) { return prefix_text(prefix); }
std::string to_text(const Ipv6Prefix& prefix) { return prefix_text(prefix); }

}   // namespace barrage
