#pragma once
// MRT sources of files and of octets in memory, some laid out by hand, and what is read of them.

#include "tests/support/doctest.hpp"

#include <set>

#include "io/input_file.hpp"
#include "rib/mrt_source.hpp"
#include "rib/route_set.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

inline constexpr MrtPeerChoice everybody{.by = MrtPeerChoice::By::all};

inline OpenOctets octets_of_file(const std::string& path)
{
    return [path]() -> std::expected<OctetSource, std::string> {
        auto file = InputFile::open(path);
        if (!file) return std::unexpected(file.error());
        auto shared = std::make_shared<InputFile>(std::move(*file));
        return OctetSource{[shared](std::span<std::uint8_t> into) { return shared->read(into); },
                           [shared] { return shared->problem(); }};
    };
}

/// Octets in memory, in pieces of `piece` octets, and how often they were opened.
inline OpenOctets octets_in_memory(Octets octets, std::size_t piece = 4096,
                                   std::shared_ptr<int> opened = std::make_shared<int>(0))
{
    return [=, octets = std::make_shared<const Octets>(std::move(octets))]() -> std::expected<OctetSource, std::string> {
        ++*opened;
        return OctetSource{[=, at = std::size_t{0}](std::span<std::uint8_t> into) mutable {
            const auto count = std::min({piece, into.size(), octets->size() - at});
            std::copy_n(octets->begin() + static_cast<std::ptrdiff_t>(at), count, into.begin());
            at += count;
            return count;
        }};
    };
}

inline Octets whole_file(const std::string& path)
{
    auto file = InputFile::open(path).value();
    Octets octets;
    std::vector<std::uint8_t> piece(1 << 20);
    while (const auto got = file.read(piece))
        octets.insert(octets.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(got));
    return octets;
}

struct Tally {
    std::uint64_t announced = 0;
    std::uint64_t withdrawn = 0;
    std::uint64_t of_vpns = 0;   // announced
    std::set<Octets> prefixes;
    std::set<std::size_t> peers;       // with routes
    std::set<Octets> attribute_sets;   // of announced routes, with the next hop
};

/// Reads all, and holds every batch against what RouteBatch promises.
inline Tally drain(MrtSource& source)
{
    Tally tally;
    for (RouteBatch batch; source.next(batch);) {
        const bool announces = batch.kind == RouteBatch::Kind::announce;
        (announces ? tally.announced : tally.withdrawn) += batch.routes;
        if (announces && batch.family.safi == Safi::mpls_vpn) tally.of_vpns += batch.routes;
        REQUIRE(batch.routes > 0);
        REQUIRE(batch.next_hop.empty() != announces);
        REQUIRE(source.last_peer() < source.peers().size());
        if (announces) {
            tally.peers.insert(source.last_peer());
            Octets key(batch.attributes.begin(), batch.attributes.end());
            key.insert(key.end(), batch.next_hop.begin(), batch.next_hop.end());
            tally.attribute_sets.insert(std::move(key));
        }
        std::uint32_t routes = 0;
        for (Reader in{batch.nlri}; !in.empty(); ++routes) {
            if (batch.has_path_ids) in.skip(4);
            const auto length = in.peek();
            const auto nlri = in.octets(1 + (length + 7u) / 8);
            REQUIRE_FALSE(in.failed());
            if (length % 8 != 0) REQUIRE((nlri.back() & (0xff >> length % 8)) == 0);   // trailing bits are cleared
            if (announces) {
                Octets key(nlri.begin(), nlri.end());
                key.push_back(static_cast<std::uint8_t>(batch.family.afi));
                key.push_back(static_cast<std::uint8_t>(batch.family.safi));
                tally.prefixes.insert(std::move(key));
            }
        }
        REQUIRE(routes == batch.routes);
    }
    return tally;
}

// Laid out by hand after RFC 6396 section 4.3. Two peers, both with 10.0.0.0/8 and equal attributes; the second also has
// 10.0.0.0/15, written with a trailing bit set, and 2001:db8::/32 with an abbreviated MP_REACH_NLRI.
inline constexpr const char* peer_index_table = "00000064 000d 0001 00000022"
                                                "c0000201 0002 7631 0002"          // collector 192.0.2.1, view "v1", two peers
                                                "00 0a000001 0a000001 fde9"        // 10.0.0.1 AS65001, written in two octets
                                                "02 0a000002 0a000002 00030d40";   // 10.0.0.2 AS200000, in four
inline constexpr const char* rib_10_8 = "00000065 000d 0002 00000040"
                                        "00000000 08 0a 0002"
                                        "0000 00000001 0014 40010100 40020602010000fde9 4003040a000001"
                                        "0001 00000002 0014 40010100 40020602010000fde9 4003040a000001";
inline constexpr const char* rib_10_0_15 = "00000066 000d 0002 00000025"
                                           "00000001 0f 0a01 0001"
                                           "0001 00000002 0014 40010100 40020602010000fde9 4003040a000001";
inline constexpr const char* rib_2001_db8 =
    "00000067 000d 0004 00000034"
    "00000002 20 20010db8 0001"
    "0001 00000002 0021 40010100 40020602010000fde9 800e1110 20010db8000000000000000000000002";
inline constexpr const char* attributes = "4001010040020602010000fde9";   // canonical: without the next hop

// RFC 6396 section 4.4.2, BGP4MP_ET of BGP4MP_MESSAGE: AS65001 at 10.0.0.1 withdraws 10.0.0.0/8 and announces 10.2.0.0/16 by a
// path of two-octet AS numbers with an AS4_PATH that says 200000 for AS_TRANS.
inline constexpr const char* update_record =
    "00000064 0011 0001 0000004d 0007a120"   // 500,000 microseconds
    "fde9 fde8 0000 0001 0a000001 0a0000fe"
    "ffffffffffffffffffffffffffffffff 0039 02"
    "0002 080a 001d 40010100 400206 0202fde95ba0 4003040a000001 c0110602 0100030d40 100a02";

inline Octets records(std::initializer_list<const char*> texts)
{
    Octets all;
    for (const auto* text : texts) {
        const auto octets = hex(text);
        all.insert(all.end(), octets.begin(), octets.end());
    }
    return all;
}

inline MrtSource open_table(const MrtSourceOptions& options, std::shared_ptr<int> opened = std::make_shared<int>(0))
{
    auto source =
        MrtSource::open(octets_in_memory(records({peer_index_table, rib_10_8, rib_10_0_15, rib_2001_db8}), 7, opened), options);
    REQUIRE(source);
    return std::move(*source);
}

inline MrtSourceOptions peer(const char* text) { return {.peer = MrtPeerChoice::from_text(text)}; }

}   // namespace barrage
