#pragma once
// Which routes the device should be passing on right now: of each prefix who holds it, and with which attributes, as senders are asked to announce
// and withdraw. Receivers are held against it: right is only what a present holder announces now. Changed on the observer's thread only while no
// comparison is under way.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "engine/measured_routes.hpp"
#include "engine/reflections.hpp"
#include "loadgen/play/comparison.hpp"
#include "loadgen/play/excuses.hpp"
#include "loadgen/play/sender_sets.hpp"

namespace barrage {

class Expectation {
public:
    using Number = MeasuredRoutes::Number;
    using Sender = KnownPaths::Sender;

    /// `peers`: by number, senders and receivers. What a sender can announce is known to `routes`.
    Expectation(MeasuredRoutes& routes, std::vector<PeerIdentity> peers);

    /// Sets that these senders announce, for what in them excuses their routes.
    void add_table(std::span<const std::shared_ptr<const RouteSet>> sets, const std::vector<Sender>& senders);
    void device_is(const PeerIdentity& device);
    /// What the device's OPEN says that it is to this peer: RFC 9234.
    void has_role(Sender peer, std::optional<BgpRole> role);
    /// What we offer that its session carries; until then nothing.
    void is_to_speak(Sender peer, FamilySet families) { offered_[peer] = families; }
    /// What it was agreed to carry; until then all.
    void speaks(Sender peer, FamilySet families);
    /// `explain(sender, next hop of its route)`: what a device may have against that next hop; empty: nothing.
    using ExplainNextHop = std::function<std::string(Sender, OctetView)>;
    void set_explain_next_hop(ExplainNextHop explain) { explain_next_hop_ = std::move(explain); }

    /// It holds the prefix from now on, with the attributes that stand for it.
    void announced(Sender sender, Number number);
    void withdrawn(Sender sender, Number number);
    /// Its session is about to go; what it holds counts until it is withdrawn.
    void begins_to_leave(Sender sender) { leaving_[sender] = true; }
    /// … went, or stays after all.
    void left(Sender sender) { leaving_[sender] = false; }
    /// Others hold it too, and stay.
    [[nodiscard]] bool has_others(Sender sender, Number number) const noexcept;
    /// From now on the sender's route comes with these, not with what stands in its table.
    void comes_with(Sender sender, Number number, OctetView attributes);
    /// … with what stands there.
    void comes_as_in_table(Sender sender, Number number);
    /// A sender with path identifiers has several paths of it: whatever comes of it is neither right nor wrong.
    void has_several_paths(Number number)
    {
        several_paths_.resize(holders_.size());
        several_paths_[number] = true;
    }
    /// The tester could not send it.
    void left_out(Sender sender, Number number) { left_out_.insert(key_of(sender, number)); }

    [[nodiscard]] bool is_held(Number number) const noexcept { return holders_[number] != SenderSets::nobody; }
    [[nodiscard]] const std::vector<Sender>& holders(Number number) const noexcept { return sets_.senders(holders_[number]); }
    [[nodiscard]] std::uint64_t held() const noexcept { return held_; }
    /// How many of the routes that are not a receiver's own it must have, and may have: the same number unless some are excused.
    struct Bounds {
        std::uint64_t least = 0, most = 0;
    };
    [[nodiscard]] Bounds bounds(Sender receiver, const std::vector<bool>& own) const;
    /// Somebody else holds it, and nothing excuses the device from passing it on to this receiver. On the receiver's shard.
    [[nodiscard]] bool is_wanted(Number number, Sender receiver) const;
    /// What the receiver has of a prefix. `stale`: a path that nobody announces now, or that must not come.
    enum class Fit : std::uint8_t { right, missing, stale, altered };
    /// `excuses`: may_excuse(receiver). On the receiver's shard.
    [[nodiscard]] Fit fit(Number number, const Reflections& seen, Sender receiver, bool excuses) const;
    /// What this sender announces of it has something that may forbid a device to pass it on.
    [[nodiscard]] bool has_traits(Sender sender, Number number) const { return traits_of(sender, number) != 0; }
    /// Whether any route could be excused at this receiver.
    [[nodiscard]] bool may_excuse(Sender receiver) const;
    /// On the receiver's shard.
    [[nodiscard]] Comparison compare(const Reflections& seen, Sender receiver) const;

private:
    struct Table {
        std::vector<std::shared_ptr<const RouteSet>> sets;
        boost::unordered_flat_map<Number, std::uint32_t> traits;   // of routes that have some
    };
    static constexpr std::uint32_t no_table = 0xffffffff;
    struct Judging;
    static std::uint64_t key_of(Sender sender, Number number) noexcept { return std::uint64_t{number} << 32 | sender; }

    void find_traits(Table& table);
    [[nodiscard]] std::uint32_t traits_of(Sender sender, Number number) const;
    std::uint32_t traits_number(OctetView attributes);
    void set_holders(Number number, SenderSets::Id id);
    [[nodiscard]] Excuse excuse(Sender sender, Number number, Sender receiver) const;
    [[nodiscard]] bool was_advertised(Number number, std::uint32_t fingerprint) const;
    /// Some sender announces it otherwise than its table says.
    [[nodiscard]] bool is_altered(Number number) const noexcept { return routes_.changed_paths().has(number); }
    [[nodiscard]] bool is_of_several_paths(Number number) const noexcept
    {
        return number < several_paths_.size() && several_paths_[number];
    }
    void judge(Number number, Judging& judging) const;
    /// Why the device may not have passed it on, where something is known.
    [[nodiscard]] std::string likely_reason(Number number, Sender receiver) const;
    [[nodiscard]] const AttributeSet* attributes_of(Sender sender, Number number) const;
    /// Whoever has it in a table, or announced it otherwise: a device must not pass it on to this receiver.
    [[nodiscard]] bool was_always_forbidden(Number number, Sender receiver) const;

    MeasuredRoutes& routes_;
    std::vector<PeerIdentity> peers_;
    std::optional<PeerIdentity> device_;
    std::vector<FamilySet> families_;   // by peer, as negotiated
    std::vector<FamilySet> offered_;    // likewise, as we offer
    FamilySet advertised_families_;     // of all prefixes
    bool all_speak_all_ = true;
    bool any_roles_ = false;
    ExplainNextHop explain_next_hop_;
    std::vector<Table> tables_;
    std::vector<std::uint32_t> table_of_;   // by sender
    std::vector<RouteTraits> traits_;       // the first is plain
    std::vector<Asn> watched_ases_;
    SenderSets sets_;
    std::vector<SenderSets::Id> holders_;   // by number
    std::vector<bool> leaving_;             // by sender
    std::vector<bool> several_paths_;       // by number; empty: none has
    boost::unordered_flat_map<std::uint64_t, std::uint32_t>
        altered_traits_;                                // of MeasuredRoutes::changed_paths(), by sender and number
    boost::unordered_flat_set<std::uint64_t> former_;   // number and fingerprint that a sender announced, and announces no more
    boost::unordered_flat_set<std::uint64_t> left_out_;
    std::uint64_t held_ = 0;
};

}   // namespace barrage
