#include "rib/native_adj_rib_out.hpp"

#include <utility>

#include <boost/unordered/unordered_flat_map.hpp>

#include "codec/nlri/nlri_extent.hpp"

namespace barrage {

namespace {

/// Names of the routes of a stretch of `nlri`.
void add_keys(const LeftOut::Stretch& stretch, Family family, bool has_path_ids, OctetView nlri, std::vector<RouteKey>& into)
{
    Reader in{nlri};
    for (std::uint64_t route = 0; route < stretch.first + stretch.routes && !in.empty(); ++route) {
        RouteKey key{.family = family, .path_id = std::nullopt, .nlri = {}};
        if (has_path_ids) key.path_id = PathId{in.u32()};
        const auto octets = in.octets(nlri_octets(family, nlri.subspan(in.offset())));
        if (octets.empty()) return;
        key.nlri.assign(octets.begin(), octets.end());
        if (route >= stretch.first) into.push_back(std::move(key));
    }
}

}   // namespace

void NativeAdjRibOut::wait(std::uint32_t number)
{
    if (!changes_wait_last()) {
        queue_.emplace_back(Changes{});
        batches_.push_back({.number = next_batch_++});
    }
    auto& last = batches_.back();
    auto& route = overlay_[number];
    if (route.waits_in == last.number) return;   // keeps its place
    // It may wait in an older batch too, ahead of a run that would undo it: there it is passed over.
    route.waits_in = last.number;
    last.routes.push_back(number);
}

void NativeAdjRibOut::announce(const RouteKey& key, AttributeSetRef attributes)
{
    const bool has_other_labels = overlay_.has_other_labels(key);
    const auto number = overlay_.find_or_add(key);
    const auto& route = overlay_[number];
    // Advertised already, unless a run came over it since, or will before this.
    if (!has_other_labels && route.waits_in == 0 && route.advertised && route.attributes == attributes &&
        route.runs_before == runs_popped_ && !run_waits())
        return;
    overlay_.set_attributes(number, std::move(attributes));
    wait(number);
}

void NativeAdjRibOut::withdraw(const RouteKey& key, AttributeSetRef)
{
    const auto number = overlay_.find_or_add(key);
    overlay_.set_attributes(number, {});
    wait(number);
}

void NativeAdjRibOut::forget_changes()
{
    for (const auto& batch : std::exchange(batches_, {}))
        for (const auto number : batch.routes)
            if (overlay_[number].waits_in == batch.number) back_to_advertised(number);
}

void NativeAdjRibOut::restart(FamilySet families)
{
    drop_queue();
    batches_.clear();
    for (std::uint32_t number = 0; number < overlay_.end(); ++number) {
        auto& route = overlay_[number];
        route.waits_in = 0;
        route.advertised = false;
        route.advertised_attributes = {};
        if (tables_.empty()) forget_if_gone(number);
    }
    for (const auto& table : tables_) queue_.emplace_back(QueuedRun{.run = table});
    wait_again();
    if (!families.empty()) end_of_rib(families);
}

void NativeAdjRibOut::queue_refresh(const RefreshRequest& request)
{
    for (const auto& table : tables_) {
        const auto waits_whole = [&](std::size_t i) {
            const auto* queued = std::get_if<QueuedRun>(&queue_[i]);
            return queued && queued->run.id == table.id && queued->run.slice == table.slice && !(i == 0 && front_begun_);
        };
        bool waits = false;
        for (std::size_t i = 0; i < queue_.size() && !waits; ++i) waits = waits_whole(i);
        if (!waits) queue_.emplace_back(QueuedRun{.run = table, .is_new = false});
    }
    wait_again();
    end_of_rib(request.negotiated);
}

void NativeAdjRibOut::wait_again()
{
    // A withdrawal is worth sending only where a table would bring the route back.
    for (const auto number : overlay_.in_order_of_announcement(!tables_.empty())) wait(number);
}

void NativeAdjRibOut::pack_changes(UpdatePacker& packer, PackedUpdates& into, std::size_t most_routes,
                                   std::vector<RouteKey>* left_out)
{
    struct Bucket {
        AttributeSetRef attributes;
        Family family;
        bool has_path_ids;
        Octets nlri;
        std::uint32_t routes = 0;
    };
    std::vector<Bucket> buckets;   // by first use of each set
    boost::unordered_flat_map<std::size_t, std::vector<std::size_t>> by_set;
    const auto bucket_for = [&](const RouteOverlay::Route& route) -> Bucket& {
        auto& candidates = by_set[reinterpret_cast<std::size_t>(route.attributes.get())];
        for (const auto candidate : candidates) {
            auto& bucket = buckets[candidate];
            if (bucket.family == route.key.family && bucket.has_path_ids == route.key.path_id.has_value()) return bucket;
        }
        candidates.push_back(buckets.size());
        buckets.push_back(
            {.attributes = route.attributes, .family = route.key.family, .has_path_ids = route.key.path_id.has_value()});
        return buckets.back();
    };

    auto& batch = batches_.front();
    for (std::size_t routes = 0; routes < most_routes && batch.taken < batch.routes.size(); ++batch.taken) {
        const auto number = batch.routes[batch.taken];
        auto& route = overlay_[number];
        if (route.waits_in != batch.number) continue;
        auto& bucket = bucket_for(route);
        Writer out{bucket.nlri};
        if (route.key.path_id) out.u32(route.key.path_id->value);
        bucket.nlri.insert(bucket.nlri.end(), route.key.nlri.begin(), route.key.nlri.end());
        ++bucket.routes;
        ++routes;
        route.waits_in = 0;
        route.advertised = true;
        route.advertised_attributes = route.attributes;
        route.runs_before = runs_popped_;
        forget_if_gone(number);
    }
    for (auto& bucket : buckets) {
        const auto size = bucket.nlri.size();
        bucket.nlri.resize(size + copy_slack);
        const auto known = packer.left_out().stretches().size();
        packer.pack({.attributes = bucket.attributes.get(),
                     .family = bucket.family,
                     .has_path_ids = bucket.has_path_ids,
                     .nlri = OctetView{bucket.nlri}.first(size),
                     .routes = bucket.routes},
                    into);
        if (left_out && bucket.attributes)
            for (auto i = known; i < packer.left_out().stretches().size(); ++i)
                add_keys(packer.left_out().stretches()[i], bucket.family, bucket.has_path_ids, OctetView{bucket.nlri}.first(size),
                         *left_out);
    }
    if (batch.taken < batch.routes.size()) return;
    batches_.pop_front();
    drop_front();
}

}   // namespace barrage
