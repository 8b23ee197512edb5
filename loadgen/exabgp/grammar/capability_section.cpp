// capability { … }: what the OPEN carries beside the families.

#include "loadgen/exabgp/grammar/neighbor_draft.hpp"
#include "loadgen/exabgp/grammar/values.hpp"

namespace barrage::exabgp {

namespace {

using Row = Statement<CapabilityDraft>;

template <std::optional<bool> CapabilityDraft::* Member>
void read_flag(TokenCursor& words, CapabilityDraft& draft)
{
    draft.*Member = take_boolean(words, true);
}

void read_nexthop(TokenCursor& words, CapabilityDraft& draft)
{
    if (take_if_word(words, "auto"))
        draft.nexthop = std::optional<bool>{};
    else
        draft.nexthop = take_boolean(words, true);
}

void read_add_path(TokenCursor& words, CapabilityDraft& draft)
{
    const auto token = take_word(words, "disable, send, receive or send/receive");
    if (is_disabled(token))
        draft.add_path = AddPathWish::disable;
    else if (is_word(token, "send"))
        draft.add_path = AddPathWish::send;
    else if (is_word(token, "receive"))
        draft.add_path = AddPathWish::receive;
    else if (is_word(token, "send/receive"))
        draft.add_path = AddPathWish::send_receive;
    else
        words.fail(token, "expected disable, send, receive or send/receive");
}

void read_graceful_restart(TokenCursor& words, CapabilityDraft& draft)
{
    auto& wish = draft.graceful_restart.emplace();
    if (words.at_end()) return;
    if (is_enabled(words.peek())) {
        words.take();
        return;
    }
    if (is_disabled(words.peek())) {
        words.take();
        wish.enabled = false;
        return;
    }
    wish.seconds = take_number<std::uint16_t>(words);
}

constexpr std::string_view flag = "[enable | disable]";
constexpr Row rows[] = {
    {"nexthop", "[enable | disable | auto]", read_nexthop},
    {"add-path", "disable | send | receive | send/receive", read_add_path},
    {"asn4", flag, read_flag<&CapabilityDraft::asn4>},
    {"graceful-restart", "[SECONDS | disable]", read_graceful_restart},
    {"multi-session", flag, read_flag<&CapabilityDraft::multi_session>},
    {"operational", flag, read_flag<&CapabilityDraft::operational>},
    {"route-refresh", flag, read_flag<&CapabilityDraft::route_refresh>},
    {"aigp", flag, read_flag<&CapabilityDraft::aigp>},
    {"extended-message", flag, read_flag<&CapabilityDraft::extended_message>},
    {"software-version", flag, read_flag<&CapabilityDraft::software_version>},
};

}   // namespace

void read_capability_section(TokenCursor& words, NeighborDraft& draft)
{
    read_block<CapabilityDraft>(words, draft.capability, rows, "capability");
}

SectionText describe_capability_section() { return describe_section<CapabilityDraft>("capability", rows); }

}   // namespace barrage::exabgp
