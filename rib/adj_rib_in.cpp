#include "rib/adj_rib_in.hpp"

#include "codec/nlri/nlri_families.hpp"

namespace barrage {

namespace {

std::size_t size_of(const AttributeSetRef& attributes) noexcept
{
    return attributes->octets().size() + attributes->next_hop().size();
}

}   // namespace

void AdjRibIn::update(const UpdateView& view, const SessionOptions& options, FamilySet families)
{
    const auto takes = [families](Family family) { return families.contains(family); };
    if (takes(ipv4_unicast)) each(view.withdrawn, nlri_field(ipv4_unicast, options, true), ipv4_unicast, {});
    if (view.mp_unreach && takes(view.mp_unreach->family())) {
        const auto family = view.mp_unreach->family();
        each(view.mp_unreach->nlri, nlri_field(family, options, true), family, {});
    }
    if (view.nlri.empty() && (!view.mp_reach || view.mp_reach->nlri.empty())) return;
    const bool readable = !view.error && canonical_attributes(view.attributes, options, canonical_);
    const auto with = [&](const Octets& next_hop) {
        return readable ? pool_->intern(canonical_.octets, next_hop) : AttributeSetRef{};
    };
    if (!view.nlri.empty() && takes(ipv4_unicast))
        each(view.nlri, nlri_field(ipv4_unicast, options, false), ipv4_unicast, with(canonical_.plain_next_hop));
    if (view.mp_reach && takes(view.mp_reach->family())) {
        const auto family = view.mp_reach->family();
        each(view.mp_reach->nlri, nlri_field(family, options, false), family, with(canonical_.next_hop));
    }
}

void AdjRibIn::clear()
{
    entries_ = decltype(entries_){};   // = {} would keep the memory
    free_ = decltype(free_){};
    index_ = {};
    held_ = decltype(held_){};
    octets_ = 0;
    passed_ = Passed::none;
}

void AdjRibIn::each(OctetView nlri, NlriField field, Family family, const AttributeSetRef& attributes)
{
    key_.family = family;
    Octets made;
    for_each_name(family, nlri, field.has_path_ids, field.has_one_label(), made, [&](PathId id, OctetView name) {
        key_.path_id = field.has_path_ids ? std::optional{id} : std::nullopt;
        key_.nlri.assign(name.begin(), name.end());
        put(key_, attributes);
    });
}

bool AdjRibIn::hold(const AttributeSetRef& attributes, std::size_t nlri_octets)
{
    const auto known = held_.find(attributes.get());
    const auto octets = nlri_octets + (known == held_.end() ? size_of(attributes) : 0);
    if (octets_ + octets > limits_.octets) {
        passed_ = Passed::octets;
        return false;
    }
    if (known == held_.end())
        held_.emplace(attributes.get(), 1);
    else
        ++known->second;
    octets_ += octets;
    return true;
}

void AdjRibIn::let_go(const AttributeSetRef& attributes)
{
    const auto known = held_.find(attributes.get());
    if (--known->second != 0) return;
    held_.erase(known);
    octets_ -= size_of(attributes);
}

void AdjRibIn::remove(std::uint32_t number)
{
    auto& entry = entries_[number];
    let_go(entry.attributes);
    octets_ -= entry.key.nlri.size();
    index_.erase(entry.key, number);
    entry = {};
    free_.push_back(number);
}

void AdjRibIn::put(const RouteKey& key, const AttributeSetRef& attributes)
{
    const auto key_of = [this](std::uint32_t number) -> const RouteKey& { return entries_[number].key; };
    const auto number = index_.find(key, key_of);
    if (number != RouteIndex::none) {
        if (!attributes) return remove(number);
        auto& entry = entries_[number];
        if (entry.attributes != attributes) {
            if (!hold(attributes, 0)) return remove(number);   // what it was holds no more
            let_go(entry.attributes);
        }
        octets_ += key.nlri.size() - entry.key.nlri.size();
        entry = {key, attributes};   // with the labels it has now
        return;
    }
    if (!attributes) return;
    if (size() >= limits_.routes) {
        passed_ = Passed::routes;
        return;
    }
    if (!hold(attributes, key.nlri.size())) return;
    if (free_.empty()) {
        index_.insert(key, static_cast<std::uint32_t>(entries_.size()));
        entries_.push_back({key, attributes});
    } else {
        index_.insert(key, free_.back());
        entries_[free_.back()] = {key, attributes};
        free_.pop_back();
    }
}

}   // namespace barrage
