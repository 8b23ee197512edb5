#include "tests/simulation/wire_watch.hpp"

#include <algorithm>
#include <ranges>

#include "codec/message/open.hpp"
#include "codec/message/update_view.hpp"
#include "codec/nlri/nlri_count.hpp"

namespace barrage::simulation {

namespace {

std::uint64_t number_of(OctetView octets, std::uint64_t number = 0)
{
    for (const auto octet : octets) number = mixed(number + octet + 1);
    return number;
}

std::string text_of(const PrefixView& prefix, Family family)
{
    return family.afi == Afi::ipv4 ? to_text(ipv4_prefix(prefix)) : to_text(ipv6_prefix(prefix));
}

void for_each(OctetView nlri, Family family, auto&& visit)
{
    if (family.safi != Safi::unicast) return;
    const auto longest = family.afi == Afi::ipv4 ? Ipv4Prefix::max_length : Ipv6Prefix::max_length;
    for_each_prefix(nlri, static_cast<std::uint8_t>(longest), false,
                    [&](const PrefixView& prefix) { visit(text_of(prefix, family)); });
}

}   // namespace

void WireWatch::connected(std::uint32_t connection, const Endpoint& from, const Endpoint& to)
{
    all_.resize(connection + 1);
    all_[connection] = std::make_unique<Conversed>();
    all_[connection]->from = from;
    all_[connection]->to = to;
}

const Conversed* WireWatch::newest_from(const IpAddress& address) const noexcept
{
    for (const auto& each : all_ | std::views::reverse)
        if (each->from.address == address) return each.get();
    return nullptr;
}

void WireWatch::befell(const LinkFault& fault)
{
    using enum LinkFault::Kind;
    auto& conversed = *all_[fault.connection];
    const bool is_cut = fault.kind == reset_both || fault.kind == reset_near || fault.kind == close || fault.kind == half_close;
    if (is_cut && conversed.was_up()) conversed.cut_at = world_.now();
}

std::uint64_t WireWatch::acknowledged_from(const IpAddress& address) const noexcept
{
    std::uint64_t octets = 0;
    for (const auto& each : all_)
        if (each->from.address == address) octets += each->acknowledged[std::to_underlying(Side::connecting)];
    return octets;
}

void WireWatch::was_written(std::uint32_t connection, Side by, OctetView octets)
{
    auto& conversed = *all_[connection];
    const auto side = std::to_underlying(by);
    conversed.written[side] += octets.size();
    auto& last = conversed.last_written[side];
    if (conversed.was_up() && last != TimePoint::max())
        conversed.longest_silence[side] = std::max(conversed.longest_silence[side], world_.now() - last);
    last = world_.now();
}

void WireWatch::was_read(std::uint32_t connection, Side by, OctetView octets)
{
    auto& conversed = *all_[connection];
    auto& heard = conversed.heard[std::to_underlying(by)];
    heard.octets += octets.size();
    heard.begun.insert(heard.begun.end(), octets.begin(), octets.end());
    std::size_t at = 0;
    while (heard.begun.size() - at >= header_octets) {
        const auto message = OctetView{heard.begun}.subspan(at);
        const std::size_t length = static_cast<std::size_t>(message[16]) << 8 | message[17];
        const bool is_marked = std::ranges::all_of(message.first(16), [](std::uint8_t octet) { return octet == 0xff; });
        if (!is_marked || length < header_octets) {
            if (problems_.empty())
                problems_.push_back("connection " + std::to_string(connection) + ": octets that are no message");
            break;   // it stays there
        }
        if (message.size() < length) break;
        take(conversed, heard, message.first(length));
        at += length;
    }
    heard.begun.erase(heard.begun.begin(), heard.begun.begin() + static_cast<std::ptrdiff_t>(at));
}

void WireWatch::take(Conversed&, Heard& heard, OctetView message)
{
    ++heard.messages;
    const auto body = message.subspan(header_octets);
    switch (MessageType{message[header_octets - 1]}) {
    case MessageType::open:
        if (const auto open = decode_open(message)) heard.hold_time = open->hold_time;
        heard.had_open = true;
        return;
    case MessageType::keepalive: heard.had_keepalive = true; return;
    case MessageType::notification:
        if (!heard.notification && body.size() >= 2)
            heard.notification =
                Notification{.code = ErrorCode{body[0]}, .subcode = body[1], .data = Octets(body.begin() + 2, body.end())};
        return;
    case MessageType::update: break;
    default: return;
    }
    ++heard.updates;
    const auto update = split_update(message);
    if (!update) {
        problems_.emplace_back("an UPDATE that cannot be taken apart");
        return;
    }
    const auto withdraw = [&](OctetView nlri, Family family) {
        for_each(nlri, family, [&](const std::string& prefix) {
            ++heard.withdrawn;
            heard.table.erase(prefix);
        });
    };
    const auto announce = [&](OctetView nlri, Family family, std::uint64_t with) {
        for_each(nlri, family, [&](std::string prefix) {
            ++heard.announced;
            heard.table[std::move(prefix)] = with;
        });
    };
    const auto attributes = number_of(update->attributes);
    withdraw(update->withdrawn, ipv4_unicast);
    if (update->mp_unreach) withdraw(update->mp_unreach->nlri, update->mp_unreach->family());
    if (update->mp_reach) announce(update->mp_reach->nlri, update->mp_reach->family(), number_of(update->mp_reach->next_hop));
    announce(update->nlri, ipv4_unicast, attributes);
}

}   // namespace barrage::simulation
