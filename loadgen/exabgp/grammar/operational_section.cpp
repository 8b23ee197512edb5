// operational { … }: messages of draft-ietf-idr-operational-message to send once the session is Established. Also `announce
// operational` of the API.
//
//     AFI (2) | SAFI (1) | text                                  asm, adm
//     AFI (2) | SAFI (1) | router-id (4) | sequence (4) | [counter (4)]
//
// A router-id of 0 stands for the session's own.

#include "loadgen/exabgp/grammar/neighbor_draft.hpp"
#include "loadgen/exabgp/grammar/values.hpp"
#include "loadgen/exabgp/vocabulary/family_names.hpp"

namespace barrage::exabgp {

namespace {

constexpr std::size_t longest_advisory = 2048;

/// `afi A safi S`.
void take_family(TokenCursor& words, Writer& out)
{
    words.expect("afi");
    const auto afi = take_word(words, "an address family");
    words.expect("safi");
    const auto safi = take_word(words, "what is routed");
    const auto family = family_of_words(afi.text, safi.text);
    if (!family) return words.fail(safi, "expected a family, as afi ipv4 safi unicast");
    out.u16(std::to_underlying(family->afi));
    out.u8(std::to_underlying(family->safi));
}

Operational take_advisory(TokenCursor& words, OperationalType type)
{
    Operational message{type, {}};
    Writer out{message.value};
    take_family(words, out);
    words.expect("advisory");
    const auto text = take_text(words);
    if (text.size() > longest_advisory) words.fail_last("an advisory of more than 2048 octets");
    message.value.insert(message.value.end(), text.begin(), text.end());
    return message;
}

Operational take_sequenced(TokenCursor& words, OperationalType type, bool has_counter)
{
    Operational message{type, {}};
    Writer out{message.value};
    take_family(words, out);
    Ipv4Address router_id;
    const auto take_router_id = [&] {
        if (words.take_if("router-id")) router_id = take_ipv4(words);
    };
    take_router_id();
    words.expect("sequence");
    const auto sequence = take_number<std::uint32_t>(words);
    std::uint32_t counter = 0;
    if (has_counter) {
        words.expect("counter");
        counter = take_number<std::uint32_t>(words);
    }
    take_router_id();
    out.u32(router_id.value);
    out.u32(sequence);
    if (has_counter) out.u32(counter);
    return message;
}

using Messages = std::vector<Operational>;
using Row = Statement<Messages>;

template <OperationalType Type>
void read_advisory(TokenCursor& words, Messages& messages)
{
    messages.push_back(take_advisory(words, Type));
}

template <OperationalType Type, bool HasCounter>
void read_sequenced(TokenCursor& words, Messages& messages)
{
    messages.push_back(take_sequenced(words, Type, HasCounter));
}

constexpr std::string_view advisory_values = "afi AFI safi SAFI advisory \"TEXT\"";
constexpr std::string_view query_values = "afi AFI safi SAFI sequence N";
constexpr std::string_view counter_values = "afi AFI safi SAFI sequence N counter N";
using enum OperationalType;
constexpr Row rows[] = {
    {"asm", advisory_values, read_advisory<advisory_static>},
    {"adm", advisory_values, read_advisory<advisory_demand>},
    {"rpcq", query_values, read_sequenced<reachable_prefix_count_request, false>},
    {"rpcp", counter_values, read_sequenced<reachable_prefix_count_reply, true>},
    {"apcq", query_values, read_sequenced<adj_rib_out_prefix_count_request, false>},
    {"apcp", counter_values, read_sequenced<adj_rib_out_prefix_count_reply, true>},
    {"lpcq", query_values, read_sequenced<loc_rib_prefix_count_request, false>},
    {"lpcp", counter_values, read_sequenced<loc_rib_prefix_count_reply, true>},
};

}   // namespace

void read_operational_section(TokenCursor& words, NeighborDraft& draft)
{
    draft.operational_at = words.last();
    read_block<Messages>(words, draft.operationals, rows, "operational");
}

SectionText describe_operational_section() { return describe_section<Messages>("operational", rows); }

std::expected<Operational, TextError> parse_operational(std::string_view text)
{
    TokenCursor words{text};
    Messages messages;
    const auto word = words.take();
    if (const auto* statement = find_statement<Messages>(rows, word)) {
        statement->read(words, messages);
        words.explain(statement->word, statement->values);
        words.take_if(";");
    } else
        words.fail(word, expected_one_of<Messages>(rows, "operational"));
    if (words.peek().kind != Token::Kind::end) words.fail_here("words behind the message");
    words.recover();
    if (!words.errors().empty()) return std::unexpected(std::move(words.errors().front()));
    return std::move(messages.front());
}

}   // namespace barrage::exabgp
