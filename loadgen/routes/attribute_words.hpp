#pragma once
// Words of path attributes, as columns of CSV and lines of `bgpdump -m` have them, and the canonical octets that they come to. Values are
// taken as they are, as those of a dump. Pure; any thread.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "codec/attribute/aggregator.hpp"
#include "codec/attribute/as_path.hpp"
#include "codec/attribute/communities.hpp"
#include "codec/attribute/large_communities.hpp"
#include "codec/attribute/origin.hpp"
#include "codec/ip.hpp"
#include "loadgen/routes/route_lines.hpp"

namespace barrage {

struct WordedAttributes {
    Origin::Value origin = Origin::Value::igp;
    AsPathSegments as_path = {};
    std::optional<std::uint32_t> multi_exit_disc = {};
    std::optional<std::uint32_t> local_pref = {};
    bool atomic_aggregate = false;
    std::optional<Aggregator> aggregator = {};
    std::vector<Community> communities = {};
    std::vector<LargeCommunity> large_communities = {};
    Octets others = {};   // attributes as they stand in a message, in any order

    void clear();
};

/// Overwrites `into`, whose memory is used again. False where they are longer than any message.
bool encode(const WordedAttributes& attributes, Octets& into);

/// Nothing: it was read. "64496 64511 {64501,64502} (65001 65002) [65003]": sequence, set, confederation sequence and set; empty: no AS.
std::optional<WrongWord> read_as_path(std::string_view words, AsPathSegments& into);
/// IGP, EGP or INCOMPLETE, in any case.
std::optional<WrongWord> read_origin(std::string_view word, Origin::Value& into);
/// All of the word.
std::optional<WrongWord> read_number32(std::string_view word, std::uint32_t& into);
/// Between blanks: "64496:1 no-export", and "64496:1:2".
std::optional<WrongWord> read_communities(std::string_view words, std::vector<Community>& into);
std::optional<WrongWord> read_large_communities(std::string_view words, std::vector<LargeCommunity>& into);
/// "64496 192.0.2.1"
std::optional<WrongWord> read_aggregator(std::string_view words, std::optional<Aggregator>& into);
/// Attributes that bgpdump does not know: "23:e0:0000220a", type, flags and value in hexadecimal digits, between blanks. They are added.
std::optional<WrongWord> read_other_attributes(std::string_view words, Octets& into);

/// Length and address, host bits cleared; nothing where it is no prefix. A word without a length is a host route.
struct WordedPrefix {
    IpAddress address;
    std::uint8_t length = 0;
    bool has_host_bits = false;   // … which were there

    [[nodiscard]] Family family() const noexcept { return address.is_v4() ? ipv4_unicast : ipv6_unicast; }
    void encode(Octets& into) const;
};
std::optional<WordedPrefix> parse_prefix(std::string_view word);
/// The same, where bits behind the length are wrong too.
std::optional<WrongWord> read_exact_prefix(std::string_view word, WordedPrefix& into);

}   // namespace barrage
