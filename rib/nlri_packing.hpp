#pragma once
// What all packers share, whichever way they write UPDATEs: NLRI of a group, cut into pieces of one message each; routes that are left out,
// and why; memory to work in. Hot: per prefix no allocation and, but at the end of a message, no branch on family.

#include <cstdint>
#include <optional>
#include <utility>

#include "rib/attribute_set.hpp"
#include "rib/left_out.hpp"
#include "rib/packed_updates.hpp"

namespace barrage {

/// Routes that are sent together: one attribute set (none: withdrawn), one family.
struct RouteGroup {
    const AttributeSet* attributes = nullptr;   // null: withdraw
    Family family = ipv4_unicast;
    bool has_path_ids = false;
    OctetView nlri;             // copy_slack octets behind it may be read
    std::uint32_t routes = 0;   // in nlri
    bool withdraw = false;      // though there are attributes: those that the routes were announced with

    [[nodiscard]] bool is_withdrawn() const noexcept { return withdraw || !attributes; }
};

/// How many prefixes from the front of `nlri` fit.
struct Fit {
    std::size_t octets = 0;
    std::uint32_t routes = 0;
};
Fit fit_prefixes(OctetView nlri, std::size_t room, std::uint32_t most_routes, bool path_ids) noexcept;
/// … of any family; what is no NLRI ends it.
Fit fit_routes(Family family, OctetView nlri, std::size_t room, std::uint32_t most_routes, bool path_ids) noexcept;

/// Whether an NLRI of a family that has labels has several: RFC 8277 section 2.3. One label alone need not say that it is the last (section 2.2),
/// so that several are those that end in one that does, with room for a route distinguisher behind it.
bool has_label_stack(Family family, OctetView nlri) noexcept;
/// Appends the NLRI, which has a label stack, with the one field of a withdrawn route in its place: RFC 8277 section 2.4.
void put_with_one_label(OctetView nlri, Octets& into);

/// What one message of a group takes beyond its NLRI: octets with its attributes, and how many octets NLRI may take. Room 0: the group is
/// left out.
struct PackMeasure {
    std::size_t overhead = 0;
    std::size_t room = 0;
};

/// One thread; keeps its scratch memory between calls.
class NlriPacking {
public:
    explicit NlriPacking(PackOptions options) : options_(std::move(options)) {}
    [[nodiscard]] const PackOptions& options() const noexcept { return options_; }

    /// Any message of our own, as it is: header and all.
    void pack_message(OctetView message, PackedUpdates& into);

    /// What was left out since the last take_left_out(), and why. Stretches: in groups as they were given to pack(), from their first route on.
    [[nodiscard]] LeftOut& left_out() noexcept { return left_out_; }
    [[nodiscard]] const LeftOut& left_out() const noexcept { return left_out_; }
    LeftOut take_left_out() { return std::exchange(left_out_, {}); }
    /// Memory for NLRI that are made to be packed.
    [[nodiscard]] Octets& made_nlri() noexcept { return made_nlri_; }

protected:
    /// Why routes of this family cannot be sent in the session; nothing where they can.
    [[nodiscard]] std::optional<LeftOutReason> has_no_family(Family family) const noexcept;
    /// NLRI with path identifiers where the session wants them and only there: RFC 7911 section 3. A route without one gets 0. Valid until the
    /// next call.
    OctetView with_wire_path_ids(const RouteGroup& group);
    void leave_out(const RouteGroup& group, LeftOutReason reason);
    /// Calls `pack(RouteGroup)` for what the session can be told of a group whose family has labels. Routes with several are left out where it has
    /// not agreed to them, and withdrawn with one.
    void with_wire_labels(const RouteGroup& group, auto&& pack)
    {
        if (group.is_withdrawn()) {
            auto withdrawn = group;
            withdrawn.nlri = with_one_label_each(group);
            return pack(withdrawn);
        }
        // Of another family than the session's none can be told, and pack() says so.
        if (options_.multiple_labels.contains(group.family) || !options_.families.contains(group.family)) return pack(group);
        for (auto rest = group; rest.routes != 0;) {
            const auto alike = first_alike(rest);
            const auto known = left_out_.stretches().size();
            alike.have_stacks ? leave_out(alike.group, LeftOutReason::labels_not_negotiated) : pack(alike.group);
            for (auto i = known; i < left_out_.stretches().size(); ++i)
                left_out_.stretches()[i].first += group.routes - rest.routes;
            rest.nlri = rest.nlri.subspan(alike.group.nlri.size());
            rest.routes -= alike.group.routes;
        }
    }
    /// Cuts `nlri`, that of `group` as with_wire_path_ids() gave it, into pieces that take at most `room` octets each and are as full as the
    /// options allow: `write(piece, routes)`. A route that is too long for any message is left out.
    void for_each_message(const RouteGroup& group, OctetView nlri, bool path_ids, std::size_t room, auto&& write)
    {
        auto routes_left = group.routes;
        while (!nlri.empty()) {
            const auto most_routes = options_.most_routes(group.family, nlri, path_ids);
            const auto fit = nlri.size() <= room && routes_left <= most_routes
                                 ? Fit{nlri.size(), routes_left}
                                 : fit_routes(group.family, nlri, room, most_routes, path_ids);
            if (fit.octets == 0) {   // too long for what the attributes leave; a shorter one behind it may fit
                const auto octets = leave_out_first(group, nlri, path_ids, routes_left);
                if (octets == 0) break;
                nlri = nlri.subspan(octets);
                --routes_left;
                continue;
            }
            write(nlri.first(fit.octets), fit.routes);
            nlri = nlri.subspan(fit.octets);
            routes_left -= fit.routes;
        }
    }
    /// RFC 4724 section 2: the empty UPDATE, or one with an empty MP_UNREACH_NLRI under these flags.
    static void write_end_of_rib(Family family, std::uint8_t flags, PackedUpdates& into);

    PackOptions options_;
    LeftOut left_out_;
    Octets attributes_;   // of the group at hand
    Octets nlri_;         // of the group at hand, where path identifiers come or go

private:
    struct Alike {
        RouteGroup group;
        bool have_stacks = false;
    };
    /// The first routes of these that all have a label stack, or all have none; at least one.
    static Alike first_alike(const RouteGroup& group);
    /// NLRI with one label each; valid until the next call.
    OctetView with_one_label_each(const RouteGroup& group);
    /// Leaves out the first route of `nlri`. Answers its octets; 0 where NLRI end in the middle, which those of our own sources never do.
    std::size_t leave_out_first(const RouteGroup& group, OctetView nlri, bool path_ids, std::uint32_t routes_left);

    Octets made_nlri_;
    Octets one_label_nlri_;   // of the group at hand, where label stacks go
};

}   // namespace barrage
