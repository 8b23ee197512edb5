#include "loadgen/session_defaults.hpp"

namespace barrage::session_defaults {

bool is_loopback(const IpAddress& address)
{
    return address.is_v4() ? address.v4().value >> 24 == 127 : address == *IpAddress::from_text("::1");
}

std::optional<IpAddress> source_address(const IpAddress& router, std::uint32_t number)
{
    if (!is_loopback(router)) return std::nullopt;
    return router.is_v6() ? router : IpAddress{first_loopback_source}.advanced(number);
}

IpAddress source_address_from(const IpAddress& first, std::uint32_t number)
{
    return first.is_v6() && is_loopback(first) ? first : first.advanced(number);
}

}   // namespace barrage::session_defaults
