#include "loadgen/commands/loopback.hpp"

#include <poll.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <sstream>

#include "codec/format.hpp"
#include "codec/prefix.hpp"
#include "io/child_process.hpp"

namespace barrage {

namespace {

/// What it wrote, once it has ended well.
std::optional<std::string> output_of(std::vector<std::string> argv)
{
    auto child = ChildProcess::start({.argv = std::move(argv), .captures_errors = true});
    if (!child) return std::nullopt;
    std::string text;
    for (bool ended = false; !ended;) {
        pollfd look{.fd = child->output().fd(), .events = POLLIN, .revents = 0};
        (void)::poll(&look, 1, -1);
        const auto status = child->output().fill().status;
        ended = status == ReadResult::Status::closed || status == ReadResult::Status::error;
        while (const auto line = child->output().next()) text += std::string{line->text} + "\n";
    }
    pollfd end{.fd = child->end_fd(), .events = POLLIN, .revents = 0};
    (void)::poll(&end, 1, -1);
    const auto how = child->reap();
    if (!how || *how != ProcessEnd{}) return std::nullopt;
    return text;
}

bool change(const char* what, const std::string& address, const LoopbackChoice& choice)
{
    std::vector<std::string> argv{"ip", "address", what, address, "dev", "lo"};
    if (choice.sudo) argv.insert(argv.begin(), "sudo");
    if (!choice.label.empty()) argv.insert(argv.end(), {"label", "lo:" + choice.label});
    return output_of(std::move(argv)).has_value();
}

bool is_in(const std::vector<std::string>& all, const std::string& one) { return std::ranges::find(all, one) != all.end(); }

}   // namespace

std::vector<std::string> addresses_of(const std::vector<std::string>& networks)
{
    constexpr unsigned most_bits = 16;
    std::vector<std::string> addresses;
    const auto add = [&](IpAddress first, unsigned length, unsigned whole, const std::string& network) {
        if (whole - length > most_bits) return addresses.push_back(network);
        for (std::uint64_t i = 0; i < std::uint64_t{1} << (whole - length); ++i)
            addresses.push_back(to_text(first.advanced(i)) + "/" + std::to_string(whole));
    };
    for (const auto& network : networks) {
        if (const auto v4 = Ipv4Prefix::from_text(network)) add(v4->address, v4->length, Ipv4Prefix::max_length, network);
        if (const auto v6 = Ipv6Prefix::from_text(network)) add(v6->address, v6->length, Ipv6Prefix::max_length, network);
    }
    return addresses;
}

std::vector<std::string> loopback_addresses(const LoopbackChoice& choice, bool label_only)
{
    std::vector<std::string> addresses;
    // "1: lo    inet 10.0.0.1/32 scope global lo:web\       valid_lft forever …"
    std::istringstream lines{output_of({"ip", "-o", "address", "show", "dev", "lo"}).value_or("")};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words{line};
        std::string number, name, family, network, word, label;
        words >> number >> name >> family >> network;
        while (words >> word)
            if (word.starts_with("lo:")) label = word.substr(3);
        const auto v4 = Ipv4Prefix::from_text(network);
        const auto v6 = Ipv6Prefix::from_text(network);
        // A network with host bits is none that may be announced.
        if (!(v4 && *v4 == v4->masked() && v4->address.value >> 24 != 127) &&
            !(v6 && *v6 == v6->masked() && v6->address != Ipv6Address::from_text("::1")))
            continue;
        if (choice.label.empty() ? !label_only : !label.empty() && label.starts_with(choice.label))
            addresses.push_back(v4 ? to_text(*v4) : to_text(*v6));
    }
    return addresses;
}

bool add_loopback_addresses(const LoopbackChoice& choice, const std::vector<std::string>& addresses)
{
    const auto there = loopback_addresses(choice, false);
    bool all = true;
    for (const auto& address : addresses)
        if (!is_in(there, address) && !change("add", address, choice))
            all &= is_in(loopback_addresses({}, false), address);   // there, with another label
    return all;
}

void remove_loopback_addresses(const LoopbackChoice& choice, const std::vector<std::string>& addresses)
{
    const auto there = loopback_addresses(choice, true);
    for (const auto& address : addresses)
        if (is_in(there, address)) change("delete", address, choice);
}

}   // namespace barrage
