// neighbor ADDRESS { … }, and the same in a template: its statements, and what a template gives to who inherits from it.

#include <algorithm>

#include "loadgen/exabgp/grammar/neighbor_draft.hpp"
#include "loadgen/exabgp/grammar/values.hpp"

namespace barrage::exabgp {

namespace {

using Row = Statement<NeighborDraft>;

template <auto Member>
void read_text(TokenCursor& words, NeighborDraft& draft)
{
    draft.*Member = take_text(words);
}

template <auto Member, bool Otherwise>
void read_flag(TokenCursor& words, NeighborDraft& draft)
{
    draft.*Member = take_boolean(words, Otherwise);
}

template <auto Member>
void read_port(TokenCursor& words, NeighborDraft& draft)
{
    draft.*Member = take_number<std::uint16_t>(words);
}

/// Letters, digits, dots and hyphens, as host names are; of one octet at least and 255 at most.
template <auto Member>
void read_host_name(TokenCursor& words, NeighborDraft& draft)
{
    constexpr std::size_t longest = 255;
    const auto token = take_word(words, "a name");
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    };
    if (token.text.empty() || token.text.size() > longest || !std::ranges::all_of(token.text, allowed))
        return words.fail(token, "expected a name of letters, digits, dots and hyphens");
    draft.*Member = std::string{token.text};
}

template <auto Member>
void read_asn(TokenCursor& words, NeighborDraft& draft)
{
    if (take_if_word(words, "auto"))
        draft.*Member = std::optional<Asn>{};
    else
        draft.*Member = std::optional{take_asn(words)};
}

template <auto Member>
void read_ttl(TokenCursor& words, NeighborDraft& draft)
{
    if (is_disabled(words.peek())) {
        words.take();
        draft.*Member = std::optional<std::uint8_t>{};
    } else
        draft.*Member = std::optional{take_number<std::uint8_t>(words)};
}

void read_peer_address(TokenCursor& words, NeighborDraft& draft)
{
    const auto prefix = take_prefix(words);
    const auto address = std::pair{prefix.address, prefix.length};
    if (draft.peer_address && *draft.peer_address != address && !words.failed())
        words.add_warning(words.last(), "peer-address replaces the address that the neighbor is named by");
    draft.peer_address = address;
}

void read_local_address(TokenCursor& words, NeighborDraft& draft)
{
    if (take_if_word(words, "auto"))
        draft.local_address = std::optional<IpAddress>{};
    else
        draft.local_address = std::optional{take_address(words)};
}

void read_hold_time(TokenCursor& words, NeighborDraft& draft)
{
    constexpr std::uint16_t least = 3;   // RFC 4271 section 4.2
    const auto seconds = take_number<std::uint16_t>(words);
    if (seconds != 0 && seconds < least) return words.fail_last("expected 0, or 3 to 65535 seconds");
    draft.hold_time = seconds;
}

void read_rate_limit(TokenCursor& words, NeighborDraft& draft)
{
    if (!is_disabled(words.peek())) {
        draft.rate_limit = take_number<std::uint32_t>(words, 1);
        return;
    }
    words.take();
    draft.rate_limit = 0;
}

void read_md5_base64(TokenCursor& words, NeighborDraft& draft)
{
    if (take_if_word(words, "auto"))
        draft.md5_base64 = std::optional<bool>{};
    else
        draft.md5_base64 = std::optional{take_boolean(words, true)};
}

void read_inherit(TokenCursor& words, NeighborDraft& draft)
{
    for_each_value(words, [&] {
        const auto token = take_word(words, "the name of a template");
        if (!words.failed()) draft.inherits.push_back({std::string{token.text}, token});
    });
}

template <void (*Read)(TokenCursor&, RouteTarget&)>
void read_routes(TokenCursor& words, NeighborDraft& draft)
{
    RouteTarget target{*draft.context, draft.routes};
    Read(words, target);
    draft.route_families.insert(draft.route_families.end(), target.firsts.begin(), target.firsts.end());
}

constexpr std::string_view flag = "[enable | disable]";
constexpr Row rows[] = {
    {"inherit", "TEMPLATE, or [ TEMPLATE TEMPLATE … ]", read_inherit},
    {"description", "TEXT", read_text<&NeighborDraft::description>},
    {"peer-address", "ADDRESS | PREFIX", read_peer_address},
    {"local-address", "ADDRESS | auto", read_local_address},
    {"source-interface", "NAME", read_text<&NeighborDraft::source_interface>},
    {"router-id", "A.B.C.D", [](TokenCursor& words, NeighborDraft& draft) { draft.router_id = take_ipv4(words); }},
    {"local-as", "ASN | auto", read_asn<&NeighborDraft::local_as>},
    {"peer-as", "ASN | auto", read_asn<&NeighborDraft::peer_as>},
    {"host-name", "NAME", read_host_name<&NeighborDraft::host_name>},
    {"domain-name", "NAME", read_host_name<&NeighborDraft::domain_name>},
    {"hold-time", "SECONDS (0, or 3 to 65535)", read_hold_time},
    {"rate-limit", "N (messages a second) | disable", read_rate_limit},
    {"passive", flag, read_flag<&NeighborDraft::passive, true>},
    {"listen", "PORT", read_port<&NeighborDraft::listen>},
    {"connect", "PORT", read_port<&NeighborDraft::connect>},
    {"outgoing-ttl", "N | disable", read_ttl<&NeighborDraft::outgoing_ttl>},
    {"incoming-ttl", "N | disable", read_ttl<&NeighborDraft::incoming_ttl>},
    {"md5-password", "TEXT", read_text<&NeighborDraft::md5_password>},
    {"md5-base64", "[enable | disable | auto]", read_md5_base64},
    {"md5-ip", "ADDRESS", [](TokenCursor& words, NeighborDraft& draft) { draft.md5_ip = take_address(words); }},
    {"group-updates", flag, read_flag<&NeighborDraft::group_updates, true>},
    {"auto-flush", flag, read_flag<&NeighborDraft::auto_flush, true>},
    {"adj-rib-in", "[disable | enable]", read_flag<&NeighborDraft::adj_rib_in, false>},
    {"adj-rib-out", "[disable | enable]", read_flag<&NeighborDraft::adj_rib_out, false>},
    {"manual-eor", "[disable | enable]", read_flag<&NeighborDraft::manual_eor, false>},
    {"family", "{ … }", read_family_section, Ends::by_itself},
    {"capability", "{ … }", read_capability_section, Ends::by_itself},
    {"add-path", "{ … }", read_add_path_section, Ends::by_itself},
    {"nexthop", "{ … }", read_nexthop_section, Ends::by_itself},
    {"api", "[NAME] { … }", read_api_section, Ends::by_itself},
    {"static", "{ … }", read_routes<read_static_section>, Ends::by_itself},
    {"announce", "{ … }", read_routes<read_announce_section>, Ends::by_itself},
    {"flow", "{ … }", read_routes<read_flow_section>, Ends::by_itself},
    {"l2vpn", "{ … }", read_routes<read_l2vpn_section>, Ends::by_itself},
    {"operational", "{ … }", read_operational_section, Ends::by_itself},
};

template <class Draft, class Value>
struct NamedMember {
    std::string_view word;
    std::optional<Value> Draft::* member;
};
template <class Draft, class Value>
NamedMember(std::string_view, std::optional<Value> Draft::*) -> NamedMember<Draft, Value>;

/// What `from` has replaces what `into` has; returns the words whose value was another one.
template <class Draft, class... Member>
std::vector<std::string_view> take_given(Draft& into, const Draft& from, Member... named)
{
    std::vector<std::string_view> replaced;
    const auto take_one = [&](const auto& one) {
        const auto& value = from.*one.member;
        if (!value) return;
        auto& own = into.*one.member;
        if (own && *own != *value) replaced.push_back(one.word);
        own = value;
    };
    (take_one(named), ...);
    return replaced;
}

template <class Value>
void append(std::vector<Value>& into, const std::vector<Value>& from)
{
    into.insert(into.end(), from.begin(), from.end());
}

void merge_api(std::vector<ApiDraft>& apis, const ApiDraft& from)
{
    const auto same = std::ranges::find_if(apis, [&](const ApiDraft& api) { return !api.name.empty() && api.name == from.name; });
    if (same == apis.end()) {
        apis.push_back(from);
        return;
    }
    auto& into = same->section;
    append(same->processes, from.processes);
    append(into.processes, from.section.processes);
    append(into.processes_match, from.section.processes_match);
    const auto any_of = [](auto& to, const auto& other, auto... member) { ((to.*member |= other.*member), ...); };
    using Api = ApiSection;
    any_of(into, from.section, &Api::neighbor_changes, &Api::negotiated, &Api::fsm, &Api::signal);
    using Messages = MessageSelection;
    for (const auto direction : {&Api::send, &Api::receive})
        any_of(into.*direction, from.section.*direction, &Messages::parsed, &Messages::packets, &Messages::consolidate,
               &Messages::open, &Messages::update, &Messages::notification, &Messages::keepalive, &Messages::refresh,
               &Messages::operational);
}

}   // namespace

void GivenWords::note(TokenCursor& words, const Token& word)
{
    const auto known = std::ranges::find(all_, word.text, &Token::text);
    if (known == all_.end()) {
        all_.push_back(word);
        return;
    }
    words.add_warning(*known, std::string{word.text} + " has no effect here: it is given again, and the last value counts");
    *known = word;
}

void GivenWords::append(const GivenWords& from)
{
    for (const auto& word : from.all_)
        if (!find(word.text)) all_.push_back(word);
}

const Token* GivenWords::find(std::string_view word) const noexcept
{
    const auto known = std::ranges::find(all_, word, &Token::text);
    return known == all_.end() ? nullptr : &*known;
}

void NeighborDraft::note_word(TokenCursor& words, const Token& word)
{
    // Sections and lists add up; family, add-path and nexthop are read into the same draft.
    static constexpr std::string_view lists[] = {"inherit", "family", "capability", "add-path", "nexthop",
                                                 "api",     "static", "flow",       "announce", "operational",
                                                 "all",     "ipv4",   "ipv6",       "l2vpn",    "bgp-ls"};
    if (std::ranges::find(lists, word.text) == std::end(lists)) given.note(words, word);
}

const Token& NeighborDraft::place_of(std::string_view word) const noexcept
{
    if (const auto* found = given.find(word)) return *found;
    const auto* found = capability.given.find(word);
    return found ? *found : at;
}

std::vector<std::string_view> CapabilityDraft::merge(const CapabilityDraft& from)
{
    using Draft = CapabilityDraft;
    given.append(from.given);
    return take_given(*this, from, NamedMember{"nexthop", &Draft::nexthop}, NamedMember{"add-path", &Draft::add_path},
                      NamedMember{"asn4", &Draft::asn4}, NamedMember{"multi-session", &Draft::multi_session},
                      NamedMember{"operational", &Draft::operational}, NamedMember{"route-refresh", &Draft::route_refresh},
                      NamedMember{"aigp", &Draft::aigp}, NamedMember{"extended-message", &Draft::extended_message},
                      NamedMember{"software-version", &Draft::software_version},
                      NamedMember{"graceful-restart", &Draft::graceful_restart});
}

std::vector<std::string_view> NeighborDraft::merge(const NeighborDraft& from)
{
    using Draft = NeighborDraft;
    auto replaced =
        take_given(*this, from, NamedMember{"description", &Draft::description}, NamedMember{"host-name", &Draft::host_name},
                   NamedMember{"domain-name", &Draft::domain_name}, NamedMember{"source-interface", &Draft::source_interface},
                   NamedMember{"md5-password", &Draft::md5_password}, NamedMember{"peer-address", &Draft::peer_address},
                   NamedMember{"local-address", &Draft::local_address}, NamedMember{"local-as", &Draft::local_as},
                   NamedMember{"peer-as", &Draft::peer_as}, NamedMember{"router-id", &Draft::router_id},
                   NamedMember{"hold-time", &Draft::hold_time}, NamedMember{"listen", &Draft::listen},
                   NamedMember{"connect", &Draft::connect}, NamedMember{"rate-limit", &Draft::rate_limit},
                   NamedMember{"outgoing-ttl", &Draft::outgoing_ttl}, NamedMember{"incoming-ttl", &Draft::incoming_ttl},
                   NamedMember{"md5-base64", &Draft::md5_base64}, NamedMember{"md5-ip", &Draft::md5_ip},
                   NamedMember{"passive", &Draft::passive}, NamedMember{"group-updates", &Draft::group_updates},
                   NamedMember{"auto-flush", &Draft::auto_flush}, NamedMember{"adj-rib-in", &Draft::adj_rib_in},
                   NamedMember{"adj-rib-out", &Draft::adj_rib_out}, NamedMember{"manual-eor", &Draft::manual_eor});
    for (const auto word : capability.merge(from.capability)) replaced.push_back(word);
    given.append(from.given);
    from.families.for_each([this](Family family) { families.insert(family); });
    from.add_path_families.for_each([this](Family family) { add_path_families.insert(family); });
    append(next_hops, from.next_hops);
    append(next_hops_at, from.next_hops_at);
    append(add_path_at, from.add_path_at);
    for (const auto& api : from.apis) merge_api(apis, api);
    append(routes, from.routes);
    append(route_families, from.route_families);
    append(operationals, from.operationals);
    if (operational_at.begin == nullptr) operational_at = from.operational_at;
    return replaced;
}

std::span<const Statement<NeighborDraft>> neighbor_statements() noexcept { return rows; }

std::vector<SectionText> describe_neighbor_sections()
{
    std::vector<SectionText> sections{describe_section<NeighborDraft>("neighbor", rows)};
    for (auto& section : describe_family_sections()) sections.push_back(std::move(section));
    sections.push_back(describe_capability_section());
    for (auto& section : describe_api_sections()) sections.push_back(std::move(section));
    for (auto& section : describe_route_sections()) sections.push_back(std::move(section));
    sections.push_back(describe_operational_section());
    return sections;
}

}   // namespace barrage::exabgp
