#include "engine/route_names.hpp"

#include <xxhash.h>

#include "codec/nlri/nlri_count.hpp"
#include "codec/nlri/nlri_extent.hpp"
#include "rib/route_text.hpp"

namespace barrage {

namespace {

std::uint64_t key_of_prefix(Ipv4Prefix prefix) noexcept { return std::uint64_t{prefix.length} << 32 | prefix.address.value; }

/// Of a whole NLRI of a unicast family.
PrefixView view_of(OctetView nlri) noexcept { return {.length = nlri.front(), .octets = nlri.subspan(1)}; }

}   // namespace

std::size_t RouteNames::HashPrefix::operator()(const Ipv6Prefix& prefix) const noexcept
{
    return XXH3_64bits_withSeed(prefix.address.value.data(), prefix.address.value.size(), prefix.length);
}

RouteNames::Number RouteNames::number_of(Family family, OctetView nlri)
{
    const auto next = static_cast<Number>(names_.size());
    const Name name{.begin = octets_.size(), .family = *family_index(family)};
    Writer out{octets_};
    if (family == ipv4_unicast) {
        const auto prefix = ipv4_prefix(view_of(nlri));
        const auto [found, is_new] = ipv4_.try_emplace(key_of_prefix(prefix), next);
        if (!is_new) return found->second;
        prefix.encode(out);
    } else if (family == ipv6_unicast) {
        const auto prefix = ipv6_prefix(view_of(nlri));
        const auto [found, is_new] = ipv6_.try_emplace(prefix, next);
        if (!is_new) return found->second;
        prefix.encode(out);
    } else {
        if (const auto known = find(family, nlri); known != none) return known;
        out.octets(nlri);
        others_.insert({family, std::nullopt, nlri}, next);
    }
    names_.push_back(name);
    return next;
}

RouteNames::Number RouteNames::find(Ipv4Prefix prefix) const noexcept
{
    const auto found = ipv4_.find(key_of_prefix(prefix));
    return found == ipv4_.end() ? none : found->second;
}

RouteNames::Number RouteNames::find(const Ipv6Prefix& prefix) const noexcept
{
    const auto found = ipv6_.find(prefix);
    return found == ipv6_.end() ? none : found->second;
}

RouteNames::Number RouteNames::find(Family family, OctetView nlri) const noexcept
{
    if (family == ipv4_unicast) return find(ipv4_prefix(view_of(nlri)));
    if (family == ipv6_unicast) return find(ipv6_prefix(view_of(nlri)));
    const auto number = others_.find({family, std::nullopt, nlri}, [this](Number each) { return key_of(each); });
    return number == RouteIndex::none ? none : number;
}

OctetView RouteNames::nlri_of(Number number) const noexcept
{
    const auto from = OctetView{octets_}.subspan(names_[number].begin);
    return from.first(nlri_octets(family_of(number), from));
}

std::string RouteNames::text_of(Number number) const
{
    return number < names_.size() ? route_text(family_of(number), nlri_of(number)) : "?";
}

std::string RouteNames::prefix_text_of(Number number) const
{
    return number < names_.size() ? prefix_text(family_of(number), nlri_of(number)) : std::string{};
}

}   // namespace barrage
