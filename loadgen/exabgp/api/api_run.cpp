// What the verbs of API commands do with the speaker, but for what shows something (api_show.cpp).

#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "loadgen/exabgp/api/api_batch.hpp"
#include "loadgen/exabgp/api/api_help.hpp"
#include "loadgen/exabgp/api/api_neighbor.hpp"
#include "loadgen/exabgp/grammar/parse.hpp"
#include "loadgen/exabgp/text/json_text.hpp"
#include "loadgen/exabgp/vocabulary/word_cursor.hpp"

namespace barrage::exabgp {

void ApiCommands::run(Batch& batch, const ApiCommand& command, const api::Watchdog& watchdog, std::string_view line)
{
    const auto* to = addressed(batch, command, line);
    if (!to) return;
    const auto name =
        watchdog.name.empty() ? std::string{written_name(batch.conversation->process())} : std::string{watchdog.name};
    if (name.empty()) return error(batch, line, "expected the name of a watchdog");
    if (!speaker_.has_watchdog(*to, name)) return refuse(batch, line, "no route has the watchdog " + name);
    speaker_.move_watchdog(*to, name, !watchdog.withdraw, done_later(batch));
}

void ApiCommands::run(Batch& batch, const ApiCommand& command, const api::EndOfRib& end, std::string_view line)
{
    const auto up = addressed_up(batch, command, line);
    if (up.empty()) return;
    auto speaking = up;
    std::erase_if(speaking, [&](NeighborIndex each) { return !speaker_.takes(each, end.family); });
    if (speaking.empty()) return refuse(batch, line, speaker_.why_not(up, end.family));
    speaker_.end_of_rib(speaking, end.family, done_later(batch));
}

void ApiCommands::run(Batch& batch, const ApiCommand& command, const api::RouteRefresh& refresh, std::string_view line)
{
    const auto up = addressed_up(batch, command, line);
    if (up.empty()) return;
    auto speaking = up;
    std::erase_if(speaking, [&](NeighborIndex each) { return !speaker_.takes(each, refresh.family); });
    if (speaking.empty()) return refuse(batch, line, speaker_.why_not(up, refresh.family));
    std::erase_if(speaking, [&](NeighborIndex each) { return !speaker_.sends_route_refresh(each); });
    if (speaking.empty()) return refuse(batch, line, "route-refresh is not a capability of " + speaker_.names(up));
    speaker_.route_refresh(speaking, refresh.family, done_later(batch));
}

void ApiCommands::run(Batch& batch, const ApiCommand& command, const api::Operational& operational, std::string_view line)
{
    const auto* to = addressed(batch, command, line);
    if (!to) return;
    const auto message = parse_operational(operational.words);
    if (!message) return error(batch, line, to_text(message.error()));
    const auto up = addressed_up(batch, command, line);
    if (up.empty()) return;
    auto speaking = up;
    std::erase_if(speaking, [&](NeighborIndex each) { return !speaker_.status(each).negotiated->operational; });
    if (speaking.empty()) return refuse(batch, line, "operational messages were not agreed on with " + speaker_.names(up));
    speaker_.operational(speaking, *message, done_later(batch));
}

void ApiCommands::run(Batch& batch, const ApiCommand& command, const api::Teardown& teardown, std::string_view line)
{
    // As in ExaBGP: without naming somebody nothing is torn down.
    if (command.selector.empty()) return error(batch, line, "teardown needs a neighbor, and does nothing without");
    const auto up = addressed_up(batch, command, line);
    if (!up.empty()) speaker_.teardown(up, teardown.subcode, done_later(batch));
}

void ApiCommands::run(Batch& batch, const ApiCommand& command, const api::FlushAdjRibOut&, std::string_view line)
{
    const auto up = addressed_up(batch, command, line);
    if (!up.empty()) speaker_.flush(up, done_later(batch));
}

void ApiCommands::run(Batch& batch, const ApiCommand& command, const api::ClearAdjRib& clear, std::string_view line)
{
    const auto* to = addressed(batch, command, line);
    if (!to) return;
    auto answer = done_later(batch);
    if (clear.in)
        speaker_.clear_in(*to, std::move(answer));
    else
        speaker_.clear_out(*to, std::move(answer));
}

void ApiCommands::run(Batch& batch, const ApiCommand&, const api::CreateNeighbor& create, std::string_view line)
{
    auto neighbor = parse_created_neighbor(create.words, batch.conversation->process());
    if (!neighbor) return error(batch, line, neighbor.error());
    const auto name = name_of(*neighbor);
    for (const auto known : speaker_.neighbors())
        if (name_of_neighbor(known) == name) return error(batch, line, "there is such a neighbor already: " + to_text(name));
    auto answer = done_later(batch);
    speaker_.add_neighbor(std::move(*neighbor), [this, answer = std::move(answer)] {
        forget_neighbors();
        answer();
    });
    forget_neighbors();
    batch.found.reset();
}

void ApiCommands::run(Batch& batch, const ApiCommand& command, const api::DeleteNeighbor&, std::string_view line)
{
    const auto* to = addressed(batch, command, line);
    if (!to) return;
    const auto gone = *to;
    auto answer = done_later(batch);
    for (const auto neighbor : gone) speaker_.remove_neighbor(neighbor, neighbor == gone.back() ? answer : Speaker::Answer{});
    forget_neighbors();
    batch.found.reset();
}

void ApiCommands::run(Batch& batch, const ApiCommand&, const api::Acks& acks, std::string_view)
{
    auto& conversation = *batch.conversation;
    if (acks.mode == api::AckMode::silence) {
        conversation.acks = api::AckMode::silence;
        return;
    }
    // Either is acknowledged itself: disable before it holds, enable after.
    conversation.acks = api::AckMode::enable;
    done_now(batch);
    conversation.acks = acks.mode;
}

void ApiCommands::run(Batch& batch, const ApiCommand&, const api::Sync& sync, std::string_view)
{
    batch.conversation->sync = sync.enable;
    done_now(batch);
}

void ApiCommands::run(Batch& batch, const ApiCommand&, const api::GroupStart&, std::string_view line)
{
    auto& conversation = *batch.conversation;
    if (conversation.group) return error(batch, line, "a group is open already: groups have no groups in them");
    conversation.group.emplace();
    done_now(batch, conversation.json_answers ? "{\"status\": \"group started\"}\n" : "group started\n");
}

void ApiCommands::run(Batch& batch, const ApiCommand&, const api::GroupEnd&, std::string_view line)
{
    auto& conversation = *batch.conversation;
    if (!conversation.group) return error(batch, line, "no group is open");
    const auto lines = std::move(*conversation.group);
    conversation.group.reset();
    run_group(batch, lines, {}, line);
}

void ApiCommands::run(Batch& batch, const ApiCommand& command, const api::Group& group, std::string_view line)
{
    std::vector<std::string> lines;
    auto words = group.words;
    while (!words.empty())
        if (const auto one = next_of_group(words); !one.empty()) lines.emplace_back(one);
    run_group(batch, lines, command.selector, line);
}

/// All of its routes, or where one of them is wrong none. Words of a leading `attributes …` go to every route behind it.
void ApiCommands::run_group(Batch& batch, const std::vector<std::string>& lines, std::string_view selector, std::string_view line)
{
    struct Part {
        Speaker::Neighbors to;
        bool withdraw;
        std::vector<ConfiguredRoute> routes;
    };
    std::vector<Part> parts;
    std::string shared;
    std::size_t announced = 0;
    std::size_t withdrawn = 0;
    for (const auto& text : lines) {
        WordCursor words{text};
        if (words.take("attributes") || words.take("attribute")) {
            shared = " " + std::string{words.rest()};
            continue;
        }
        const auto command = parse_api_command(text);
        if (!command) return error(batch, text, command.error());
        const auto* of = std::get_if<api::Routes>(&command->verb);
        if (!of) return error(batch, text, "a group has announce and withdraw of routes in it, and nothing else");
        auto meant = *command;
        if (meant.selector.empty()) meant.selector = selector;
        const auto* to = addressed(batch, meant, text);
        if (!to) return;
        auto routes = parse_routes(std::string{of->words} + shared, of->withdraw, speaker_.pool(), speaker_.watchdogs());
        if (!routes) return error(batch, text, to_text(routes.error()));
        const auto nobody = reaches_nobody(*to, batch.reach, *routes, batch.conversation->name());
        if (!nobody.empty()) return refuse(batch, text, nobody);
        (of->withdraw ? withdrawn : announced) += routes->size();
        parts.push_back({*to, of->withdraw, std::move(*routes)});
    }
    const bool json = batch.conversation->json_answers;
    if (lines.empty() && line.find("end") == std::string_view::npos) return error(batch, line, "an empty group");
    if (parts.empty())
        return done_now(batch, json ? "{\"status\": \"group ended\", \"commands\": 0}\n" : "group ended (0 commands)\n");
    auto answer =
        done_later(batch, json ? fmt::format("{{\"status\": \"group processed\", \"announced\": {}, \"withdrawn\": {}}}\n",
                                             announced, withdrawn)
                               : fmt::format("group processed: {} announced, {} withdrawn\n", announced, withdrawn));
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto last = i + 1 == parts.size() ? std::move(answer) : Speaker::Answer{};
        if (parts[i].withdraw)
            speaker_.withdraw(parts[i].to, parts[i].routes, std::move(last));
        else
            speaker_.announce(parts[i].to, parts[i].routes, std::move(last));
    }
}

void ApiCommands::run(Batch& batch, const ApiCommand&, const api::ApiVersion& version, std::string_view)
{
    auto& conversation = *batch.conversation;
    if (version.version) conversation.json_answers = *version.version == 6;
    const auto number = conversation.json_answers ? 6 : 4;
    done_now(batch, conversation.json_answers ? fmt::format("{{\"api_version\": {}}}\n", number)
                                              : fmt::format("API version: {}\n", number));
}

void ApiCommands::run(Batch& batch, const ApiCommand& command, const api::Plain& plain, std::string_view line)
{
    using What = api::Plain::What;
    auto& conversation = *batch.conversation;
    const bool json = command.form == AnswerForm::json || (command.form == AnswerForm::usual && conversation.json_answers);
    const auto in_progress = [&](std::string_view what) {
        return json ? fmt::format("{{\"status\": \"{} in progress\"}}\n", what) : fmt::format("{} in progress\n", what);
    };
    switch (plain.what) {
    case What::comment: return done_now(batch);
    case What::debug: log_(conversation.name() + ": " + printable(plain.words)); return;
    case What::help: return done_now(batch, json ? help_json() : help_text());
    case What::version: {
        const auto version = speaker_.options().version.empty() ? "5.0.0" : speaker_.options().version;
        return done_now(batch, json ? fmt::format("{{\"version\": {}, \"application\": \"exabgp\"}}\n", json_string(version))
                                    : "exabgp " + version + "\n");
    }
    case What::ping: {
        // JSON unless text is asked for: whoever pings is a program.
        const bool as_text = command.form == AnswerForm::text;
        return done_now(batch, as_text ? "pong " + uuid_ + " active=true\n"
                                       : fmt::format("{{\"pong\": \"{}\", \"active\": true}}\n", uuid_));
    }
    case What::bye: return done_now(batch);
    case What::status: return done_now(batch, json ? status_json() : status_text());
    case What::queue_status: return done_now(batch, queue_text(json));
    case What::reset:
        return done_now(batch, json ? "{\"status\": \"asynchronous queue cleared\"}\n" : "asynchronous queue cleared\n");
    case What::crash: return error(batch, line, "crash is not carried out");
    case What::reload:
    case What::restart: {
        auto read = speaker_.read_configuration();
        const bool restarts = plain.what == What::restart;
        auto text = in_progress(restarts ? "restart" : "reload");
        if (!read) return error(batch, line, "the configuration stays as it was: " + read.error(), true, text);
        // Answered before programs are started again.
        speaker_.only_answer(done_later(batch, std::move(text)));
        speaker_.take_configuration(std::move(*read), {.re_establish = restarts, .restart_programs = restarts});
        batch.found.reset();
        return;
    }
    case What::shutdown: {
        auto answer = done_later(batch, in_progress("shutdown"));
        speaker_.only_answer([this, answer = std::move(answer)] {
            answer();
            speaker_.shutdown_silently();
        });
        return;
    }
    case What::list_neighbors: {
        std::string text;
        for (const auto neighbor : served(conversation.process())) text += to_text(name_of_neighbor(neighbor)) + "\n";
        return done_now(batch, text);
    }
    }
    error(batch, line, "not carried out");
}

}   // namespace barrage::exabgp
