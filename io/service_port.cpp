#include "io/service_port.hpp"

#include <netdb.h>

namespace barrage {

std::optional<std::uint16_t> service_port(const std::string& name)
{
    servent entry{};
    servent* found = nullptr;
    char buffer[1024];
    if (getservbyname_r(name.c_str(), nullptr, &entry, buffer, sizeof buffer, &found) != 0 || found == nullptr)
        return std::nullopt;
    const auto port = static_cast<std::uint16_t>(found->s_port);
    return static_cast<std::uint16_t>(port << 8 | port >> 8);
}

}   // namespace barrage
