#include "loadgen/device/faults.hpp"

#include <algorithm>
#include <utility>

#include "loadgen/words/units.hpp"

namespace barrage::device {

namespace {

using enum Fault;
using Value = FaultValue;

constexpr std::array<FaultInfo, fault_count> table{{
    {ignore_withdrawals, "ignore-withdrawals", Value::none, "", "keeps and advertises what its peers withdraw"},
    {ignore_lost_sessions, "ignore-lost-sessions", Value::none, "", "keeps the paths of peers whose sessions have ended"},
    {never_fail_over,
     "never-fail-over",
     Value::word,
     "silent",
     "advertises no other path where the best one goes: it says nothing, or withdraws the prefix",
     {"silent", "withdraw"}},
    {fail_over_wrong, "fail-over-wrong", Value::none, "",
     "fails over to the worst of the paths that are left, and where one is left, to a mixture of it with the lost one"},
    {fail_over_late, "fail-over-late", Value::duration, "2s", "fails over so much later than it could"},
    {drop_one_in, "drop-one-in", Value::one_of, "1000", "never advertises one prefix of N"},
    {drop_family, "drop-family", Value::family, "ipv6", "advertises no routes of a family that it negotiates"},
    {duplicate_updates, "duplicate-updates", Value::one_of, "1", "sends the UPDATE of one prefix of N twice"},
    {stale_behind_new, "stale-behind-new", Value::duration, "0s", "sends the old path again behind each new one, so much later"},
    {change_community, "change-community", Value::one_of, "1", "changes the communities of one prefix of N"},
    {change_med, "change-med", Value::one_of, "1", "advertises one prefix of N with a MULTI_EXIT_DISC of its own"},
    {change_local_pref, "change-local-pref", Value::one_of, "1",
     "advertises one prefix of N with a LOCAL_PREF of its own, over iBGP"},
    {change_origin, "change-origin", Value::one_of, "1", "changes the ORIGIN of one prefix of N"},
    {change_next_hop,
     "change-next-hop",
     Value::word,
     "third-party",
     "advertises the next hop of the peer that a route came from, one that cannot be, or the receiver's own address, in place of "
     "its own",
     {"third-party", "garbage", "receiver"}},
    {change_path, "change-path", Value::one_of, "1", "puts another AS at the end of the path of one prefix of N"},
    {add_no_export, "add-no-export", Value::one_of, "1", "adds NO_EXPORT to the communities of one prefix of N"},
    {strip_no_export, "strip-no-export", Value::none, "", "takes NO_EXPORT off and advertises such routes to other ASes"},
    {announce_again, "announce-again", Value::duration, "0s", "announces each route again behind its withdrawal, so much later"},
    {refresh_partly, "refresh-partly", Value::one_of, "2", "answers a route refresh with one prefix of N"},
    {forget_end_of_rib, "forget-end-of-rib", Value::none, "", "never sends an End-of-RIB"},
    {flush_in_restart, "flush-in-restart", Value::none, "", "takes a peer's routes back at once when that restarts gracefully"},
    {never_flush, "never-flush", Value::none, "",
     "keeps stale routes for ever: beyond the restart time, and beyond the End-of-RIB of the peer that came back"},
    {reorder, "reorder", Value::duration, "1s",
     "holds each withdrawal back for so long, so that an announcement of the prefix overtakes it"},
    {aggregate, "aggregate", Value::none, "", "advertises the aggregate of two prefixes that are halves of it in their place"},
    {reflect_to_sender, "reflect-to-sender", Value::none, "", "advertises routes to the peer that they came from, too"},
    {refuse_next_hop, "refuse-next-hop", Value::none, "", "refuses every route for its next hop"},
    {work_late, "work-late", Value::duration, "5s", "takes the octets of UPDATEs at once and works on them so much later"},
    {stop_reading, "stop-reading", Value::routes, "1000", "reads nothing more from a peer that has sent N routes"},
    {reset_after, "reset-after", Value::routes, "1000", "resets the connection of a peer that has sent N routes"},
    {delay_receiver, "delay-receiver", Value::duration, "2s",
     "sends everything so much later to one peer: of those that are up, the one with the highest address"},
    {delay_some, "delay-some", Value::delayed, "2s/10k", "advertises one prefix of N so much later"},
    {malformed_updates, "malformed-updates", Value::one_of, "1", "sends an UPDATE without ORIGIN before that of one prefix of N"},
    {notify_needlessly, "notify-needlessly", Value::routes, "100",
     "ends the session of a peer that N routes were advertised to with a NOTIFICATION, once"},
    {not_negotiated, "not-negotiated", Value::one_of, "1", "sends one prefix of N in a family that was not negotiated, too"},
    {keep_as_path, "keep-as-path", Value::none, "", "never puts its own AS in front of a path"},
    {correct_late, "correct-late", Value::duration, "1s",
     "advertises each route with a community of its own first, and as it should be so much later"},
}};

static_assert([] {
    for (std::size_t i = 0; i < table.size(); ++i)
        if (table[i].fault != static_cast<Fault>(i)) return false;
    return true;
}());

std::string_view placeholder(FaultValue value)
{
    switch (value) {
    case Value::none: return "";
    case Value::one_of:
    case Value::routes: return "N";
    case Value::duration: return "TIME";
    case Value::delayed: return "TIME/N";
    case Value::family: return "FAMILY";
    case Value::word: return "WORD";
    }
    return "";
}

/// "silent|withdraw"; the rest of a row is empty.
std::string words_of(const FaultInfo& info, std::string_view between)
{
    std::string words;
    for (const auto& word : info.words)
        if (!word.empty()) words += (words.empty() ? std::string_view{} : between), words += word;
    return words;
}

std::unexpected<std::string> wrong(std::string_view words, const std::string& expected)
{
    return std::unexpected("'" + std::string{words} + "': expected " + expected);
}

}   // namespace

std::span<const FaultInfo> fault_table() { return table; }

std::string fault_form(const FaultInfo& info)
{
    std::string form{info.name};
    if (info.value == Value::none) return form;
    form += '=';
    if (info.value == Value::word)
        form += words_of(info, "|");
    else
        form += placeholder(info.value);
    return form + " [" + std::string{info.by_default} + "]";
}

std::expected<void, std::string> Faults::add(std::string_view words)
{
    const auto equals = words.find('=');
    const auto name = words.substr(0, equals);
    const auto* const info = std::ranges::find(table, name, &FaultInfo::name);
    if (info == table.end()) {
        std::string names;
        for (const auto& each : table) names += (names.empty() ? "" : ", ") + std::string{each.name};
        return wrong(words, "one of " + names);
    }
    const bool has_value = equals != std::string_view::npos;
    if (info->value == Value::none && has_value) return wrong(words, std::string{name} + " without a value");
    const auto value = has_value ? words.substr(equals + 1) : info->by_default;
    Setting setting{.on = true, .text = std::string{words}};

    const auto take_number = [&](std::string_view text) -> std::expected<void, std::string> {
        const auto number = parse_number(text);
        if (!number) return std::unexpected(number.error());
        if (*number == 0) return wrong(words, "a number of at least 1");
        setting.number = *number;
        return {};
    };
    const auto take_duration = [&](std::string_view text) -> std::expected<void, std::string> {
        const auto duration = parse_duration(text);
        if (!duration) return std::unexpected(duration.error());
        setting.duration = *duration;
        return {};
    };
    std::expected<void, std::string> taken;
    switch (info->value) {
    case Value::none: break;
    case Value::one_of:
    case Value::routes: taken = take_number(value); break;
    case Value::duration: taken = take_duration(value); break;
    case Value::delayed: {
        const auto slash = value.find('/');
        taken = take_duration(value.substr(0, slash));
        if (taken)
            taken = take_number(slash == std::string_view::npos ? info->by_default.substr(info->by_default.find('/') + 1)
                                                                : value.substr(slash + 1));
        break;
    }
    case Value::family: {
        const auto family = family_from_name(value);
        if (!family) return wrong(words, "a family such as ipv4, ipv6 or vpnv4");
        setting.family = *family;
        break;
    }
    case Value::word: {
        const auto word = std::ranges::find(info->words, value);
        if (value.empty() || word == info->words.end()) return wrong(words, words_of(*info, " or "));
        setting.word = *word;
        break;
    }
    }
    if (!taken) return taken;
    settings_[static_cast<std::size_t>(info->fault)] = std::move(setting);
    return {};
}

std::vector<std::string> Faults::given() const
{
    std::vector<std::string> all;
    for (const auto& setting : settings_)
        if (setting.on) all.push_back(setting.text);
    return all;
}

}   // namespace barrage::device
