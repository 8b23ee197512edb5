#pragma once
// An Adj-RIB-Out, the packer behind it, and the peer that reads what comes out of both.

#include "tests/support/doctest.hpp"

#include <map>
#include <string>
#include <vector>

#include "codec/message/update_view.hpp"
#include "codec/nlri/nlri_count.hpp"
#include "rib/native_adj_rib_out.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

inline const FamilySet ipv4_only{ipv4_unicast};
inline const PackOptions options{.external = false, .families = ipv4_only};

/// 10.0.x.0/24.
inline RouteKey key(std::uint8_t x) { return {ipv4_unicast, std::nullopt, std::string{24, 10, 0, static_cast<char>(x)}}; }
inline std::string name(std::uint8_t x) { return to_hex(Octets{24, 10, 0, x}); }

/// What a peer has: prefix → MULTI_EXIT_DISC, which tells attribute sets apart.
using Table = std::map<std::string, std::uint32_t>;

struct AdjRibOutFixture {
    AttributePool pool;
    NativeAdjRibOut rib;
    UpdatePacker packer{options};
    Table peer;
    std::vector<std::string> order;   // of all that was announced or withdrawn, "+"/"-" and prefix

    AttributeSetRef attributes(std::uint32_t med)
    {
        Octets octets = hex("40 01 01 00  40 02 00  80 04 04");
        Writer{octets}.u32(med);
        return pool.intern(octets, hex("c0 00 02 01"));
    }

    std::shared_ptr<const RouteSet> table(const std::vector<std::uint8_t>& prefixes, std::uint32_t med)
    {
        RouteSetBuilder builder{pool, RouteSetBuilder::Order::by_attribute_set};
        const auto set = attributes(med);
        for (const auto x : prefixes) {
            const Octets nlri{24, 10, 0, x};
            builder.add({RouteBatch::Kind::announce, ipv4_unicast, set->octets(), set->next_hop(), nlri, false, 1});
        }
        return std::move(builder).finish();
    }

    void receive(const PackedUpdates& updates)
    {
        for (std::size_t i = 0; i < updates.messages().size(); ++i) {
            const auto begin = updates.message_begin(i);
            const auto view = split_update(updates.octets().subspan(begin, updates.messages()[i].end - begin));
            REQUIRE(view.has_value());
            const auto text = [](const PrefixView& prefix) { return to_hex(Octets{prefix.length}) + to_hex(prefix.octets); };
            for_each_prefix(view->withdrawn, 32, false, [&](const PrefixView& prefix) {
                peer.erase(text(prefix));
                order.push_back("-" + text(prefix));
            });
            // ORIGIN 4, AS_PATH 3, NEXT_HOP 7, then MULTI_EXIT_DISC's header.
            std::uint32_t med = 0;
            if (view->attributes.size() >= 21) med = Reader{view->attributes.subspan(17)}.u32();
            for_each_prefix(view->nlri, 32, false, [&](const PrefixView& prefix) {
                peer[text(prefix)] = med;
                order.push_back("+" + text(prefix));
            });
        }
    }

    void take_run()
    {
        PackedUpdates updates;
        const auto run = *rib.run_at_front();
        pack_window(run.slice, run.kind, packer, updates);
        receive(updates);
        rib.pop_front();
    }
    void take_changes(std::size_t most)
    {
        PackedUpdates updates;
        rib.pack_changes(packer, updates, most);
        receive(updates);
    }
    void take_one(std::size_t most = 1000)
    {
        if (rib.run_at_front())
            take_run();
        else if (rib.end_of_rib_at_front())
            rib.pop_front();
        else
            take_changes(most);
    }
    void drain()
    {
        for (int i = 0; rib.has_waiting(); ++i) {
            REQUIRE(i < 10'000);
            take_one();
        }
    }
};

}   // namespace barrage
