#include "loadgen/scenario/session_defaults.hpp"

namespace barrage::session_defaults {

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
