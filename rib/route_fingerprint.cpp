#include "rib/route_fingerprint.hpp"

#include <xxhash.h>

#include <algorithm>

#include "codec/attribute/attribute_view.hpp"

namespace barrage {

namespace {

bool is_rewritten(AttributeType type) noexcept
{
    switch (type) {
    case AttributeType::next_hop:
    case AttributeType::multi_exit_disc:
    case AttributeType::local_pref:
    case AttributeType::originator_id:
    case AttributeType::cluster_list:
    case AttributeType::mp_reach_nlri:
    case AttributeType::mp_unreach_nlri: return true;
    default: return false;
    }
}

/// Segments as they are cut do not count: a router that prepends may begin a new one.
std::uint64_t path_hash(OctetView path, const FingerprintRules& rules, std::uint64_t seed, std::uint32_t& mark)
{
    bool at_front = true;
    bool sender_stripped = false;
    for (Reader in{path}; !in.empty();) {
        const auto type = in.u8();
        const auto count = in.u8();
        const bool is_sequence = SegmentType{type} == SegmentType::as_sequence;
        if (!is_sequence) {
            at_front = false;
            seed = XXH3_64bits_withSeed(&type, 1, seed);
        }
        for (unsigned i = 0; i < count && !in.failed(); ++i) {
            const Asn asn{in.u32()};
            if (at_front && !sender_stripped && std::ranges::find(rules.router_ases, asn) != rules.router_ases.end()) continue;
            if (at_front && !sender_stripped && std::ranges::binary_search(rules.sender_ases, asn)) {
                sender_stripped = true;
                mark ^= sender_mark(asn);
                continue;
            }
            at_front = false;
            seed = XXH3_64bits_withSeed(&asn.value, sizeof asn.value, seed);
        }
    }
    return seed;
}

/// Communities of `size` octets are a set: routers sort them and drop what stands twice.
std::uint64_t set_hash(OctetView value, std::size_t size, std::uint64_t seed)
{
    std::vector<std::uint64_t> parts;
    for (std::size_t at = 0; at + size <= value.size(); at += size) parts.push_back(XXH3_64bits(value.data() + at, size));
    std::ranges::sort(parts);
    parts.erase(std::ranges::unique(parts).begin(), parts.end());
    return XXH3_64bits_withSeed(parts.data(), parts.size() * sizeof(std::uint64_t), seed);
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

std::uint32_t next_hop_mark(OctetView next_hop, const FingerprintRules& rules) noexcept
{
    return rules.prefixes_only ? 0 : mark_if_named(AttributeType::next_hop, next_hop, rules);
}

std::uint32_t route_fingerprint(OctetView attributes, const FingerprintRules& rules)
{
    if (rules.prefixes_only) return 1;
    std::uint64_t hash = 1;
    std::uint32_t mark = 0;
    for (Reader in{attributes}; const auto attribute = next_attribute(in);) {
        const auto type = attribute->type;
        const auto value = attribute->value;
        if (type == AttributeType::originator_id && value.size() == 4) {
            const Ipv4Address originator{Reader{value}.u32()};
            if (std::ranges::binary_search(rules.sender_ids, originator)) mark ^= sender_mark(originator);
        }
        if (type == AttributeType::multi_exit_disc || type == AttributeType::local_pref)
            mark ^= mark_if_named(type, value, rules);
        if (is_rewritten(type)) continue;
        // RFC 7607: malformed, so that whoever passes the route on takes it off (RFC 7606 section 7.7).
        if (type == AttributeType::aggregator && value.size() == 8 && Reader{value}.u32() == 0) continue;
        // Not of the flags: Partial may be set on the way (RFC 4271 section 5).
        const auto seed = hash + (std::uint64_t{static_cast<std::uint8_t>(type)} << 32);
        switch (type) {
        case AttributeType::as_path: hash = path_hash(value, rules, seed, mark); break;
        case AttributeType::communities: hash = set_hash(value, 4, seed); break;
        case AttributeType::extended_communities: hash = set_hash(value, 8, seed); break;
        case AttributeType::large_communities: hash = set_hash(value, 12, seed); break;
        default: hash = XXH3_64bits_withSeed(value.data(), value.size(), seed);
        }
    }
    return marked(std::max<std::uint32_t>(static_cast<std::uint32_t>(hash ^ hash >> 32), 1), mark);
}

}   // namespace barrage
