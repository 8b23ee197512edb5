#include "loadgen/exabgp/api/api_commands.hpp"

#include <algorithm>
#include <random>

#include <fmt/format.h>

#include "loadgen/exabgp/api/api_batch.hpp"
#include "loadgen/exabgp/grammar/parse.hpp"
#include "loadgen/exabgp/text/json_text.hpp"

namespace barrage::exabgp {

namespace {

std::string random_uuid()
{
    std::random_device random;
    const auto word = [&random] { return random(); };
    return fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:08x}{:04x}", word(), word() & 0xffff, word() & 0xfff, word() & 0xfff,
                       word(), word() & 0xffff);
}

bool serves(const Neighbor& neighbor, const std::string& process)
{
    return std::ranges::any_of(neighbor.apis, [&](const ApiSection& section) { return names_process(section, process); });
}

}   // namespace

ApiCommands::ApiCommands(Speaker& speaker, Log log, QueueStatus queue_status)
    : speaker_(speaker), log_(std::move(log)), queue_status_(std::move(queue_status)),
      route_lines_(speaker.pool(), speaker.watchdogs()), uuid_(random_uuid())
{
}

// ---- Lines, in batches.

void ApiCommands::take_lines(const Conversation& conversation, const NextLine& next)
{
    Batch batch{conversation};
    while (const auto line = next()) take(batch, *line);
    flush(batch);
}

void ApiCommands::take(Batch& batch, std::string_view line)
{
    // A program that writes what it reads: an answer to an answer would go on for ever.
    if (line == "done" || line == "error") return;
    const auto command = parse_api_command(line);
    if (!command) {
        error(batch, line, command.error());
        return;
    }
    if (const auto* of = std::get_if<api::Routes>(&command->verb); of && !batch.conversation->group) {
        routes(batch, *command, *of, line);
        return;
    }
    flush(batch);
    take(batch, *command, line);
}

void ApiCommands::take(Batch& batch, const ApiCommand& command, std::string_view line)
{
    std::visit(
        [&]<class V>(const V& verb) {
            if constexpr (std::is_same_v<V, api::Routes>) {
                // Inside a group: read when the group ends, all of them or none.
                batch.conversation->group->emplace_back(line);
                done_now(batch);
            } else {
                run(batch, command, verb, line);
            }
        },
        command.verb);
}

void ApiCommands::routes(Batch& batch, const ApiCommand& command, const api::Routes& of, std::string_view line)
{
    const auto* to = addressed(batch, command, line);
    if (!to) return;
    const bool sync = command.sync.value_or(batch.conversation->sync);
    if (!batch.fits(*to, of.withdraw, sync)) {
        flush(batch);
        batch.begin(*to, of.withdraw, sync);
    }
    const auto before = batch.routes.size();
    if (const auto wrong = route_lines_.read(of.words, of.withdraw, batch.routes)) return error(batch, line, to_text(*wrong));
    const auto added = std::span{batch.routes}.subspan(before);
    auto reason = reaches_nobody(*to, batch.reach, added, batch.conversation->name());
    if (reason.empty() && !of.withdraw) reason = claim_paths(*to, added);
    if (!reason.empty()) {
        const std::vector<ConfiguredRoute> refused(batch.routes.begin() + static_cast<std::ptrdiff_t>(before),
                                                   batch.routes.end());
        batch.routes.resize(before);
        flush(batch);
        // What was kept for another session is not to come back in it.
        if (of.withdraw) speaker_.withdraw(*to, refused, {});
        return refuse(batch, line, reason);
    }
    ++batch.lines;
    if (batch.routes.size() >= Batch::most_routes) flush(batch);
}

void ApiCommands::flush(Batch& batch)
{
    if (batch.lines == 0) return;
    auto& conversation = *batch.conversation;
    const auto place = conversation.open(batch.lines);
    conversation.add(place, done(conversation), std::exchange(batch.lines, 0));
    Speaker::Answer answer = [weak = std::weak_ptr{batch.conversation}, place] {
        if (const auto alive = weak.lock()) alive->close(place);
    };
    auto at_once = batch.sync ? Speaker::Answer{} : std::move(answer);
    if (batch.withdraw)
        speaker_.withdraw(batch.to, batch.routes, std::move(at_once));
    else
        speaker_.announce(batch.to, batch.routes, std::move(at_once));
    if (batch.sync) speaker_.when_sent(batch.to, std::move(answer));
    batch.routes.clear();
}

// ---- Neighbours.

/// Nobody of `to` takes one of the routes: why. Where only some do, the log says so, once.
std::string ApiCommands::reaches_nobody(const Speaker::Neighbors& to, const Speaker::Reach& reach,
                                        std::span<const ConfiguredRoute> routes, const std::string& who)
{
    for (const auto& route : routes) {
        if (reach.all.contains(route.key.family)) continue;
        auto reason = speaker_.why_not(to, route.key.family);
        if (!reach.some.contains(route.key.family)) return reason;
        if (is_news(reason)) log_(who + ": " + reason + ": its routes are for the others");
    }
    return {};
}

/// Why nobody of `to` can carry one of the routes beside others of its prefix.
std::string ApiCommands::claim_paths(const Speaker::Neighbors& to, std::span<const ConfiguredRoute> routes)
{
    for (const auto& route : routes)
        if (route.key.path_id)
            if (auto reason = speaker_.claim_path(to, route.key); !reason.empty()) return reason;
    return {};
}

bool ApiCommands::is_news(const std::string& reason)
{
    constexpr std::size_t most_reported = 1024;
    if (reported_.size() >= most_reported) reported_.clear();
    return reported_.insert(reason).second;
}

void ApiCommands::forget_neighbors()
{
    reported_.clear();
    selected_.clear();
    names_.clear();
    route_lines_.forget();
}

const NeighborName& ApiCommands::name_of_neighbor(NeighborIndex neighbor)
{
    auto [known, is_new] = names_.try_emplace(neighbor);
    if (is_new) known->second = name_of(speaker_.status(neighbor).config);
    return known->second;
}

const Speaker::Neighbors& ApiCommands::select(const std::string& process, std::string_view words)
{
    std::string key;
    key.append(process).append(1, '\n').append(words);
    auto [known, is_new] = selected_.try_emplace(std::move(key));
    auto& found = known->second;
    selector_error_.clear();
    if (!is_new && !found.empty()) return found;
    found.clear();
    Selector selector;
    if (!words.empty()) {
        auto parsed = parse_selector(words);
        if (!parsed) {
            selector_error_ = parsed.error();
            return found;
        }
        selector = std::move(*parsed);
    }
    for (const auto neighbor : speaker_.neighbors()) {
        if (!process.empty() && !serves(speaker_.status(neighbor).config, process)) continue;
        if (selector.matches(name_of_neighbor(neighbor))) found.push_back(neighbor);
    }
    found = speaker_.with_members(std::move(found));
    constexpr std::size_t most_selectors = 4096;   // a program that names ever new ones
    if (selected_.size() > most_selectors) {
        static thread_local Speaker::Neighbors kept;
        kept = found;
        selected_.clear();
        return kept;
    }
    return found;
}

const Speaker::Neighbors* ApiCommands::addressed(Batch& batch, const ApiCommand& command, std::string_view line)
{
    // Hot: the same selector, mostly none, comes again and again.
    if (batch.found && batch.found_for == command.selector) return &*batch.found;
    const auto& found = select(batch.conversation->process(), command.selector);
    if (found.empty()) {
        error(batch, line, selector_error_.empty() ? "no neighbor matches" : selector_error_);
        return nullptr;
    }
    batch.found = found;
    batch.found_for = command.selector;
    batch.reach = speaker_.reach(found);
    return &*batch.found;
}

Speaker::Neighbors ApiCommands::established(const Speaker::Neighbors& among) const
{
    Speaker::Neighbors up;
    std::ranges::copy_if(among, std::back_inserter(up),
                         [&](NeighborIndex each) { return speaker_.status(each).state == State::established; });
    return up;
}

Speaker::Neighbors ApiCommands::addressed_up(Batch& batch, const ApiCommand& command, std::string_view line)
{
    const auto* to = addressed(batch, command, line);
    if (!to) return {};
    auto up = established(*to);
    if (up.empty()) refuse(batch, line, not_established(*to));
    return up;
}

std::string ApiCommands::not_established(const Speaker::Neighbors& among) const
{
    if (among.size() != 1) return "no such neighbor is established";
    const auto& why = speaker_.status(among.front()).last_end;
    return speaker_.name(among.front()) + " is not established" + (why.empty() ? "" : ": " + why);
}

// ---- Answers.

std::string ApiCommands::done(const ApiConversation& conversation)
{
    if (conversation.acks != api::AckMode::enable) return {};
    return conversation.json_answers ? "{ \"answer\": \"done\", \"message\": \"command completed\" }\n" : "done\n";
}

void ApiCommands::error(Batch& batch, std::string_view line, std::string_view reason, bool is_news, std::string_view text)
{
    flush(batch);
    auto& conversation = *batch.conversation;
    constexpr std::size_t most_shown = 500;
    if (auto report = fmt::format("{}: {} (in '{}')", conversation.name(), reason, printable(line.substr(0, most_shown)));
        is_news && report != last_error_) {
        log_(report);
        last_error_ = std::move(report);
    }
    conversation.count_error();
    if (conversation.on_error) conversation.on_error(line, reason);
    const auto place = conversation.open();
    conversation.add(place, text);
    if (conversation.acks == api::AckMode::enable)
        conversation.add(place, conversation.json_answers
                                    ? fmt::format("{{ \"answer\": \"error\", \"message\": {} }}\n", json_string(reason))
                                    : "error\n");
    conversation.close(place);
}

Speaker::Answer ApiCommands::done_later(Batch& batch, std::string text, bool with_done)
{
    const auto place = batch.conversation->open();
    batch.conversation->add(place, text);
    if (with_done) batch.conversation->add(place, done(*batch.conversation));
    return [weak = std::weak_ptr{batch.conversation}, place] {
        if (const auto alive = weak.lock()) alive->close(place);
    };
}

void ApiCommands::done_now(Batch& batch, std::string_view text) { done_later(batch, std::string{text})(); }

}   // namespace barrage::exabgp
