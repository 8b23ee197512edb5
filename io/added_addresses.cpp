#include "io/added_addresses.hpp"

#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "io/file_descriptor.hpp"

namespace barrage {

namespace {

/// An RTM_NEWADDR or RTM_DELADDR with its one address, and the kernel's answer: 0 or an errno.
int ask_kernel(std::uint16_t type, std::uint16_t flags, const IpAddress& address, unsigned interface)
{
    const FileDescriptor socket{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)};
    if (!socket) return errno;
    Octets octets;
    Writer out{octets};
    write_address(address, out);

    alignas(nlmsghdr) std::array<char, 128> buffer{};
    nlmsghdr header{};
    ifaddrmsg message{};
    std::size_t size = NLMSG_LENGTH(sizeof message);
    const auto put = [&](std::uint16_t kind) {
        rtattr attribute{.rta_len = static_cast<std::uint16_t>(RTA_LENGTH(octets.size())), .rta_type = kind};
        std::memcpy(buffer.data() + size, &attribute, sizeof attribute);
        std::memcpy(buffer.data() + size + RTA_LENGTH(0), octets.data(), octets.size());
        size += RTA_SPACE(octets.size());
    };
    put(IFA_LOCAL);
    put(IFA_ADDRESS);
    message.ifa_family = address.is_v4() ? AF_INET : AF_INET6;
    message.ifa_prefixlen = address.is_v4() ? 32 : 128;
    message.ifa_flags = address.is_v4() ? std::uint8_t{0} : std::uint8_t{IFA_F_NODAD};   // usable at once
    message.ifa_index = interface;
    header.nlmsg_len = static_cast<std::uint32_t>(size);
    header.nlmsg_type = type;
    header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
    header.nlmsg_seq = 1;
    std::memcpy(buffer.data(), &header, sizeof header);
    std::memcpy(buffer.data() + NLMSG_HDRLEN, &message, sizeof message);
    if (::send(socket.get(), buffer.data(), size, 0) < 0) return errno;

    std::array<char, 1024> answer{};
    const auto got = ::recv(socket.get(), answer.data(), answer.size(), 0);
    if (got < 0) return errno;
    nlmsgerr error{};
    if (static_cast<std::size_t>(got) < NLMSG_HDRLEN + sizeof error) return EBADMSG;
    std::memcpy(&error, answer.data() + NLMSG_HDRLEN, sizeof error);
    return -error.error;
}

}   // namespace

AddedAddresses::~AddedAddresses()
{
    for (const auto& each : added_) ask_kernel(RTM_DELADDR, 0, each.address, each.interface);
}

IoResult<void> AddedAddresses::add(const IpAddress& address, const std::string& interface)
{
    const auto what = "add " + to_text(address) + " to " + interface;
    const auto index = ::if_nametoindex(interface.c_str());
    if (index == 0) return io_error(errno, what);
    switch (const auto error = ask_kernel(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, address, index)) {
    case 0: added_.push_back({address, index}); return {};
    case EEXIST: return {};
    default:
        return io_error(error, what,
                        error == EPERM ? "it takes the right to administrate the network: root, or CAP_NET_ADMIN" : "");
    }
}

}   // namespace barrage
