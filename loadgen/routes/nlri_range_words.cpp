#include "loadgen/routes/nlri_range_words.hpp"

#include <array>
#include <limits>
#include <map>
#include <numeric>

#include "codec/nlri/nlri_families.hpp"
#include "loadgen/routes/range_attribute_words.hpp"
#include "loadgen/routes/range_flows.hpp"
#include "loadgen/routes/range_kinds.hpp"

namespace barrage::spec {

namespace {

/// How a field steps, as far as it was said.
struct Steps {
    Word word;   // the last one that said it
    std::optional<std::uint64_t> step, every, wrap;
};

/// A range as it is read.
struct Reading {
    Family family;
    Word family_word;
    Word place;   // [KIND/]FIRSTxCOUNT
    Word first, count_word;
    std::uint64_t count = 0;   // without the paths
    std::optional<std::uint32_t> path_id, paths;
    Word paths_word;
    std::string stepping;                              // the field of the place
    std::map<std::string, Steps, std::less<>> steps;   // by field
    std::vector<FlowWord> flow;
    RangeAttributes attributes;
};

constexpr std::string_view flow_kinds[] = {"destination", "source"};

std::string kinds_of(Family family)
{
    std::string words;
    for (const auto& kind : range_kinds())
        if (kind.family == family) words += (words.empty() ? "" : ", ") + std::string{kind.word} + "/";
    return words;
}

/// The kind that is said before the first value, and that word is gone; the only one where none has to be.
const RangeKind* take_kind(Family family, Word& first)
{
    for (const auto& kind : range_kinds()) {
        if (kind.family != family) continue;
        if (kind.word.empty()) return &kind;
        if (!first.text.starts_with(kind.word) || !first.text.substr(kind.word.size()).starts_with('/')) continue;
        first = first.from(kind.word.size() + 1);
        return &kind;
    }
    return nullptr;
}

Done read_count(Reading& reading)
{
    const auto at = reading.place.text.rfind('x');
    if (at == std::string_view::npos) return wrong(reading.place, "FIRSTxCOUNT such as 10.0.0.0/24x100k");
    reading.first = reading.place.first(at);
    reading.count_word = reading.place.from(at + 1);
    return number(reading.count_word, reading.count);
}

/// `NAME-step`, `NAME-every`, `NAME-wrap`, or these words alone for the field of the place.
std::optional<Done> read_steps(Reading& reading, const Word& option, const Word& value)
{
    constexpr std::pair<std::string_view, std::optional<std::uint64_t> Steps::*> words[] = {
        {"step", &Steps::step}, {"every", &Steps::every}, {"wrap", &Steps::wrap}};
    for (const auto& [word, member] : words) {
        if (!option.text.ends_with(word)) continue;
        auto field = option.text.substr(0, option.text.size() - word.size());
        if (!field.empty() && !field.ends_with('-')) continue;
        field = field.empty() ? std::string_view{reading.stepping} : field.substr(0, field.size() - 1);
        auto& steps = reading.steps[std::string{field}];
        steps.word = option;
        std::uint64_t number_read = 0;
        if (auto done = number(value, number_read); !done) return done;
        const std::uint64_t least = member == &Steps::step ? 0 : 1;
        if (number_read < least || number_read > std::numeric_limits<std::uint32_t>::max())
            return wrong(value, "a number of " + std::to_string(least) + " to 4294967295");
        steps.*member = number_read;
        return Done{};
    }
    return std::nullopt;
}

Done read_paths(Reading& reading, const Word& option, const Word& value)
{
    if (option.text == "path-id") return number32(value, reading.path_id);
    reading.paths_word = value;
    auto done = number32(value, reading.paths);
    if (done && *reading.paths == 0) return wrong(value, "a number of 1 to 4294967295");
    return done;
}

std::string words_of(const RangeDraft& draft, const RangeKind& kind)
{
    std::string words;
    for (const auto& field : draft.fields)
        if (field.word != kind.steps) words += field.word + "=, ";
    return words;
}

/// All behind the place.
Done read_options(Reading& reading, const Word& text, RangeDraft* draft, const RangeKind* kind)
{
    return options(text, is_repeatable_attribute, [&](Word option, Word value) -> Done {
        if (option.text == "path-id" || option.text == "paths") return read_paths(reading, option, value);
        if (auto done = read_range_attribute(option, value, reading.attributes)) return *done;
        if (auto* const field = draft ? draft->find(option.text) : nullptr; field && field->word != reading.stepping) {
            if (!field->read(value.text)) return wrong(value, field->expected);
            field->is_given = true;
            return {};
        }
        if (auto done = read_steps(reading, option, value)) return *done;
        if (!draft) {
            reading.flow.push_back({option, value});
            return {};
        }
        return wrong(option, words_of(*draft, *kind) +
                                 "step=, every= or wrap= (also of each of these, as in NAME-step=), paths=, path-id=, " +
                                 std::string{range_attribute_names});
    });
}

/// A field that was said twice, or one that was not.
Done check_given(const Reading& reading, RangeDraft& draft, const RangeKind& kind)
{
    for (const auto& [label, vni] : {std::pair{"label", "vni"}, std::pair{"label2", "vni2"}}) {
        const auto *const one = draft.find(label), *const other = draft.find(vni);
        if (one && other && one->is_given && other->is_given)
            return refused(reading.place, std::string{label} + "= and " + vni + "= are the same octets: expected one of them");
    }
    auto required = kind.required;
    while (!required.empty()) {
        const auto end = std::min(required.find(' '), required.size());
        const auto* const field = draft.find(required.substr(0, end));
        required.remove_prefix(std::min(end + 1, required.size()));
        if (field && !field->is_given)
            return refused(reading.place, "a range of " + to_text(reading.family) + " without " + field->word + "=: expected " +
                                              field->expected);
    }
    return {};
}

/// "label, rd, prefix": the fields that have a number.
std::string steppable(const RangeDraft& draft)
{
    std::string words;
    for (const auto& field : draft.fields)
        if (field.bits() != 0) words += (words.empty() ? "" : ", ") + field.word;
    return words;
}

std::expected<NlriCounter, std::string> counter_of(const Reading& reading, RangeDraft& draft, const std::string& word,
                                                   const Steps& steps)
{
    auto* const field = draft.find(word);
    const bool is_place = word == reading.stepping;
    const auto& at = is_place && steps.word.text.empty() ? reading.place : steps.word;
    if (!field) return wrong(at, "the step of one of " + steppable(draft));
    if (!is_place && !field->is_given && field->bits() == 0) return refused(at, word + " cannot step where it is not given");
    const auto step = steps.step.value_or(1), every = steps.every.value_or(1), wrap = steps.wrap.value_or(0);
    auto values = (reading.count - 1) / every + 1;
    if (wrap != 0) values = std::min(values, wrap);
    if (field->widen) field->widen(field->number() + Unsigned128{step} * (values - 1));
    if (field->bits() == 0 && is_place && reading.count == 1) return NlriCounter{.bits = 1, .step = 0};
    auto counter = draft.counter_of(*field);
    if (!counter) return refused(at, counter.error());
    counter->step = step, counter->every = every, counter->wrap = wrap;
    const auto room = counter_room(field->number(), *counter);
    if (reading.count > room)
        return refused(at, word + " has room for " + std::to_string(room) + " routes with a step of " + std::to_string(step) +
                               " before its " + std::to_string(counter->bits) + " bits end, not " +
                               std::to_string(reading.count));
    return counter;
}

/// After how many routes some come again; 2^64 - 1: after more than there can be. `counters` are those of what names routes.
std::uint64_t routes_before_repeat(std::vector<NlriCounter> counters)
{
    constexpr auto without_end = ~std::uint64_t{0};
    std::ranges::sort(counters, {}, &NlriCounter::every);
    std::uint64_t covered = 1;
    for (const auto& counter : counters) {
        if (counter.step == 0) continue;
        if (counter.every > covered) return covered;
        if (counter.wrap == 0) return without_end;
        const Unsigned128 period = Unsigned128{counter.every} * counter.wrap;
        const auto both = period / std::gcd(covered, static_cast<std::uint64_t>(period)) * covered;
        if (both > std::numeric_limits<std::uint32_t>::max()) return without_end;
        covered = static_cast<std::uint64_t>(both);
    }
    return covered;
}

/// The counters, and that routes are different and can be read.
std::expected<std::vector<NlriCounter>, std::string> counters_of(Reading& reading, RangeDraft& draft)
{
    reading.steps[reading.stepping];
    std::vector<NlriCounter> counters, naming;
    for (const auto& [word, steps] : reading.steps)   // all octets first, then where they are
        if (const auto counter = counter_of(reading, draft, word, steps); !counter) return Wrong{counter.error()};
    for (const auto& [word, steps] : reading.steps) {
        const auto counter = counter_of(reading, draft, word, steps);
        if (!counter) return Wrong{counter.error()};
        if (counter->step == 0) continue;
        counters.push_back(*counter);
        if (draft.find(word)->names_route) naming.push_back(*counter);
    }
    const auto different = routes_before_repeat(naming);
    if (reading.count > different)
        return refused(reading.count_word, "routes come again after " + std::to_string(different) + ": expected no more, not " +
                                               std::to_string(reading.count));
    const auto first = draft.encode();
    const auto* const codec = nlri_codec(reading.family);
    if (!codec || !codec->is_sound(Reader{first}, {})) return refused(reading.place, "values that make no route together");
    return counters;
}

std::expected<NlriRangeDescription, std::string> described(Reading& reading, RangeDraft& draft)
{
    if (reading.count == 0) return wrong(reading.count_word, "1 to 4294967295");
    auto counters = counters_of(reading, draft);
    if (!counters) return Wrong{counters.error()};
    const bool needs_v6 = reading.family.afi == Afi::ipv6 && !is_flow_specification(reading.family) &&
                          !nlri_codec(reading.family)->next_hop_fits(Ipv4Address::octets);
    if (needs_v6 && reading.attributes.next_hop && reading.attributes.next_hop->is_v4())
        return refused(reading.place, "IPv6 prefixes with an IPv4 next hop: expected an IPv6 address");

    const auto paths = reading.paths.value_or(1);
    const auto most = std::numeric_limits<std::uint32_t>::max();
    if (reading.count > most / paths)
        return refused(reading.count_word, "a count of " + std::to_string(reading.count) + " with " + std::to_string(paths) +
                                               " paths: expected at most 4294967295 routes");
    const bool has_path_ids = reading.path_id || reading.paths;
    Octets nlri;
    if (has_path_ids) {
        const auto id = reading.path_id.value_or(1);
        if (most - id < paths - 1)
            return refused(reading.paths_word, "path-id has room for " + std::to_string(std::uint64_t{most} - id + 1) + " paths");
        Writer{nlri}.u32(id);
        constexpr std::uint32_t id_bits = 32;
        for (auto& counter : *counters) {
            counter.bit += id_bits;
            counter.every *= paths;
        }
        if (paths > 1) counters->push_back({.bit = 0, .bits = id_bits, .step = 1, .every = 1, .wrap = paths});
    }
    const auto first = draft.encode();
    nlri.insert(nlri.end(), first.begin(), first.end());
    NlriRangeDescription description{std::move(reading.attributes),
                                     NlriProgression{reading.family, std::move(nlri), std::move(*counters), has_path_ids, paths},
                                     reading.count * paths};
    if (const auto made = NlriRange::make(description); !made) return refused(reading.place, made.error());
    return description;
}

std::expected<NlriRangeDescription, std::string> read_flow_range(Reading& reading, const Word& text)
{
    reading.stepping = flow_kinds[0];
    for (const auto kind : flow_kinds)
        if (reading.first.text.starts_with(kind) && reading.first.text.substr(kind.size()).starts_with('/')) {
            reading.stepping = kind;
            reading.first = reading.first.from(kind.size() + 1);
        }
    reading.flow.push_back({{reading.stepping, reading.first.column}, reading.first});
    if (auto done = read_options(reading, text, nullptr, nullptr); !done) return Wrong{done.error()};
    auto draft = read_flow(reading.family, reading.flow, reading.attributes);
    if (!draft) return Wrong{draft.error()};
    return described(reading, *draft);
}

}   // namespace

std::string range_families()
{
    std::string names;
    for (const auto& known : known_families)
        if (has_ranges(known.family)) names += (names.empty() ? "" : ", ") + std::string{known.name};
    return names;
}

bool has_ranges(Family family)
{
    return is_flow_specification(family) || std::ranges::find(range_kinds(), family, &RangeKind::family) != range_kinds().end();
}

std::expected<NlriRangeDescription, std::string> read_nlri_range(Family family, const Word& family_word, Word rest)
{
    if (!has_ranges(family)) return wrong(family_word, "a family that has ranges: " + range_families());
    Reading reading{.family = family, .family_word = family_word, .place = rest.take_before(',')};
    if (auto done = read_count(reading); !done) return Wrong{done.error()};
    if (is_flow_specification(family)) return read_flow_range(reading, rest);
    const auto* const kind = take_kind(family, reading.first);
    if (!kind) return wrong(reading.place, kinds_of(family) + " before the first value");
    auto draft = kind->draft();
    reading.stepping = kind->steps;
    auto* const field = draft.find(kind->steps);
    if (!field->read(reading.first.text)) return wrong(reading.first, field->expected);
    field->is_given = true;
    if (auto done = read_options(reading, rest, &draft, kind); !done) return Wrong{done.error()};
    if (auto done = check_given(reading, draft, *kind); !done) return Wrong{done.error()};
    return described(reading, draft);
}

}   // namespace barrage::spec
