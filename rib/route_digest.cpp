#include "rib/route_digest.hpp"

#include <algorithm>
#include <new>

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

PrefixIndex::Key PrefixIndex::key_of(Ipv4Prefix prefix, PathId path_id) noexcept
{
    return {prefix.address.value, 0, std::uint64_t{path_id.value} << 32 | std::uint64_t{prefix.length} << 8 | 4};
}

PrefixIndex::Key PrefixIndex::key_of(const Ipv6Prefix& prefix, PathId path_id) noexcept
{
    return {half(prefix.address, 0), half(prefix.address, 8),
            std::uint64_t{path_id.value} << 32 | std::uint64_t{prefix.length} << 8 | 6};
}

PrefixIndex::Key PrefixIndex::key_of(const RouteKeyView& route) noexcept
{
    const auto hash = wide_hash_of_route(route);
    return {hash.high, hash.low, 0};
}

/// What next() gave belongs to a prefix from now on.
void PrefixIndex::take_next(std::uint64_t hash)
{
    if (free_.empty()) {
        hashes_.push_back(hash);
        holders_.push_back(0);
    } else {
        hashes_[free_.back()] = hash;
        free_.pop_back();
    }
    ++unheld_;
}

PrefixIndex::Number PrefixIndex::number_of(Ipv4Prefix prefix, PathId path_id)
{
    if (path_id != PathId{}) return number_of(key_of(prefix, path_id));
    const auto wanted = next();
    const auto number = ipv4_[prefix.length].number_of(bits_of(prefix), wanted);
    if (number == wanted) take_next(mix(std::uint64_t{prefix.length} << 32 | prefix.address.value));
    return number;
}

PrefixIndex::Number PrefixIndex::number_of(const Ipv6Prefix& prefix, PathId path_id)
{
    return number_of(key_of(prefix, path_id));
}

PrefixIndex::Number PrefixIndex::number_of(const RouteKeyView& route) { return number_of(key_of(route)); }

PrefixIndex::Number PrefixIndex::number_of(const Key& key)
{
    const auto [found, is_new] = others_.try_emplace(key, next());
    if (is_new) take_next(key.hash());
    return found->second;
}

PrefixIndex::Number PrefixIndex::find(Ipv4Prefix prefix, PathId path_id) const
{
    return path_id != PathId{} ? find(key_of(prefix, path_id)) : ipv4_[prefix.length].find(bits_of(prefix));
}

PrefixIndex::Number PrefixIndex::find(const Ipv6Prefix& prefix, PathId path_id) const { return find(key_of(prefix, path_id)); }

PrefixIndex::Number PrefixIndex::find(const RouteKeyView& route) const { return find(key_of(route)); }

PrefixIndex::Number PrefixIndex::find(const Key& key) const
{
    const auto found = others_.find(key);
    return found == others_.end() ? none : found->second;
}

void PrefixIndex::forget_unheld()
{
    if (unheld_ == 0 || unheld_ * 2 < known()) return;
    const bool all = unheld_ == known();
    const auto is_unheld = [this](Number number) { return holders_[number] == 0; };
    if (all) {
        for (auto& slots : ipv4_) slots = {};
        others_ = decltype(others_){};
        hashes_ = decltype(hashes_){};
        holders_ = decltype(holders_){};
        free_ = decltype(free_){};
    } else {
        for (auto& slots : ipv4_)
            slots.take_out([&](Number number) {
                if (is_unheld(number)) free_.push_back(number);
                return is_unheld(number);
            });
        boost::unordered::erase_if(others_, [&](const auto& each) {
            if (is_unheld(each.second)) free_.push_back(each.second);
            return is_unheld(each.second);
        });
        others_.rehash(0);
    }
    unheld_ = 0;
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
        if (known == never_announced) {
            ++distinct_;
            prefixes_->hold(prefix);
        }
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

void RouteDigest::release() noexcept
{
    if (attributes_.empty()) return;
    for (std::size_t prefix = 0; prefix < attributes_.size(); ++prefix)
        if (attributes_[prefix] != never_announced) prefixes_->let_go(static_cast<PrefixIndex::Number>(prefix));
    attributes_ = decltype(attributes_){};   // = {} would keep the memory
    try {
        prefixes_->forget_unheld();
    } catch (const std::bad_alloc&) {   // they stay known
    }
}

}   // namespace barrage
