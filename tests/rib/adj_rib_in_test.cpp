// What a peer told, against UPDATEs written out by hand (RFC 4271 section 4.3, RFC 4760, RFC 7911, RFC 8277).

#include "tests/support/doctest.hpp"

#include "rib/adj_rib_in.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;

namespace {

struct Kept {
    std::shared_ptr<AttributePool> pool = std::make_shared<AttributePool>();
    SessionOptions options{};
    FamilySet families = FamilySet::all();
    AdjRibIn routes{pool};

    void update(std::string_view withdrawn, std::string_view attributes, std::string_view nlri)
    {
        const auto out = hex(withdrawn);
        const auto paths = hex(attributes);
        const auto in = hex(nlri);
        Octets message(18, 0xff);
        Writer writer{message};
        message[16] = message[17] = 0;
        writer.u8(2);
        writer.u16(static_cast<std::uint16_t>(out.size()));
        writer.octets(out);
        writer.u16(static_cast<std::uint16_t>(paths.size()));
        writer.octets(paths);
        writer.octets(in);
        message[16] = static_cast<std::uint8_t>(message.size() >> 8);
        message[17] = static_cast<std::uint8_t>(message.size());
        const auto view = split_update(message);
        REQUIRE(view);
        routes.update(*view, options, families);
    }
    /// "NLRI attributes next-hop", in hex, a line each
    [[nodiscard]] std::string text() const
    {
        std::string all;
        routes.for_each([&](const RouteKey& key, const AttributeSetRef& attributes) {
            if (key.path_id) all += std::to_string(key.path_id->value) + ":";
            all += to_hex({reinterpret_cast<const std::uint8_t*>(key.nlri.data()), key.nlri.size()}) + "|" +
                   to_hex(attributes->octets()) + "|" + to_hex(attributes->next_hop()) + "\n";
        });
        return all;
    }
};

constexpr auto usual = "40010100 400200 400304c0000201";

}   // namespace

TEST_CASE("announced, changed, withdrawn")
{
    Kept kept;
    kept.update("", usual, "18c63364 18cb0071");
    CHECK(kept.routes.size() == 2);
    kept.update("", "40010102 400200 400304c0000202", "18c63364");
    const auto changed = kept.text();
    CHECK(changed.find("18c63364|40010102400200|c0000202") == 0);
    kept.update("18c63364 10aabb", "", "");
    CHECK(kept.text() == "18cb0071|40010100400200|c0000201\n");
    kept.update("", usual, "20c0000201");   // takes the place that is free
    CHECK(kept.routes.size() == 2);
    kept.routes.clear();
    CHECK(kept.text().empty());
    kept.update("", usual, "18c63364");
    CHECK(kept.routes.size() == 1);
}

TEST_CASE("path identifiers, and labels that change")
{
    Kept kept;
    kept.options.add_path_receive.insert(ipv4_unicast);
    kept.update("", usual, "00000001 18c63364 00000002 18c63364");
    CHECK(kept.text() == "1:18c63364|40010100400200|c0000201\n2:18c63364|40010100400200|c0000201\n");
    kept.update("00000001 18c63364", "", "");
    CHECK(kept.routes.size() == 1);
    kept.routes.clear();
    // MP_REACH_NLRI of labelled unicast: AFI 1, SAFI 4; 198.51.100.0/24 with label 16, then 17; withdrawn with 0x800000
    kept.update("", "800e11 0001 04 04 c0000201 00 30 000101 c63364 40010100 400200", "");
    kept.update("", "800e11 0001 04 04 c0000201 00 30 000111 c63364 40010100 400200", "");
    CHECK(kept.text().find("30000111c63364|") == 0);
    CHECK(kept.routes.size() == 1);
    kept.update("", "800f0a 0001 04 30 800000 c63364", "");
    CHECK(kept.routes.size() == 0);
}

TEST_CASE("attributes that are cut withdraw, and an NLRI that is cut ends the list")
{
    Kept kept;
    kept.update("", usual, "18c63364");
    kept.update("", "40010100 4002ff", "18c63364");
    CHECK(kept.routes.size() == 0);
    kept.update("", usual, "18c63364 18cb");
    CHECK(kept.text() == "18c63364|40010100400200|c0000201\n");
}

TEST_CASE("beyond its limits nothing more is kept, and which limit that was is known")
{
    // 40010100 400200 and the next hop c0000201 are 7 + 4 octets; each /24 is 4 octets of NLRI.
    Kept kept;
    kept.routes = AdjRibIn{kept.pool, {.routes = 2}};
    kept.update("", usual, "18c63364 18cb0071");
    CHECK(kept.routes.octets() == 7 + 4 + 2 * 4);
    CHECK(kept.routes.passed() == AdjRibIn::Passed::none);
    kept.update("", usual, "18c00002");
    CHECK(kept.routes.size() == 2);
    CHECK(kept.routes.passed() == AdjRibIn::Passed::routes);
    kept.update("18c63364", "", "");
    kept.update("", usual, "18c00002");   // there is room again
    CHECK(kept.text() == "18c00002|40010100400200|c0000201\n18cb0071|40010100400200|c0000201\n");

    kept.routes = AdjRibIn{kept.pool, {.octets = 7 + 4 + 4}};
    kept.update("", usual, "18c63364");
    CHECK(kept.routes.passed() == AdjRibIn::Passed::none);
    kept.update("", usual, "18cb0071");   // 4 octets of NLRI too many
    CHECK(kept.routes.size() == 1);
    CHECK(kept.routes.passed() == AdjRibIn::Passed::octets);
    // Other attributes of the same size have no room beside the first ones: the route is not the one that was kept any more.
    kept.update("", "40010102 400200 400304c0000202", "18c63364");
    CHECK(kept.routes.size() == 0);
    CHECK(kept.routes.octets() == 0);
    kept.routes.clear();
    CHECK(kept.routes.passed() == AdjRibIn::Passed::none);
    CHECK(kept.pool->size().sets == 0);
}

TEST_CASE("each NLRI is kept with its own next hop: RFC 4760 section 3")
{
    const std::string reach = "800e1a 000201 10 20010db8000000000000000000000001 00 2020010db8";
    const std::string kept_v4 = "18c63364|40010100400200|c0000201\n";
    const std::string kept_v6 = "2020010db8|40010100400200|20010db8000000000000000000000001\n";
    for (const auto& attributes : {std::string{usual} + reach, reach + std::string{usual}}) {
        Kept kept;
        kept.update("", attributes, "18c63364");
        CHECK(kept.text() == kept_v4 + kept_v6);
    }
    Kept alone;
    alone.update("", std::string{usual} + reach, "");
    CHECK(alone.text() == kept_v6);
}

TEST_CASE("routes of a family that the session does not have are none: RFC 4760 section 8")
{
    const std::string reach = "800e1a 000201 10 20010db8000000000000000000000001 00 2020010db8";
    Kept kept;
    kept.families = {ipv4_unicast};
    kept.update("", std::string{usual} + reach, "18c63364");
    CHECK(kept.text() == "18c63364|40010100400200|c0000201\n");
    kept.families = {ipv6_unicast};
    kept.update("18c63364", "", "");
    CHECK(kept.routes.size() == 1);
}
