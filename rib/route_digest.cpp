#include "rib/route_digest.hpp"

#include <algorithm>

#include "codec/family.hpp"

namespace barrage {

namespace {

/// Every bit of the input moves every bit of the output (the finalizer of splitmix64).
constexpr std::uint64_t mix(std::uint64_t value) noexcept
{
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9u;
    value = (value ^ value >> 27) * 0x94d049bb133111ebu;
    return value ^ value >> 31;
}

std::uint64_t half(const Ipv6Address& address, std::size_t from) noexcept
{
    Reader in{OctetView{address.value}.subspan(from, 8)};
    return in.u64();
}

}   // namespace

std::uint64_t PrefixIndex::Key::hash() const noexcept { return mix(high ^ mix(low ^ mix(tag))); }

PrefixIndex::Number PrefixIndex::number_of(Ipv4Prefix prefix, PathId path_id)
{
    if (path_id != PathId{})
        return number_of(
            Key{prefix.address.value, 0, std::uint64_t{path_id.value} << 32 | std::uint64_t{prefix.length} << 8 | 4});
    const auto next = static_cast<Number>(hashes_.size());
    const auto number = ipv4_[prefix.length].number_of(bits_of(prefix), next);
    if (number == next) hashes_.push_back(mix(std::uint64_t{prefix.length} << 32 | prefix.address.value));
    return number;
}

PrefixIndex::Number PrefixIndex::number_of(const Ipv6Prefix& prefix, PathId path_id)
{
    return number_of(Key{half(prefix.address, 0), half(prefix.address, 8),
                         std::uint64_t{path_id.value} << 32 | std::uint64_t{prefix.length} << 8 | 6});
}

PrefixIndex::Number PrefixIndex::number_of(const Key& key)
{
    const auto [found, is_new] = others_.try_emplace(key, static_cast<Number>(hashes_.size()));
    if (is_new) hashes_.push_back(key.hash());
    return found->second;
}

std::uint64_t RouteDigest::part(PrefixIndex::Number prefix, std::uint64_t attributes) const noexcept
{
    return mix(prefixes_->hash(prefix) + mix(attributes));
}

void RouteDigest::announce(PrefixIndex::Number prefix, std::uint64_t attributes)
{
    attributes = std::max(attributes, withdrawn + 1);
    if (prefix >= attributes_.size()) attributes_.resize(std::max<std::size_t>(prefix + 1, prefixes_->size()), never_announced);
    auto& known = attributes_[prefix];
    if (known == attributes) return;
    if (known > withdrawn) {
        digest_ -= part(prefix, known);
    } else {
        ++live_;
        if (known == never_announced) ++distinct_;
    }
    known = attributes;
    digest_ += part(prefix, attributes);
}

void RouteDigest::withdraw(PrefixIndex::Number prefix)
{
    if (prefix >= attributes_.size() || attributes_[prefix] <= withdrawn) return;
    digest_ -= part(prefix, attributes_[prefix]);
    attributes_[prefix] = withdrawn;
    --live_;
}

}   // namespace barrage
