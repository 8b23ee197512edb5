#include "loadgen/exabgp/api/api_neighbor.hpp"

#include <charconv>
#include <optional>

#include "loadgen/exabgp/grammar/selector.hpp"
#include "loadgen/exabgp/vocabulary/word_cursor.hpp"

namespace barrage::exabgp {

namespace {

using Failure = std::unexpected<std::string>;

std::optional<std::uint16_t> number_of(std::string_view text)
{
    std::uint16_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<bool> truth_of(std::string_view text)
{
    if (text == "true" || text == "enable") return true;
    if (text == "false" || text == "disable") return false;
    return std::nullopt;
}

std::expected<FamilySet, std::string> families_of(std::string_view text)
{
    FamilySet families;
    if (text == "in-open") return FamilySet{ipv4_unicast};
    while (!text.empty()) {
        const auto one = text.substr(0, text.find('/'));
        text.remove_prefix(std::min(text.size(), one.size() + 1));
        const auto dash = one.find('-', one.starts_with("bgp-ls") ? 6 : 0);
        const auto family =
            dash == std::string_view::npos ? std::nullopt : family_of_words(one.substr(0, dash), one.substr(dash + 1));
        if (!family) return Failure("expected families such as ipv4-unicast/ipv6-unicast, not '" + std::string{one} + "'");
        families.insert(*family);
    }
    return families;
}

Failure no_value(std::string_view key, std::string_view value)
{
    return Failure("no value of " + std::string{key} + ": '" + std::string{value} + "'");
}

}   // namespace

std::expected<Neighbor, std::string> parse_created_neighbor(std::string_view text, const std::string& process)
{
    WordCursor words{text};
    Neighbor neighbor;
    const auto address = IpAddress::from_text(words.peek());
    if (!address) return Failure("expected the address of a neighbor, not '" + std::string{words.peek()} + "'");
    words.next();
    neighbor.peer_address = *address;
    neighbor.peer_mask = address->is_v4() ? 32 : 128;
    neighbor.families = {ipv4_unicast};
    ApiSection section;
    while (!words.empty()) {
        const auto key = words.next();
        const auto value = words.next();
        if (value.empty()) return Failure("expected a value behind " + std::string{key});
        if (key == "local-address" || key == "local-ip") {
            neighbor.local_address = IpAddress::from_text(value);
            if (!neighbor.local_address) return no_value(key, value);
        } else if (key == "local-as" || key == "peer-as") {
            const auto asn = Asn::from_text(value);
            if (!asn) return no_value(key, value);
            (key == "local-as" ? neighbor.local_as : neighbor.peer_as) = *asn;
        } else if (key == "router-id") {
            neighbor.router_id = Ipv4Address::from_text(value);
            if (!neighbor.router_id) return no_value(key, value);
        } else if (key == "family-allowed") {
            const auto families = families_of(value);
            if (!families) return Failure(families.error());
            neighbor.families = *families;
        } else if (key == "hold-time" || key == "graceful-restart" || key == "connect") {
            const auto number = number_of(value);
            if (!number || (key == "hold-time" && (*number == 1 || *number == 2))) return no_value(key, value);
            if (key == "hold-time")
                neighbor.hold_time = *number;
            else if (key == "connect")
                neighbor.connect = *number;
            else if (*number != 0)
                neighbor.graceful_restart = *number;
        } else if (key == "group-updates" || key == "passive") {
            const auto truth = truth_of(value);
            if (!truth) return no_value(key, value);
            (key == "passive" ? neighbor.passive : neighbor.group_updates) = *truth;
        } else if (key == "api") {
            section.processes.emplace_back(value);
        } else {
            return Failure(
                "unknown word '" + std::string{key} +
                "', expected local-address, local-as, peer-as, router-id, family-allowed, hold-time, graceful-restart, "
                "group-updates, connect, passive or api");
        }
    }
    if (!neighbor.local_address || !neighbor.local_as || !neighbor.peer_as)
        return Failure("local-address, local-as and peer-as are needed");
    if (neighbor.local_address->is_v4() != address->is_v4())
        return Failure("local-address is of another family than the neighbor");
    if (!neighbor.router_id) {
        if (neighbor.local_address->is_v6()) return Failure("router-id is needed with an IPv6 local-address");
        neighbor.router_id = neighbor.local_address->v4();
    }
    if (section.processes.empty() && !process.empty()) section.processes.push_back(process);
    if (!section.processes.empty()) neighbor.apis.push_back(std::move(section));
    return neighbor;
}

}   // namespace barrage::exabgp
