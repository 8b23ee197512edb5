// What a receiver makes of UPDATEs that are wrong: the same whether they come first or behind good ones with equal attributes.

#include "tests/support/doctest.hpp"

#include <optional>
#include <string>
#include <utility>

#include "codec/attribute/attribute_view.hpp"
#include "codec/message/update.hpp"
#include "codec/nlri/nlri_families.hpp"
#include "engine/receiver.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/vectors.hpp"

using namespace barrage;

namespace {

const std::string origin = "40010100";
const std::string as_path = "4002060201 0000fdea";
const std::string next_hop = "400304c0000202";

Octets update(const std::string& withdrawn, const std::string& attributes, const std::string& nlri)
{
    const auto size = [](const Octets& octets) { return static_cast<std::uint16_t>(octets.size()); };
    const auto first = hex(withdrawn);
    const auto second = hex(attributes);
    const auto last = hex(nlri);
    Octets message(16, 0xff);
    Writer out{message};
    out.u16(static_cast<std::uint16_t>(header_octets + 4 + first.size() + second.size() + last.size()));
    out.u8(2);
    out.u16(size(first));
    out.octets(first);
    out.u16(size(second));
    out.octets(second);
    out.octets(last);
    return message;
}

std::string attribute(const std::string& flags_and_type, const std::string& value)
{
    const auto octets = hex(value);
    REQUIRE(octets.size() < 256);
    return flags_and_type + to_hex(Octets{static_cast<std::uint8_t>(octets.size())}) + value;
}

/// A family with a next hop, one NLRI that is right, and one that is not.
struct FamilyRow {
    std::string_view name;
    const char* afi_safi;
    const char* hop;   // with its length
    const char* good;
    const char* bad;
    Recovery action;   // of the bad one
};
constexpr auto reset = Recovery::session_reset;
constexpr auto withdraw = Recovery::treat_as_withdraw;
const FamilyRow families[] = {
    {"ipv6", "000201", "10 20010db8000000000000000000000001", "2020010db8", "81 20010db8000000000000000000000000 00", reset},
    {"ipv4-mcast", "000102", "04 c0000202", "180a0001", "180a00", reset},
    {"ipv4-lu", "000104", "04 c0000202", "30 000641 0a0001", "39 000641 0a00010203", reset},
    {"ipv6-lu", "000204", "10 20010db8000000000000000000000001", "38 000641 20010db8", "48 000641 20010db8", reset},
    {"vpnv4", "000180", "0c 0000000000000000 c0000202", "70 000641 0000fde800000064 0a0001", "50 000641 0000fde8000000", reset},
    {"vpnv6", "000280", "18 0000000000000000 20010db8000000000000000000000001", "78 000641 0000fde800000064 20010db8",
     "fa 000641 0000fde800000064 20010db8000000000000000000000000ffffffffff", reset},
    {"evpn", "001946", "04 c0000202", "03 11 0000fde800000064 00000000 20 c0000202", "03 10 0000fde800000064 00000000 20 c00002",
     reset},
    {"evpn, type 6", "001946", "04 c0000202", "03 11 0000fde800000064 00000000 20 c0000202", "06 04 01020304", withdraw},
    {"mup4", "000155", "04 c0000202", "01 0001 0c 0000fde800000064 18 0a0001", "01 0001 0c 0000fde800000064 21 0a0001", withdraw},
    {"rtc", "000184", "04 c0000202", "60 0000fdea 0002fdea00000064", "61 0000fdea 0002fdea00000064 00", reset},
    {"vpls", "001941", "04 c0000202", "0011 0000fde800000064 0001 0001 0008 000641", "0010 0000fde800000064 0001 0001 0008 0006",
     reset},
    {"flow4", "000185", "00", "03 03 81 06", "04 0e 81 06 00", withdraw},
    {"mvpn4", "000105", "04 c0000202", "01 0c 0000fde800000064 c0000202", "01 0b 0000fde800000064 c00002", reset},
};

struct Verdict {
    std::optional<NotificationError> reset;
    std::uint64_t malformed = 0;
    std::string problem;

    friend bool operator==(const Verdict&, const Verdict&) = default;
};

class JudgedSession {
public:
    explicit JudgedSession(SessionOptions options = {}, ReceiverConfig config = {}, bool internal = false)
        : receiver_(std::move(config), prefixes_)
    {
        negotiated_.options = options;
        negotiated_.families = FamilySet::all();
        negotiated_.internal = internal;
    }
    Verdict receive(const Octets& message)
    {
        const auto before = receiver_.malformed();
        auto error = receiver_.update(message, negotiated_, TimePoint{});
        return {std::move(error), receiver_.malformed() - before, receiver_.first_problem()};
    }
    Receiver& receiver() { return receiver_; }
    void speaks_only(FamilySet families) { negotiated_.families = families; }

private:
    PrefixIndex prefixes_;
    Receiver receiver_;
    Negotiated negotiated_;
};

Octets announced(const FamilyRow& row, const std::string& nlri)
{
    return update("", origin + as_path + attribute("800e", std::string{row.afi_safi} + row.hop + "00" + nlri), "");
}
Octets withdrawn(const FamilyRow& row, const std::string& nlri)
{
    return update("", attribute("800f", std::string{row.afi_safi} + nlri), "");
}

/// 255 octets of attributes, of which none are there.
Octets message_with_overlong_attributes()
{
    auto message = update("", origin + as_path + next_hop, "180a0001");
    message[header_octets + 3] = 0xff;
    return message;
}

void check_verdict(const Verdict& verdict, const FamilyRow& row, const std::string& attribute_octets)
{
    CHECK(verdict.malformed == 1);
    CHECK(verdict.reset.has_value() == (row.action == reset));
    if (!verdict.reset) return;
    CHECK(verdict.reset->code == ErrorCode::update_message);
    // RFC 4760 section 7; RFC 4271 section 6.3: with the attribute
    CHECK(verdict.reset->subcode == 9);
    CHECK(to_hex(verdict.reset->data) == to_hex(hex(attribute_octets)));
}

}   // namespace

TEST_CASE("NLRI are judged each time, not only when their attributes are new")
{
    for (const auto& row : families)
        for (const bool count_only : {false, true}) {
            CAPTURE(row.name);
            CAPTURE(count_only);
            const ReceiverConfig config{.count_only = count_only};
            const auto reach = attribute("800e", std::string{row.afi_safi} + row.hop + "00" + row.bad);
            const auto unreach = attribute("800f", std::string{row.afi_safi} + row.bad);

            JudgedSession first{{}, config};
            check_verdict(first.receive(announced(row, row.bad)), row, reach);
            JudgedSession later{{}, config};
            CHECK(later.receive(announced(row, row.good)).malformed == 0);
            CHECK(later.receive(withdrawn(row, row.good)).malformed == 0);
            check_verdict(later.receive(announced(row, row.bad)), row, reach);
            JudgedSession gone{{}, config};
            CHECK(gone.receive(withdrawn(row, row.good)).malformed == 0);
            check_verdict(gone.receive(withdrawn(row, row.bad)), row, unreach);
        }
}

TEST_CASE("one distinct prefix more than allowed is a Cease, Maximum Number of Prefixes Reached: RFC 4486 section 3")
{
    const auto attributes = origin + as_path + next_hop;
    const NotificationError expected{ErrorCode::cease, 1};
    JudgedSession session{{}, {.max_routes = 2}};
    CHECK_FALSE(session.receive(update("", attributes, "180a0001 180a0002")).reset);
    CHECK_FALSE(session.receive(update("180a0003", "", "")).reset);   // nothing that was announced
    CHECK_FALSE(session.receive(update("180a0001", attributes, "180a0002")).reset);
    CHECK((session.receive(update("", attributes, "180a0003")).reset == expected));
    JudgedSession counting{{}, {.count_only = true, .max_routes = 2}};
    CHECK_FALSE(counting.receive(update("", attributes, "180a0001 180a0002 180a0003")).reset);
    JudgedSession unlimited;
    CHECK_FALSE(unlimited.receive(update("", attributes, "180a0001 180a0002 180a0003")).reset);
}

TEST_CASE("plain NLRI are judged each time: RFC 4271 section 6.3, 3/10 without data")
{
    const auto attributes = origin + as_path + next_hop;
    for (const auto* wrong : {"210a000100", "180a00"}) {
        CAPTURE(std::string{wrong});
        const NotificationError expected{ErrorCode::update_message, 10};
        for (const bool count_only : {false, true}) {
            const ReceiverConfig config{.count_only = count_only};
            JudgedSession first{{}, config};
            CHECK(first.receive(update("", attributes, wrong)).reset == expected);
            JudgedSession later{{}, config};
            CHECK_FALSE(later.receive(update("", attributes, "180a0001")).reset);
            CHECK(later.receive(update("", attributes, wrong)).reset == expected);
            CHECK(later.receiver().malformed() == 1);
            JudgedSession gone{{}, config};
            CHECK_FALSE(gone.receive(update("180a0001", "", "")).reset);
            CHECK(gone.receive(update(wrong, "", "")).reset == expected);
            CHECK(gone.receiver().first_problem() != "");
        }
    }
}

namespace {

std::string good_of(Family family, const SessionOptions& options)
{
    const std::string path_id = options.add_path_receive.contains(family) ? "00000001" : "";
    if (family == ipv4_unicast) return path_id + "180a0001";
    for (const auto& row : families)
        if (family_from_name(row.name) == family) return path_id + row.good;
    return {};
}

/// The same attributes, and in the place of its routes others that are right.
std::optional<Octets> with_good_routes(const UpdateView& view, const SessionOptions& options)
{
    std::string attributes;
    Reader in{view.attributes};
    while (const auto attribute = next_attribute(in)) {
        std::optional<std::pair<std::size_t, Family>> routes;
        if (attribute->type == AttributeType::mp_reach_nlri) routes = {view.mp_reach->nlri.size(), view.mp_reach->family()};
        if (attribute->type == AttributeType::mp_unreach_nlri) routes = {view.mp_unreach->nlri.size(), view.mp_unreach->family()};
        const auto good = routes && routes->first > 0 ? hex(good_of(routes->second, options)) : Octets{};
        if (!routes || routes->first == 0 || good.empty()) {
            attributes += to_hex(attribute->whole);
            continue;
        }
        const auto kept = attribute->value.first(attribute->value.size() - routes->first);
        const auto length = kept.size() + good.size();
        attributes += to_hex(attribute->whole.first(2));
        if (attribute->flags & flag_extended_length)
            attributes += to_hex(Octets{static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)});
        else
            attributes += to_hex(Octets{static_cast<std::uint8_t>(length)});
        attributes += to_hex(kept) + to_hex(good);
    }
    return update(view.withdrawn.empty() ? "" : good_of(ipv4_unicast, options), attributes,
                  view.nlri.empty() ? "" : good_of(ipv4_unicast, options));
}

}   // namespace

TEST_CASE("every vector, as the first UPDATE of a session and behind one with equal attributes, comes to the same")
{
    int count = 0;
    int behind_good = 0;
    for (const auto& vector : message_vectors()) {
        if (!vector.kind.starts_with("update/") || vector.message.size() < header_octets + 4) continue;
        if ((vector.message[16] << 8 | vector.message[17]) != static_cast<int>(vector.message.size())) continue;
        CAPTURE(vector.name);
        for (const bool count_only : {false, true}) {
            const ReceiverConfig config{.count_only = count_only};
            JudgedSession first{vector.options, config};
            const auto expected = first.receive(vector.message);
            JudgedSession later{vector.options, config};
            if (const auto view = split_update(vector.message)) {
                const auto before = with_good_routes(*view, vector.options);
                const auto verdict = later.receive(*before);
                behind_good += verdict.malformed == 0;
            }
            const auto behind = later.receive(vector.message);
            CHECK(behind.reset == expected.reset);
            CHECK(behind.malformed == expected.malformed);
            const auto again = later.receive(vector.message);
            CHECK(again.reset == expected.reset);
            CHECK(again.malformed == expected.malformed);
        }
        ++count;
    }
    if (count == 0)
        MESSAGE("skipped: no shared vectors");
    else
        CHECK(behind_good > count / 2);
}

TEST_CASE("what else a verdict depends on is no part of what is remembered: flags, and which routes there are")
{
    const auto reach = [](const std::string& flags) {
        return attribute(flags + "0e", "000201 10 20010db8000000000000000000000001 00 2020010db8");
    };
    JudgedSession flags;
    CHECK(flags.receive(update("", origin + as_path + reach("80"), "")).malformed == 0);
    CHECK(flags.receive(update("", origin + as_path + reach("c0"), "")).reset.has_value());
    JudgedSession plain;   // RFC 7606 section 3.d: routes beside those of MP_REACH_NLRI need a NEXT_HOP
    CHECK(plain.receive(update("", origin + as_path + reach("80"), "")).malformed == 0);
    CHECK(plain.receive(update("", origin + as_path + reach("80"), "180a0001")).malformed == 1);
    CHECK(plain.receiver().announced() == 1);
}

TEST_CASE("the NOTIFICATION names the problem that asks for the reset, and carries what RFC 4271 section 6.3 says")
{
    JudgedSession session;
    const auto cut = attribute("800e", "000201 10 20010db8000000000000000000000001 00 3020010db8");
    // ORIGIN 9 first, which is treated as a withdrawal, then MP_REACH_NLRI that is cut
    auto verdict = session.receive(update("", "40010109" + as_path + cut, ""));
    REQUIRE(verdict.reset);
    CHECK(*verdict.reset == NotificationError{ErrorCode::update_message, 9, hex(cut)});
    verdict =
        session.receive(update("", origin + as_path + next_hop + "406303010203", "180a0001"));   // well-known, and not known
    REQUIRE(verdict.reset);
    CHECK(*verdict.reset == NotificationError{ErrorCode::update_message, 2, hex("406303010203")});
    const auto twice = attribute("800e", "000201 10 20010db8000000000000000000000001 00 2020010db8");
    verdict = session.receive(update("", origin + as_path + twice + twice, ""));
    REQUIRE(verdict.reset);
    CHECK(*verdict.reset == NotificationError{ErrorCode::update_message, 1});   // RFC 7606 section 3.g
    verdict = session.receive(message_with_overlong_attributes());
    REQUIRE(verdict.reset);
    CHECK(*verdict.reset == NotificationError{ErrorCode::update_message, 1});   // section 3.b
}

TEST_CASE("who only counts, judges")
{
    JudgedSession counts{{}, {.count_only = true}};
    CHECK(counts.receive(update("", origin + as_path + next_hop, "180a0001 180a0002")).malformed == 0);
    CHECK(counts.receiver().announced() == 2);
    const auto verdict = counts.receive(update("", as_path + next_hop, "180a0001"));   // no ORIGIN: RFC 7606 section 3.d
    CHECK(verdict.malformed == 1);
    CHECK_FALSE(verdict.reset);
    CHECK(verdict.problem == "missing ORIGIN");
    CHECK(counts.receiver().announced() == 2);
    CHECK(counts.receiver().withdrawn() == 1);
}

TEST_CASE("paths are judged by who sends them, and by what the receiver was told to reject")
{
    const std::string confederation = "4002 0c 0301 0000fdea 0201 0000fdeb";
    const std::string set = "4002 0c 0201 0000fdea 0101 0000fdeb";
    const std::string local_pref = "40050400000064";
    JudgedSession external;   // RFC 5065 section 5.3
    CHECK(external.receive(update("", origin + confederation + next_hop, "180a0001")).malformed == 1);
    CHECK(external.receiver().withdrawn() == 1);
    JudgedSession internal{{}, {}, true};
    CHECK(internal.receive(update("", origin + confederation + next_hop + local_pref, "180a0001")).malformed == 0);
    JudgedSession as_before;
    CHECK(as_before.receive(update("", origin + set + next_hop, "180a0001")).malformed == 0);
    JudgedSession rejecting{{}, {.reject_as_set = true}};   // RFC 9774 section 3
    CHECK(rejecting.receive(update("", origin + set + next_hop, "180a0001")).malformed == 1);
    CHECK(rejecting.receiver().withdrawn() == 1);
    CHECK(rejecting.receive(update("", origin + as_path + next_hop, "180a0001")).malformed == 0);
}

TEST_CASE("each NLRI counts with its own next hop, whatever stands beside it: RFC 4760 section 3")
{
    const auto reach = attribute("800e", "000201 10 20010db8000000000000000000000001 00 2020010db8");
    JudgedSession apart;
    CHECK(apart.receive(update("", origin + as_path + next_hop, "180a0001")).malformed == 0);
    CHECK(apart.receive(update("", origin + as_path + reach, "")).malformed == 0);
    JudgedSession together;
    CHECK(together.receive(update("", origin + as_path + next_hop + reach, "180a0001")).malformed == 0);
    CHECK(together.receiver().live() == 2);
    CHECK(together.receiver().digest() == apart.receiver().digest());
    JudgedSession other_way;
    CHECK(other_way.receive(update("", reach + origin + as_path + next_hop, "180a0001")).malformed == 0);
    CHECK(other_way.receiver().digest() == apart.receiver().digest());
    // A NEXT_HOP that belongs to nothing.
    JudgedSession beside;
    CHECK(beside.receive(update("", origin + as_path + next_hop, "180a0001")).malformed == 0);
    CHECK(beside.receive(update("", origin + as_path + "400304c0000203" + reach, "")).malformed == 0);
    CHECK(beside.receiver().digest() == apart.receiver().digest());
}

TEST_CASE("routes of a family that was not negotiated are judged, counted apart, and otherwise ignored: RFC 4760 section 8")
{
    for (const bool count_only : {false, true}) {
        JudgedSession session{{}, {.count_only = count_only}};
        const auto& receiver = session.receiver();
        session.speaks_only({ipv4_unicast});
        const auto v6 = attribute("800e", "000201 10 20010db8000000000000000000000001 00 2020010db8");
        CHECK(session.receive(update("", origin + as_path + v6, "")).malformed == 0);
        CHECK(session.receive(update("", attribute("800f", "000201 2020010db8"), "")).malformed == 0);
        CHECK(receiver.not_negotiated() == 2);
        CHECK((receiver.announced() == 0 && receiver.withdrawn() == 0 && receiver.distinct() == 0 && receiver.live() == 0));
        CHECK(receiver.first_route() == never);
        // What stands beside them counts.
        CHECK(session.receive(update("", origin + as_path + next_hop + v6, "180a0001")).malformed == 0);
        CHECK((receiver.announced() == 1 && receiver.not_negotiated() == 3));
        session.speaks_only({ipv6_unicast});
        CHECK(session.receive(update("", origin + as_path + next_hop, "180a0002")).malformed == 0);
        CHECK(session.receive(update("180a0001", "", "")).malformed == 0);
        CHECK((receiver.announced() == 1 && receiver.withdrawn() == 0 && receiver.not_negotiated() == 5));
    }
}

TEST_CASE("AS4_PATH and AS4_AGGREGATOR between speakers of four-octet AS numbers are discarded: RFC 6793 section 6")
{
    for (const auto& as4 : {attribute("c011", "0201 00011170"), attribute("c012", "00011170 c0000201")}) {
        JudgedSession session;
        const auto verdict = session.receive(update("", origin + as_path + next_hop + as4, "180a0001"));
        CHECK(verdict.malformed == 1);
        CHECK(verdict.problem.contains("between speakers of four-octet AS numbers"));
        CHECK(session.receiver().first_action() == Recovery::attribute_discard);
        CHECK(session.receiver().live() == 1);
        JudgedSession old{{.four_octet_as = false}};
        CHECK(old.receive(update("", origin + "4002040201fdea" + next_hop + as4, "180a0001")).malformed == 0);
    }
}
