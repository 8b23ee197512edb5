#pragma once
// Which senders can advertise which measured prefix with which fingerprint: so that a path that comes back from the device is known for whose it
// is. Fingerprints are of tables (four octets a prefix, whatever the number of senders), what a sender adds to them is one mark.
//
// Filled before the engine runs, then immutable: any thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "codec/asn.hpp"
#include "codec/ip.hpp"
#include "rib/route_fingerprint.hpp"
#include "rib/route_set.hpp"

namespace barrage {

class MeasuredRoutes;

class KnownPaths {
public:
    using Number = std::uint32_t;   // MeasuredRoutes::Number
    using Sender = std::uint32_t;   // a number of the caller's
    using Table = std::uint32_t;

    /// What a sender's route of these attributes comes back with where a policy of the device is expected to change it.
    struct Changed {
        std::uint32_t fingerprint = 0;   // 0: it does not come
        std::uint32_t inside = 0;        // inside_mark()
    };
    using Policy = std::function<std::optional<Changed>(Sender, Number, OctetView attributes)>;
    /// Before tables are added. Values that some policy sets (FingerprintRules::marks) may stand in other routes too, or be missing there; of
    /// more than eight those that are beyond have to be right everywhere.
    void set_policy(Policy policy, std::span<const std::uint32_t> marks);
    /// Sets that are told one after the other: of a prefix that stands there several times the last telling counts. `external`: over eBGP,
    /// whose front of the path is the sender's mark; iBGP puts nothing there. `whose`: the policy is asked, and all senders of the table
    /// are as this one to it.
    struct Whose {
        Sender sender;
        Asn as;
        bool by_prefix;   // else routes of equal attributes are equal to it
    };
    Table add_table(const MeasuredRoutes& routes, std::span<const std::shared_ptr<const RouteSet>> sets, bool external,
                    std::optional<Whose> whose = std::nullopt);
    /// `as`: what it puts in front of its paths over eBGP; 0: nothing. `divided`: each sender of the table tells a part of its own.
    void add_sender(const MeasuredRoutes& routes, Sender sender, Table table, Asn as, Ipv4Address identifier,
                    bool divided = false);

    [[nodiscard]] bool is_known(Sender sender) const noexcept
    {
        return sender < senders_.size() && senders_[sender].table != no_table;
    }
    /// What the sender's route comes back with, where it was told as it stands in its table; 0: it has none.
    [[nodiscard]] std::uint32_t fingerprint(Sender sender, Number number) const noexcept
    {
        if (!is_known(sender)) return 0;
        const auto base = tables_[senders_[sender].table].base(number);
        return base == 0 ? 0 : marked(base, senders_[sender].mark);
    }
    [[nodiscard]] bool matches(Sender sender, Number number, std::uint32_t fingerprint) const noexcept
    {
        if (!is_known(sender)) return false;
        const auto& each = senders_[sender];
        const auto& table = tables_[each.table];
        const auto base = table.base(number);
        if (base == 0) return false;
        const bool exact = table.is_exact(number);
        return is_same(marked(base, each.mark), fingerprint, exact) ||
               is_same(marked(base, each.reflected_mark ^ table.inside(number)), fingerprint, exact);
    }
    /// `exact`: a policy says what it is to be; else what policies set for other routes makes no difference.
    [[nodiscard]] bool is_same(std::uint32_t expected, std::uint32_t fingerprint, bool exact) const noexcept
    {
        return expected == fingerprint || (!exact && !differences_.empty() && differences_.contains(expected ^ fingerprint));
    }
    /// Whether `is_it(fingerprint)`, of this one or of one that differs by what policies set.
    [[nodiscard]] bool any_alike(std::uint32_t fingerprint, auto&& is_it) const
    {
        if (is_it(fingerprint)) return true;
        for (const auto difference : differences_)
            if (is_it(fingerprint ^ difference)) return true;
        return false;
    }
    /// The same where a reflector noted who sent it; `inside`: inside_mark() of its attributes.
    [[nodiscard]] std::uint32_t reflected(Sender sender, std::uint32_t fingerprint, std::uint32_t inside = 0) const noexcept
    {
        if (!is_known(sender)) return fingerprint;
        return marked(fingerprint, senders_[sender].mark ^ senders_[sender].reflected_mark ^ inside);
    }
    /// What a route of these attributes comes back with when this sender tells it.
    [[nodiscard]] std::uint32_t fingerprint_of(const MeasuredRoutes& routes, Sender sender, OctetView attributes) const;
    struct Advertised {
        std::uint32_t fingerprint;
        bool exact;             // by a policy
        std::uint32_t inside;   // inside_mark(), of an iBGP sender's
    };
    /// What the sender announces so comes back with this fingerprint.
    [[nodiscard]] bool comes_as(Sender sender, const Advertised& advertised, std::uint32_t fingerprint) const noexcept
    {
        return is_same(advertised.fingerprint, fingerprint, advertised.exact) ||
               is_same(reflected(sender, advertised.fingerprint, advertised.inside), fingerprint, advertised.exact);
    }
    /// Whoever announces what is to come through was added: of other paths it can be said that nobody has announced them.
    void are_complete() noexcept { complete_ = true; }
    [[nodiscard]] bool complete() const noexcept { return complete_; }
    /// Some sender that was added has it in its table.
    [[nodiscard]] bool has(Number number) const noexcept
    {
        for (const auto& table : tables_)
            if (table.base(number) != 0 && !table.senders.empty()) return true;
        return false;
    }
    /// Some table has several tellings of this prefix that differ: updates of a dump, or several paths.
    [[nodiscard]] bool is_told_variously(Number number) const noexcept
    {
        return number < told_variously_.size() && told_variously_[number];
    }
    /// … of this prefix.
    [[nodiscard]] Advertised fingerprint_of(const MeasuredRoutes& routes, Sender sender, Number number,
                                            OctetView attributes) const;
    /// Calls `visit(Sender)` for each that has the prefix in its table with this fingerprint.
    void for_each_sender(Number number, std::uint32_t fingerprint, auto&& visit) const
    {
        for (const auto& table : tables_) {
            const auto base = table.base(number);
            if (base == 0) continue;
            const auto look_for = [&](std::uint32_t mark) {
                if (const auto found = table.by_mark.find(mark); found != table.by_mark.end())
                    for (const auto sender : found->second) visit(sender);
            };
            const auto inside = table.inside(number);
            const auto look_with = [&](std::uint32_t difference) {
                look_for(base ^ fingerprint ^ difference);
                if (inside != 0) look_for(base ^ fingerprint ^ difference ^ inside);
            };
            look_with(0);
            if (!differences_.empty() && !table.is_exact(number))
                for (const auto difference : differences_) look_with(difference);
        }
    }
    /// Whether no more than one sender has the prefix in its table: the device has no other path to choose.
    [[nodiscard]] bool has_one_sender(Number number) const noexcept
    {
        std::size_t senders = 0;
        for (const auto& table : tables_)
            if (table.base(number) != 0) senders += table.divided ? 1 : table.senders.size();
        return senders == 1;
    }
    /// Those of which several senders may have the same prefix, in ascending order. Some of them may have none in common after all.
    [[nodiscard]] std::vector<Sender> sharing(std::size_t prefixes) const;

private:
    static constexpr Table no_table = 0xffffffff;
    struct TableOf {
        bool external = true;
        bool divided = true;
        Number first = 0;                     // the lowest number
        std::vector<std::uint32_t> bases;     // from there on; 0: not in the table
        std::vector<bool> exact;              // likewise: by a policy; empty: none
        std::vector<std::uint32_t> insides;   // likewise: inside_mark(), of iBGP senders; empty: none has one
        boost::unordered_flat_map<std::uint32_t, std::vector<Sender>> by_mark;
        std::vector<Sender> senders;
        [[nodiscard]] std::uint32_t base(Number number) const noexcept
        {
            const auto at = static_cast<std::size_t>(number) - first;   // below: far beyond
            return at < bases.size() ? bases[at] : 0;
        }
        [[nodiscard]] std::uint32_t inside(Number number) const noexcept
        {
            const auto at = static_cast<std::size_t>(number) - first;
            return at < insides.size() ? insides[at] : 0;
        }
        [[nodiscard]] bool is_exact(Number number) const noexcept
        {
            const auto at = static_cast<std::size_t>(number) - first;
            return at < exact.size() && exact[at];
        }
    };
    struct SenderOf {
        Table table = no_table;
        bool external = true;
        std::uint32_t mark = 0;
        std::uint32_t reflected_mark = 0;   // where a reflector noted who sent it
    };

    std::vector<TableOf> tables_;
    std::vector<SenderOf> senders_;
    bool complete_ = false;
    std::vector<bool> told_variously_;   // by number; empty: none is
    Policy policy_;
    boost::unordered_flat_set<std::uint32_t> differences_;   // of any of the marks that policies set
};

}   // namespace barrage
