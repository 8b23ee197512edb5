#include "rib/route_fingerprint.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <optional>

#include "rib/next_hop_choice.hpp"
#include "rib/passing_on.hpp"

namespace barrage {

namespace {

/// Segments as they are cut do not count: a router that prepends may begin a new one.
struct PathHash {
    std::uint64_t hash;
    std::uint32_t mark = 0;         // of the sender
    std::size_t own_in_front = 0;   // how often
};

PathHash path_hash(OctetView path, const FingerprintRules& rules, std::uint64_t seed)
{
    PathHash result{.hash = seed};
    bool at_front = !rules.of_sent;
    bool sender_stripped = false;
    std::vector<std::uint32_t> set;
    const auto add = [&](std::uint32_t as) { result.hash = XXH3_64bits_withSeed(&as, sizeof as, result.hash); };
    for (Reader in{path}; !in.empty();) {
        const auto type = in.u8();
        const auto count = in.u8();
        const auto segment = SegmentType{type};
        const bool is_set = segment == SegmentType::as_set || segment == SegmentType::confed_set;
        if (segment != SegmentType::as_sequence) {
            at_front = false;
            result.hash = XXH3_64bits_withSeed(&type, 1, result.hash);
        }
        set.clear();
        for (unsigned i = 0; i < count && !in.failed(); ++i) {
            const Asn asn{in.u32()};
            if (at_front && !sender_stripped && std::ranges::find(rules.router_ases, asn) != rules.router_ases.end()) {
                ++result.own_in_front;
                continue;
            }
            if (at_front && !sender_stripped && std::ranges::binary_search(rules.sender_ases, asn)) {
                sender_stripped = true;
                result.mark ^= sender_mark(asn);
                continue;
            }
            at_front = false;
            is_set ? set.push_back(asn.value) : add(asn.value);
        }
        std::ranges::sort(set);
        for (const auto as : set) add(as);
    }
    return result;
}

/// Communities of `size` octets are a set: routers sort them and drop what stands twice. Those of which `counts` is false are not in it; nothing:
/// none is.
template <class Counts>
std::optional<std::uint64_t> set_hash(OctetView value, std::size_t size, std::uint64_t seed, Counts&& counts)
{
    std::vector<std::uint64_t> parts;
    for (std::size_t at = 0; at + size <= value.size(); at += size)
        if (counts(value.subspan(at, size))) parts.push_back(XXH3_64bits(value.data() + at, size));
    if (parts.empty()) return std::nullopt;
    std::ranges::sort(parts);
    parts.erase(std::ranges::unique(parts).begin(), parts.end());
    return XXH3_64bits_withSeed(parts.data(), parts.size() * sizeof(std::uint64_t), seed);
}

// https://www.iana.org/assignments/bgp-well-known-communities
constexpr std::uint32_t blackhole = 0xffff029a;
constexpr std::array spread_no_further{0xffffff01u, 0xffffff02u, 0xffffff03u, 0xffffff04u};   // RFC 1997, RFC 3765

std::optional<std::uint64_t> communities_hash(OctetView value, std::uint64_t seed)
{
    constexpr std::size_t size = 4;
    bool is_blackhole = false;
    for (Reader in{value}; in.remaining() >= size;) is_blackhole |= in.u32() == blackhole;
    return set_hash(value, size, seed, [&](OctetView community) {
        return !is_blackhole || std::ranges::find(spread_no_further, Reader{community}.u32()) == spread_no_further.end();
    });
}

/// One that a device or the sender before it may have added: RFC 9234 section 5.
bool is_of_roles(OctetView only_to_customer, const FingerprintRules& rules)
{
    if (only_to_customer.size() != 4) return false;
    const Asn as{Reader{only_to_customer}.u32()};
    return std::ranges::find(rules.router_ases, as) != rules.router_ases.end() ||
           std::ranges::binary_search(rules.sender_ases, as);
}

std::uint64_t seed_of(AttributeType type, std::uint64_t hash) noexcept
{
    return hash + (std::uint64_t{static_cast<std::uint8_t>(type)} << 32);
}

std::uint32_t folded(std::uint64_t hash) noexcept
{
    return std::max<std::uint32_t>(static_cast<std::uint32_t>(hash ^ hash >> 32), 1);
}

std::uint32_t mark_of(std::uint32_t value, std::uint64_t seed) noexcept
{
    return std::max<std::uint32_t>(static_cast<std::uint32_t>(XXH3_64bits_withSeed(&value, sizeof value, seed)), 1);
}

/// 0 where the rules do not name this value.
std::uint32_t mark_if_named(AttributeType type, OctetView value, const FingerprintRules& rules) noexcept
{
    if (rules.marks.empty()) return 0;
    const auto mark = fingerprint_mark(type, value);
    return std::ranges::find(rules.marks, mark) == rules.marks.end() ? 0 : mark;
}

}   // namespace

std::uint32_t sender_mark(Asn as) noexcept { return mark_of(as.value, 2); }
std::uint32_t sender_mark(Ipv4Address originator) noexcept { return mark_of(originator.value, 9); }

std::uint32_t fingerprint_mark(AttributeType type, OctetView value) noexcept
{
    return static_cast<std::uint32_t>(XXH3_64bits_withSeed(value.data(), value.size(), static_cast<std::uint8_t>(type)));
}

std::uint32_t own_as_mark(std::size_t times) noexcept
{
    return mark_of(static_cast<std::uint32_t>(times), static_cast<std::uint8_t>(AttributeType::as_path));
}

std::uint32_t next_hop_mark(OctetView next_hop, const FingerprintRules& rules) noexcept
{
    return rules.prefixes_only ? 0 : mark_if_named(AttributeType::next_hop, host_of_next_hop(next_hop), rules);
}

std::uint32_t inside_mark(OctetView attributes) noexcept
{
    std::uint64_t hash = 1;
    bool any = false;
    for (Reader in{attributes}; const auto attribute = next_attribute(in);) {
        const auto* row = passing_row(*attribute);
        if (!row || row->between != PassedBetween::ases) continue;
        const auto seed = seed_of(attribute->type, hash);
        const auto value = attribute->value;
        const auto now = row->is_whole() ? std::optional{XXH3_64bits_withSeed(value.data(), value.size(), seed)}
                                         : set_hash(value, community_octets(attribute->type), seed, is_non_transitive);
        if (!now) continue;
        any = true;
        hash = *now;
    }
    return any ? folded(hash) : 0;
}

std::uint32_t route_fingerprint(OctetView attributes, const FingerprintRules& rules, std::size_t own_as_due)
{
    if (rules.prefixes_only) return 1;
    std::uint64_t hash = 1;
    std::uint32_t mark = 0;
    for (Reader in{attributes}; const auto attribute = next_attribute(in);) {
        const auto type = attribute->type;
        const auto value = attribute->value;
        if (type == AttributeType::originator_id && value.size() == 4) {
            const Ipv4Address originator{Reader{value}.u32()};
            if (std::ranges::binary_search(rules.sender_ids, originator))
                mark ^= sender_mark(originator) ^ inside_mark(attributes);
        }
        if (type == AttributeType::multi_exit_disc || type == AttributeType::local_pref)
            mark ^= mark_if_named(type, value, rules);
        // Not of the flags: Partial may be set on the way (RFC 4271 section 5).
        const auto* row = passing_row(*attribute);
        if ((row && row->is_whole()) || is_aggregator_of_as_0(*attribute)) continue;
        const auto seed = seed_of(type, hash);
        const auto take = [&](std::optional<std::uint64_t> of_set) { hash = of_set.value_or(hash); };
        switch (type) {
        case AttributeType::as_path: {
            const auto path = path_hash(value, rules, seed);
            hash = path.hash;
            mark ^= path.mark;
            if (path.own_in_front > own_as_due) {
                const auto more = own_as_mark(path.own_in_front - own_as_due);
                if (std::ranges::find(rules.marks, more) != rules.marks.end()) mark ^= more;
            }
            break;
        }
        case AttributeType::communities: take(communities_hash(value, seed)); break;
        case AttributeType::extended_communities:
        case AttributeType::ipv6_extended_communities:
            take(set_hash(value, community_octets(type), seed, [](OctetView each) { return !is_non_transitive(each); }));
            break;
        case AttributeType::large_communities:
            take(set_hash(value, community_octets(type), seed, [](OctetView) { return true; }));
            break;
        case AttributeType::only_to_customer:
            if (is_of_roles(value, rules)) continue;
            [[fallthrough]];
        default: hash = XXH3_64bits_withSeed(value.data(), value.size(), seed);
        }
    }
    return marked(folded(hash), mark);
}

}   // namespace barrage
