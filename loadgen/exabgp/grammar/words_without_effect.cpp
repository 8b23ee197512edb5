// What a neighbor is given and does nothing, or not what its word says: a warning each, where it stands.

#include <algorithm>

#include "codec/message/graceful_restart.hpp"
#include "loadgen/exabgp/grammar/neighbor_draft.hpp"
#include "loadgen/exabgp/vocabulary/family_names.hpp"

namespace barrage::exabgp {

namespace {

class Warnings {
public:
    Warnings(TokenCursor& words, const NeighborDraft& draft, const Neighbor& neighbor)
        : words_(words), draft_(draft), neighbor_(neighbor)
    {
    }

    void all()
    {
        keys();
        modes();
        next_hops();
        add_path();
        apis();
        if (!draft_.operationals.empty() && !neighbor_.operational)
            words_.add_warning(draft_.operational_at,
                               "no message of operational is sent without capability { operational enable; }");
    }

private:
    void warn(std::string_view word, std::string_view why)
    {
        words_.add_warning(draft_.place_of(word), std::string{word} + " has no effect: " + std::string{why});
    }

    void keys()
    {
        if (draft_.md5_password && draft_.md5_password->empty())
            warn("md5-password", "an empty key is none, sessions are without MD5");
        const bool has_key = draft_.md5_password && !draft_.md5_password->empty();
        if (draft_.md5_base64 && *draft_.md5_base64 != std::optional{false} && !has_key)
            warn("md5-base64", "there is no md5-password");
        if (draft_.md5_ip) warn("md5-ip", "the key is that of the peer's address");
    }

    void modes()
    {
        if (!neighbor_.auto_flush) warn("auto-flush", "changes go out when the turn ends, disabled or not");
        if (!neighbor_.adj_rib_out) warn("adj-rib-out", "what was announced is kept, disabled or not");
        if (neighbor_.passive && neighbor_.connect != 0) warn("connect", "a passive neighbor does not connect");
        constexpr auto most_seconds = capability::GracefulRestart::max_restart_time;
        if (const auto seconds = neighbor_.graceful_restart.value_or(0); seconds > most_seconds)
            words_.add_warning(draft_.place_of("graceful-restart"), "graceful-restart is sent as " +
                                                                        std::to_string(seconds & most_seconds) +
                                                                        " seconds: the capability has room for " +
                                                                        std::to_string(most_seconds) + " (RFC 4724 section 3)");
    }

    void next_hops()
    {
        for (std::size_t i = 0; i < draft_.next_hops.size(); ++i) {
            const auto& [family, next_hop] = draft_.next_hops[i];
            const auto& at = draft_.next_hops_at[i];
            const Family needed{next_hop, family.safi};
            const auto name = family_words(family) + " " + std::string{afi_word(next_hop)};
            const auto warn_here = [&](const std::string& why) { words_.add_warning(at, name + " has no effect: " + why); };
            if (!neighbor_.families.contains(family))
                warn_here(family_words(family) + " is not among the families of the neighbor");
            else if (!neighbor_.families.contains(needed))
                warn_here(family_words(needed) + " is not among the families of the neighbor");
            else if (family.afi != Afi::ipv4)
                warn_here("the capability says IPv6 next hops of IPv4 routes alone (RFC 8950)");
            else if (!neighbor_.next_hop_capability.value_or(true))
                warn_here("capability { nexthop } is disabled");
        }
        if (neighbor_.next_hop_capability.value_or(false) && draft_.next_hops.empty())
            warn("nexthop", "there is no nexthop { … } that says of which families");
    }

    void add_path()
    {
        if (neighbor_.add_path != AddPathWish::disable && (neighbor_.add_path_families & neighbor_.families).empty())
            warn("add-path", "the neighbor has no family for it");
        for (const auto& [family, at] : draft_.add_path_at) {
            const auto name = "add-path of " + family_words(family) + " has no effect: ";
            if (neighbor_.add_path == AddPathWish::disable)
                words_.add_warning(at, name + "capability { add-path } is disabled");
            else if (!neighbor_.families.contains(family))
                words_.add_warning(at, name + "it is not among the families of the neighbor");
        }
    }

    void apis()
    {
        for (const auto& api : draft_.apis) {
            if (api.section.processes.empty() && api.section.processes_match.empty())
                words_.add_warning(api.at, "api has no effect: it names no process");
            for (const auto& [word, messages] :
                 {std::pair{"send", &api.section.send}, std::pair{"receive", &api.section.receive}}) {
                const auto& m = *messages;
                const bool has_kind = m.open || m.update || m.notification || m.keepalive || m.refresh || m.operational;
                const bool has_form = m.parsed || m.packets || m.consolidate;
                const std::string name{word};
                if (has_kind && !has_form)
                    words_.add_warning(api.at, name + " has no effect: it says neither parsed, packets nor consolidate");
                if (has_form && !has_kind)
                    words_.add_warning(api.at, name + " has no effect: it names no kind of message, as update");
            }
        }
    }

    TokenCursor& words_;
    const NeighborDraft& draft_;
    const Neighbor& neighbor_;
};

}   // namespace

void warn_of_no_effect(TokenCursor& words, const NeighborDraft& draft, const Neighbor& neighbor)
{
    Warnings{words, draft, neighbor}.all();
}

}   // namespace barrage::exabgp
