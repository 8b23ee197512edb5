#pragma once
// Words of routes → routes, for every family: what the sections of a configuration and the lines of the API share. Each function
// stands behind the word that it is named after, and leaves the cursor before the end of the statement (where it has no block).
// One thread.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "loadgen/exabgp/grammar/given_attributes.hpp"

namespace barrage::exabgp {

/// What routes are made with, and what was made before: most of a million lines repeat the words behind the prefix.
struct RouteContext {
    AttributePool& pool;
    std::vector<std::string>& watchdogs;
    bool withdraw = false;   // of an API line: next hops are not missed

    struct Known {
        GivenAttributes given;   // its lists of attributes are empty: they are in the set
        AttributeSetRef attributes;
    };
    struct HashText : std::hash<std::string_view> {
        using is_transparent = void;
    };
    /// By the text behind the prefix. Bounded: see remember().
    boost::unordered_flat_map<std::string, Known, HashText, std::equal_to<>> known{};
    Octets nlri{};   // its memory is used again by each route

    [[nodiscard]] GivenAttributes given() noexcept
    {
        GivenAttributes given;
        given.watchdogs = &watchdogs;
        return given;
    }
};

/// Where routes go, of which address family they are where a section says so.
struct RouteTarget {
    RouteContext& context;
    std::vector<ConfiguredRoute>& routes;
    Afi afi = Afi::ipv4;
    /// Where a route of each family stands, for errors that are known only later.
    struct FirstOf {
        Family family;
        Token at;
    };
    std::vector<FirstOf> firsts{};

    // per route: one comparison
    void note(Family family, const Token& at)
    {
        if (firsts.empty() || firsts.back().family != family) note_change(family, at);
    }

private:
    void note_change(Family family, const Token& at);
};

void read_route(TokenCursor& words, RouteTarget& target);                 // static: PREFIX words, or PREFIX { words; }
void read_attributes_and_nlri(TokenCursor& words, RouteTarget& target);   // words nlri PREFIX …
/// PREFIX count N words: so many prefixes of that length, one behind the other. Not ExaBGP's.
void read_generated_routes(TokenCursor& words, RouteTarget& target);
/// `safi` of the target's address family.
void read_prefix_route(TokenCursor& words, RouteTarget& target, Safi safi);
/// `raw 0xOCTETS` in place of the words of an NLRI: one of any family, as it is sent.
void read_raw_route(TokenCursor& words, RouteTarget& target, Family family);
void read_evpn_route(TokenCursor& words, RouteTarget& target);
void read_rt_constraint_route(TokenCursor& words, RouteTarget& target);
void read_bgp_ls_route(TokenCursor& words, RouteTarget& target);
void read_mvpn_route(TokenCursor& words, RouteTarget& target);
void read_mup_route(TokenCursor& words, RouteTarget& target);
void read_sr_policy_route(TokenCursor& words, RouteTarget& target);
void read_flow_route(TokenCursor& words, RouteTarget& target);   // words, { … } or NAME { … }
void read_vpls_route(TokenCursor& words, RouteTarget& target);   // words, or NAME { … }

/// static { route …; attributes …; }
void read_static_section(TokenCursor& words, RouteTarget& target);
void read_flow_section(TokenCursor& words, RouteTarget& target);
void read_l2vpn_section(TokenCursor& words, RouteTarget& target);
void read_announce_section(TokenCursor& words, RouteTarget& target);
/// `route` of a line of the API, where the words behind the prefix were read before; otherwise false, and nothing is done.
bool read_known_route(RouteContext& context, std::string_view prefix_and_words, std::vector<ConfiguredRoute>& into);
/// What stands behind `announce` in a line of the API.
void read_api_routes(TokenCursor& words, RouteTarget& target);

/// The tables of all of them.
std::vector<SectionText> describe_route_sections();

// For the readers themselves.

/// The attributes interned; nothing, and the cursor failed at the route, where they cannot be sent or the next hop is missing.
AttributeSetRef finish_attributes(TokenCursor& words, RouteContext& context, const GivenAttributes& given, NextHopForm form,
                                  const Token& route);
/// One route of a family that has no prefix of its own.
void add_route(TokenCursor& words, RouteTarget& target, const GivenAttributes& given, AttributeSetRef attributes, Family family,
               OctetView nlri);

/// Reads `{ … }` where there is one, else words up to the `;`, which it takes. False where something in it was wrong.
template <class Target>
bool read_block_or_line(TokenCursor& words, Target& target, std::span<const Statement<Target>> block,
                        std::span<const Statement<Target>> line, std::string_view name)
{
    const auto errors_before = words.errors().size();
    if (words.peek().is("{"))
        read_block(words, target, block, name);
    else
        read_line(words, target, line, name);
    return !words.failed() && words.errors().size() == errors_before;
}

/// The `;` behind what is no block; the end of the text is as good.
inline void end_line(TokenCursor& words)
{
    if (words.last().is("}")) return;
    if (words.peek().kind != Token::Kind::end) words.expect(";");
}

template <class F>
Octets encode_one(const typename F::Nlri& nlri)
{
    Octets octets;
    Writer out{octets};
    F::encode(nlri, out);
    return octets;
}

}   // namespace barrage::exabgp
