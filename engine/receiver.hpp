#pragma once
// What a receiving peer does with UPDATEs: judges them (RFC 7606), counts, and unless it is only to count, keeps the routes and their digest, and
// knows when it has as many as it waits for. Made for rates at which it never limits a run. One thread: its peer's shard.

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "codec/error.hpp"
#include "codec/message/problem.hpp"
#include "codec/message/update_view.hpp"
#include "codec/nlri/nlri_family.hpp"
#include "engine/open_negotiation.hpp"
#include "engine/reflections.hpp"
#include "engine/time.hpp"
#include "engine/usable_routes.hpp"
#include "rib/canonical_attributes.hpp"
#include "rib/route_digest.hpp"

namespace barrage {

struct ReceiverConfig {
    bool count_only = false;      // no distinct prefixes, no digest; what comes is judged all the same
    bool reject_as_set = false;   // RFC 9774: routes with an AS_SET are treated as withdrawn
    /// Distinct prefixes; a peer that announces more is sent a Cease (RFC 4486 subcode 1). 0: any number. Not when counting only.
    std::uint64_t max_routes = 0;
    std::uint64_t limit = 0;   // distinct prefixes (when counting only: announced ones) it waits for; 0: none
    /// Where set, routes are held against their sending, and distinct(), live() and digest() count nothing.
    std::shared_ptr<const MeasuredRoutes> measured = {};
    std::vector<bool> own_routes = {};   // of those, the ones that this peer announces itself
    UsableRoutesConfig usable = {};      // where `measured` is set: what is of no use is malformed
};

class Receiver {
public:
    Receiver(ReceiverConfig config, PrefixIndex& prefixes);

    /// One whole UPDATE. An error resets the session; anything milder is counted in malformed() and its routes are treated as RFC 7606 says.
    std::optional<NotificationError> update(OctetView message, const Negotiated& negotiated, TimePoint now);

    [[nodiscard]] std::uint64_t updates() const noexcept { return updates_; }
    [[nodiscard]] std::uint64_t announced() const noexcept { return announced_; }
    [[nodiscard]] std::uint64_t withdrawn() const noexcept { return withdrawn_; }
    [[nodiscard]] std::uint64_t malformed() const noexcept { return malformed_; }
    /// UPDATEs with routes of a family that was not negotiated: these are judged and otherwise ignored.
    [[nodiscard]] std::uint64_t not_negotiated() const noexcept { return not_negotiated_; }
    [[nodiscard]] std::uint64_t distinct() const noexcept { return routes_.distinct(); }
    [[nodiscard]] std::uint64_t live() const noexcept { return routes_.live(); }
    [[nodiscard]] std::uint64_t digest() const noexcept { return routes_.digest(); }
    [[nodiscard]] bool counts_only() const noexcept { return config_.count_only; }
    /// What was wrong first, for the log.
    [[nodiscard]] const std::string& first_problem() const noexcept { return first_problem_; }
    /// What RFC 7606 asked for then.
    [[nodiscard]] Recovery first_action() const noexcept { return first_action_; }
    /// True once, when the limit was reached.
    bool take_limit_reached() noexcept;
    [[nodiscard]] bool complete() const noexcept { return config_.limit == 0 || complete_; }
    /// When the first and the last route came; `never` before.
    [[nodiscard]] TimePoint first_route() const noexcept { return first_route_; }
    [[nodiscard]] TimePoint last_route() const noexcept { return last_route_; }
    /// Families whose End-of-RIB came in this session.
    [[nodiscard]] FamilySet ends_of_rib() const noexcept { return ends_of_rib_; }
    /// Null where nothing is measured.
    [[nodiscard]] Reflections* reflections() noexcept { return reflections_.get(); }
    [[nodiscard]] const Reflections* reflections() const noexcept { return reflections_.get(); }
    /// Established, from `own` to `peer`.
    void session_begun(const IpAddress& own, const IpAddress& peer, TimePoint now)
    {
        usable_.session_begun(own, peer);
        if (reflections_) reflections_->session_begun(now);
    }
    void session_lost();
    /// … and there will be no other: what it took to tell routes apart is given back; what was counted stays.
    void release() noexcept;

private:
    struct Judged {
        std::uint64_t digest;
        bool withdraw;                   // treat as withdraw: RFC 7606 section 2
        std::uint32_t fingerprint = 0;   // where routes are measured
        bool leads_back = false;         // likewise: see UsableRoutes
    };
    /// The NLRI behind the attributes have the next hop of NEXT_HOP, those of MP_REACH_NLRI the one in there (RFC 4760 section 3).
    struct Verdict {
        Judged plain;
        Judged reach;
    };
    /// What RFC 7606 asks for: attributes from memory where they came before, NLRI each time. An error resets the session.
    std::expected<Verdict, NotificationError> judge(const UpdateView& view, const Negotiated& negotiated);
    /// Of routes with the attributes in canonical_, which are in order, and this next hop. `useless`: why they are treated as withdrawn.
    [[nodiscard]] Judged judge_routes(OctetView next_hop, const Negotiated& negotiated, std::string_view& useless) const;
    void note_problem(Recovery action, std::string_view text);
    /// Of fields that were judged: they can be taken apart.
    void apply(OctetView nlri, Family family, NlriField field, const Judged* announced, TimePoint now);
    void reflect(OctetView nlri, Family family, NlriField field, const Judged* announced, TimePoint now);

    ReceiverConfig config_;
    RouteDigest routes_;
    std::unique_ptr<Reflections> reflections_;
    UsableRoutes usable_;
    std::uint64_t updates_ = 0;
    std::uint64_t announced_ = 0;
    std::uint64_t withdrawn_ = 0;
    std::uint64_t malformed_ = 0;
    std::uint64_t not_negotiated_ = 0;
    std::string first_problem_;
    Recovery first_action_ = Recovery::session_reset;   // what cannot be taken apart says nothing else
    bool complete_ = false;
    bool limit_reported_ = false;
    TimePoint first_route_ = never;
    TimePoint last_route_ = never;
    FamilySet ends_of_rib_;

    // Attributes come again and again: what was judged once is known by its octets.
    static constexpr std::size_t most_judged = std::size_t{1} << 20;
    static constexpr std::size_t most_judged_counting = std::size_t{1} << 16;   // who only counts is to be small as well as quick
    boost::unordered_flat_map<std::uint64_t, Judged> judged_;
    CanonicalAttributes canonical_;
    Octets made_;   // an NLRI
    std::vector<Problem> problems_;
};

}   // namespace barrage
