#include "rib/adj_rib_out.hpp"

#include <algorithm>
#include <utility>

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

AdjRibOut::Entry& AdjRibOut::entry_of(const RouteKey& key, std::uint32_t& index)
{
    index = index_.find(key, key_of());
    if (index != RouteIndex::none) {
        auto& known = entries_[index];
        if (is_named_by_part(key.family)) known.key = key;   // with the labels it has now
        return known;
    }
    if (free_.empty()) {
        index = static_cast<std::uint32_t>(entries_.size());
        entries_.push_back({.key = key, .announced_as = next_announced_++});
    } else {
        index = free_.back();
        free_.pop_back();
        entries_[index] = {.key = key, .announced_as = next_announced_++};
    }
    index_.insert(key, index);
    return entries_[index];
}

bool AdjRibOut::carries(Entry& entry, bool withdraw, UpdatePacker& packer)
{
    const auto& key = entry.key;
    const auto& options = packer.options();
    entry.left_out = false;
    if ((!key.path_id && owners_.empty()) || options.add_path.contains(key.family) || !options.families.contains(key.family))
        return true;
    const auto is_advertised = [this](const RouteKey& name) {
        const auto index = index_.find(name, key_of());
        return index != RouteIndex::none && entries_[index].advertised && entries_[index].advertised_attributes;
    };
    if (owners_.takes(key, withdraw, is_advertised)) return true;
    entry.left_out = !withdraw;
    packer.left_out().add(LeftOutReason::add_path_not_negotiated, 1, [&] {
        const auto* octets = reinterpret_cast<const std::uint8_t*>(key.nlri.data());
        return sample_text(key.family, {octets, key.nlri.size()}, false);
    });
    return false;
}

bool AdjRibOut::in_overlay(const RouteKey& key) const { return index_.find(key, key_of()) != RouteIndex::none; }

void AdjRibOut::wait(Entry& entry, std::uint32_t index)
{
    auto* last = queue_.empty() ? nullptr : std::get_if<Changes>(&queue_.back());
    if (!last) {
        queue_.emplace_back(Changes{.number = next_changes_++});
        last = &std::get<Changes>(queue_.back());
    }
    if (entry.waits_in == last->number) return;   // keeps its place
    // It may wait in an older batch too, ahead of a run that would undo it: there it is passed over.
    entry.waits_in = last->number;
    last->entries.push_back(index);
}

void AdjRibOut::announce(const RouteKey& key, AttributeSetRef attributes)
{
    std::uint32_t index = 0;
    // The same route with other labels is another announcement.
    bool has_other_labels = false;
    if (is_named_by_part(key.family)) {
        index = index_.find(key, key_of());
        has_other_labels = index != RouteIndex::none && entries_[index].key.nlri != key.nlri;
    }
    auto& entry = entry_of(key, index);
    if (keying_ == Keying::by_attribute_set) {
        const bool is_known = !has_other_labels && (entry.waits_in != 0 || entry.unpacked != 0 ||
                                                    (entry.advertised && entry.runs_before == runs_popped_));
        if (entry.attributes && entry.attributes == attributes && is_known && !run_waits()) return;
        if (!entry.attributes) ++holding_;
        entry.attributes = std::move(attributes);
        put(index, entry.attributes, false);
        return;
    }
    // Told already, unless a run came over it since, or will before this.
    if (!has_other_labels && entry.waits_in == 0 && entry.advertised && entry.attributes == attributes &&
        entry.runs_before == runs_popped_ && !run_waits())
        return;
    if (!entry.attributes) ++holding_;
    entry.attributes = std::move(attributes);
    wait(entry, index);
}

void AdjRibOut::withdraw(const RouteKey& key, AttributeSetRef attributes)
{
    std::uint32_t index = 0;
    auto& entry = entry_of(key, index);
    if (entry.attributes) --holding_;
    entry.attributes = {};
    if (keying_ == Keying::by_attribute_set) {
        entry.withdrawn_with = attributes;
        return put_withdrawal(index, attributes);
    }
    wait(entry, index);
}

void AdjRibOut::queue_run(Run run)
{
    QueuedRun queued{.run = std::move(run)};
    if (queued.run.kind == RunKind::withdraw) {
        for (const auto& table : tables_)
            if (table.slice == queued.run.slice) queued.took_back.push_back(table);
        std::erase_if(tables_, [&](const Run& table) { return table.slice == queued.run.slice; });
    } else {
        tables_.push_back(queued.run);
    }
    queue_.emplace_back(std::move(queued));
}

void AdjRibOut::end_of_rib(FamilySet families) { queue_.emplace_back(EndOfRib{families}); }

void AdjRibOut::clear_waiting()
{
    for (auto& waiting : queue_) {
        if (auto* table = std::get_if<Table>(&waiting)) forget_table(*table);
        const auto* changes = std::get_if<Changes>(&waiting);
        if (!changes) continue;
        for (const auto index : changes->entries)
            if (entries_[index].waits_in == changes->number) back_to_advertised(index);
    }
    // Backwards, so that a run and what takes it back undo each other.
    std::deque<Waiting> kept;
    std::size_t refresh_ends = 0;
    for (auto i = queue_.size(); i-- > 0;) {
        auto* const queued = std::get_if<QueuedRun>(&queue_[i]);
        const bool is_message = std::holds_alternative<EndOfRib>(queue_[i]) || std::holds_alternative<Octets>(queue_[i]);
        if (is_message || (queued && i == 0 && front_begun_)) {
            kept.push_front(std::move(queue_[i]));
            if (i < refresh_ends_) ++refresh_ends;
        } else if (queued && queued->run.kind == RunKind::withdraw) {
            tables_.insert(tables_.end(), queued->took_back.begin(), queued->took_back.end());
        } else if (queued && queued->is_new) {
            const auto is_it = [&](const Run& table) { return table.id == queued->run.id && table.slice == queued->run.slice; };
            const auto table = std::find_if(tables_.rbegin(), tables_.rend(), is_it);
            if (table != tables_.rend()) tables_.erase(std::next(table).base());
        }
    }
    queue_ = std::move(kept);
    refresh_ends_ = refresh_ends;
}

/// What the peer knows of a route that waited.
void AdjRibOut::back_to_advertised(std::uint32_t index)
{
    auto& entry = entries_[index];
    entry.waits_in = 0;
    if (entry.attributes) --holding_;
    entry.attributes = entry.advertised ? entry.advertised_attributes : AttributeSetRef{};
    if (entry.attributes) ++holding_;
    forget_if_gone(index);
}

std::vector<std::uint32_t> AdjRibOut::in_order_of_announcement() const
{
    std::vector<std::uint32_t> order;
    order.reserve(holding_);
    for (std::uint32_t index = 0; index < entries_.size(); ++index)
        if (entries_[index].attributes) order.push_back(index);
    std::ranges::sort(order, {}, [&](std::uint32_t index) { return entries_[index].announced_as; });
    return order;
}

bool AdjRibOut::run_waits() const noexcept
{
    return std::ranges::any_of(queue_, [](const Waiting& waiting) { return std::holds_alternative<QueuedRun>(waiting); });
}

void AdjRibOut::restart(FamilySet families)
{
    if (keying_ == Keying::by_attribute_set) return restart_table(families);
    queue_.clear();
    front_begun_ = false;
    refresh_ends_ = 0;
    refresh_again_.reset();
    owners_.clear();
    for (auto& entry : entries_) {
        entry.waits_in = 0;
        entry.advertised = false;
        entry.advertised_attributes = {};
    }
    for (const auto& table : tables_) queue_.emplace_back(QueuedRun{.run = table});
    if (tables_.empty())
        for (std::uint32_t index = 0; index < entries_.size(); ++index) forget_if_gone(index);
    wait_again();
    if (!families.empty()) end_of_rib(families);
}

void AdjRibOut::refresh(FamilySet families)
{
    if (refresh_ends_ != 0) {
        refresh_again_ = RefreshWish{.families = families};
        return;
    }
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
    end_of_rib(families);
    refresh_ends_ = queue_.size();
}

/// The whole overlay waits, in the order of first announcements.
void AdjRibOut::wait_again()
{
    std::vector<std::uint32_t> order;
    for (std::uint32_t index = 0; index < entries_.size(); ++index) {
        const auto& entry = entries_[index];
        // A withdrawal is worth telling only where a table would bring the route back.
        if (entry.attributes || (!tables_.empty() && !entry.key.nlri.empty())) order.push_back(index);
    }
    std::ranges::sort(order, {}, [&](std::uint32_t index) { return entries_[index].announced_as; });
    for (const auto index : order) wait(entries_[index], index);
}

const Run* AdjRibOut::run_at_front() const noexcept
{
    const auto* queued = queue_.empty() ? nullptr : std::get_if<QueuedRun>(&queue_.front());
    return queued ? &queued->run : nullptr;
}

const EndOfRib* AdjRibOut::end_of_rib_at_front() const noexcept
{
    return queue_.empty() ? nullptr : std::get_if<EndOfRib>(&queue_.front());
}

const Octets* AdjRibOut::message_at_front() const noexcept
{
    return queue_.empty() ? nullptr : std::get_if<Octets>(&queue_.front());
}

void AdjRibOut::pop_front()
{
    if (std::holds_alternative<QueuedRun>(queue_.front())) {
        ++runs_popped_;
        first_flush_ = false;
    }
    drop_front();
}

void AdjRibOut::drop_front()
{
    queue_.pop_front();
    front_begun_ = false;
    if (refresh_ends_ == 0 || --refresh_ends_ != 0) return;
    if (const auto again = std::exchange(refresh_again_, std::nullopt))
        again->resend ? resend(again->families, again->brackets) : refresh(again->families);
}

void AdjRibOut::forget_if_gone(std::uint32_t index)
{
    auto& entry = entries_[index];
    // With tables below, a withdrawn route has to be remembered: the table would bring it back after a restart.
    if (entry.attributes || entry.waits_in != 0 || entry.unpacked != 0 || entry.key.nlri.empty() ||
        (entry.advertised && !tables_.empty()))
        return;
    index_.erase(entry.key, index);
    entry = {};
    free_.push_back(index);
}

void AdjRibOut::pack_changes(UpdatePacker& packer, PackedUpdates& into, std::size_t most_routes, std::vector<RouteKey>* left_out)
{
    if (auto* table = std::get_if<Table>(&queue_.front())) return pack_table(*table, packer, into, most_routes);
    if (auto* resend = std::get_if<Resend>(&queue_.front())) return pack_resend(*resend, packer, into, most_routes);
    auto& changes = std::get<Changes>(queue_.front());

    struct Bucket {
        AttributeSetRef attributes;
        Family family;
        bool has_path_ids;
        Octets nlri;
        std::uint32_t routes = 0;
    };
    std::vector<Bucket> buckets;   // by first use of each set
    boost::unordered_flat_map<std::size_t, std::vector<std::size_t>> by_set;
    const auto bucket_for = [&](const Entry& entry) -> Bucket& {
        auto& candidates = by_set[reinterpret_cast<std::size_t>(entry.attributes.get())];
        for (const auto candidate : candidates) {
            auto& bucket = buckets[candidate];
            if (bucket.family == entry.key.family && bucket.has_path_ids == entry.key.path_id.has_value()) return bucket;
        }
        candidates.push_back(buckets.size());
        buckets.push_back(
            {.attributes = entry.attributes, .family = entry.key.family, .has_path_ids = entry.key.path_id.has_value()});
        return buckets.back();
    };

    for (std::size_t routes = 0; routes < most_routes && changes.taken < changes.entries.size(); ++changes.taken) {
        const auto index = changes.entries[changes.taken];
        auto& entry = entries_[index];
        if (entry.waits_in != changes.number) continue;
        if (!carries(entry, !entry.attributes, packer)) {
            entry.waits_in = 0;
            forget_if_gone(index);
            continue;
        }
        auto& bucket = bucket_for(entry);
        Writer out{bucket.nlri};
        if (entry.key.path_id) out.u32(entry.key.path_id->value);
        bucket.nlri.insert(bucket.nlri.end(), entry.key.nlri.begin(), entry.key.nlri.end());
        ++bucket.routes;
        ++routes;
        entry.waits_in = 0;
        entry.advertised = true;
        entry.advertised_attributes = entry.attributes;
        entry.runs_before = runs_popped_;
        forget_if_gone(index);
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
    if (changes.taken == changes.entries.size()) drop_front();
}

}   // namespace barrage
