#include "loadgen/exabgp/api/http_control.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "loadgen/exabgp/api/http_access.hpp"
#include "loadgen/exabgp/api/http_views.hpp"
#include "loadgen/metrics/prometheus_text.hpp"

namespace barrage::exabgp {

namespace {

constexpr const char* expected_of_control = "expected POST of commands, or GET /healthz, /routes/out or /routes/in\n";

/// What the control port answers; takes all that waits.
HttpAnswer control_answer(ApiConversation& conversation)
{
    auto& output = conversation.client_output();
    std::string body;
    while (!output.empty()) output.take(body, body.size() + (std::size_t{1} << 20));
    const auto left_out = output.take_left_out();   // of more answers than are kept
    if (left_out != 0)
        body += conversation.json_answers ? fmt::format("{{ \"error\": \"{} more lines of answers were left out\" }}\n", left_out)
                                          : fmt::format("error {} more lines of answers were left out\n", left_out);
    return {.status = left_out != 0                ? 500u
                      : conversation.errors() == 0 ? 200u
                                                   : 400u,
            .content_type = conversation.json_answers ? "application/x-ndjson" : "text/plain",
            .body = std::move(body)};
}

/// What a program's port answers: callers of http_api.py look at the status alone.
HttpAnswer program_answer(ApiConversation& conversation, const CommandFailures& failures)
{
    if (!failures.empty()) return {.status = 500, .body = failures.text()};
    std::string shown;   // of `show …`
    auto& output = conversation.client_output();
    while (!output.empty()) output.take(shown, shown.size() + (std::size_t{1} << 20));
    return {.status = 200, .body = shown + "done"};
}

}   // namespace

void HttpControl::Mailbox::post(Request request)
{
    const std::lock_guard lock{mutex};
    requests.push_back(std::move(request));
    arrived.raise();
}

HttpControl::HttpControl(Speaker& speaker, Api& api, Api::Log log)
    : speaker_(speaker), api_(api), log_(std::move(log)), service_(HttpService::start())
{
    watch_ = speaker_.engine().watch(mailbox_->arrived.fd(), {.read = true, .write = false},
                                     [this](const Waiter::Ready&) { take_requests(); });
}

HttpControl::~HttpControl()
{
    speaker_.engine().unwatch(watch_);
    std::vector<Request> unanswered;
    {
        const std::lock_guard lock{mailbox_->mutex};
        std::swap(unanswered, mailbox_->requests);
    }
    open_.clear();
    unanswered.clear();   // says 503, while the service can still send it
    service_.reset();
}

// ---- On the service's thread.

bool HttpControl::take_page(const HttpRequest& request, Request& into, const HttpService::Respond& respond)
{
    auto page = routes_page_of(request);
    if (!page) {
        respond({.status = 400, .body = page.error() + "\n"});
        return false;
    }
    into.asks = Asks::routes;
    into.page = std::move(*page);
    return true;
}

HttpService::Handler HttpControl::control_handler(std::shared_ptr<Mailbox> mailbox)
{
    return [mailbox = std::move(mailbox)](HttpRequest request, HttpService::Respond respond) {
        Request waiting;
        if (request.method == "POST") {
            auto lines = commands_of(request);
            if (!lines) return respond({.status = 400, .body = lines.error() + "\n"});
            waiting.lines = std::move(*lines);
            waiting.json = request.accept.find("application/json") != std::string::npos;
        } else if (request.method != "GET" && request.method != "HEAD") {
            return respond({.status = 405, .body = expected_of_control, .allow = "GET, HEAD, POST"});
        } else if (asks_for_routes(request)) {
            if (!take_page(request, waiting, respond)) return;
        } else if (request.path != "/healthz") {
            return respond({.status = 404, .body = expected_of_control});
        } else {
            waiting.asks = Asks::health;
        }
        waiting.respond = std::move(respond);
        mailbox->post(std::move(waiting));
    };
}

HttpService::Handler HttpControl::program_handler(std::shared_ptr<Mailbox> mailbox, const std::string& process)
{
    return [mailbox = std::move(mailbox), process = std::make_shared<const std::string>(process)](HttpRequest request,
                                                                                                  HttpService::Respond respond) {
        Request waiting{.lines = {}, .page = {}, .process = process, .respond = {}};
        if (request.method == "POST") {
            waiting.lines = program_commands_of(request);
            if (waiting.lines.empty()) return respond({.body = "OK"});
        } else if (request.method != "GET" && request.method != "HEAD") {
            return respond({.status = 405, .body = "expected GET, or POST of commands\n", .allow = "GET, HEAD, POST"});
        } else if (request.path == "/adj-in") {
            waiting.asks = Asks::adj_rib_in;
        } else if (asks_for_routes(request)) {
            if (!take_page(request, waiting, respond)) return;
        } else if (request.path == "/healthz") {
            waiting.asks = Asks::health;
        } else if (request.path == "/metrics") {
            waiting.asks = Asks::metrics;
        } else {
            return respond({.body = "OK"});
        }
        waiting.respond = std::move(respond);
        mailbox->post(std::move(waiting));
    };
}

// ---- On the speaker's.

IoResult<Endpoint> HttpControl::listen(const Endpoint& local, std::string token)
{
    return service_->listen(local, control_handler(mailbox_),
                            [token = std::move(token)](const HttpRequest& head) { return refusal_of(head, token); }, {});
}

IoResult<Endpoint> HttpControl::serve(const ProcessConfig& process)
{
    HttpService::Limits limits;
    limits.body_octets = most_program_octets;
    limits.too_large = "error: request body too large";
    // Of both kinds of address at once, where the machine has IPv6.
    const auto any =
        service_->listen({Ipv6Address{}, *process.http_port}, program_handler(mailbox_, process.name), refusal_of_pages, limits);
    if (any) return any;
    return service_->listen({Ipv4Address{}, *process.http_port}, program_handler(mailbox_, process.name), refusal_of_pages,
                            limits);
}

IoResult<void> HttpControl::follow(const std::vector<ProcessConfig>& processes)
{
    for (auto at = programs_.begin(); at != programs_.end();) {
        const auto stays = std::ranges::any_of(processes, [&](const ProcessConfig& process) {
            return process.name == at->first && process.http_port == at->second.port;
        });
        if (!stays) service_->stop_listening(at->second.local);
        at = stays ? std::next(at) : programs_.erase(at);
    }
    IoResult<void> result;
    for (const auto& process : processes) {
        if (!process.http_port || programs_.contains(process.name)) continue;
        const auto local = serve(process);
        if (local)
            programs_.emplace(process.name, Program{*process.http_port, *local});
        else if (result)
            result = std::unexpected{local.error()};
    }
    return result;
}

void HttpControl::take_requests()
{
    mailbox_->arrived.take();
    std::vector<Request> requests;
    {
        const std::lock_guard lock{mailbox_->mutex};
        std::swap(requests, mailbox_->requests);
    }
    for (auto& request : requests) take(std::move(request));
}

void HttpControl::take(Request request)
{
    switch (request.asks) {
    case Asks::health: return request.respond({.body = "ok\n"});
    case Asks::metrics:
        return request.respond({.content_type = PrometheusText::content_type,
                                .body = speaker_metrics(speaker_, api_.commands().served(*request.process))});
    case Asks::adj_rib_in:
        return speaker_.show_adj_rib(Direction::received, api_.commands().served(*request.process), FamilySet::all(),
                                     [respond = std::move(request.respond)](const std::vector<ShownRoutes>& routes) {
                                         respond({.content_type = "application/json", .body = prefixes_json(routes)});
                                     });
    case Asks::routes: return show_routes(std::move(request));
    case Asks::commands: return take_commands(std::move(request));
    }
}

void HttpControl::show_routes(Request request)
{
    const auto& of = request.process ? api_.commands().served(*request.process) : speaker_.with_members(speaker_.neighbors());
    Speaker::Neighbors shown;
    for (const auto neighbor : of)
        if (request.page.neighbor.empty() || request.page.neighbor == speaker_.name(neighbor) ||
            request.page.neighbor == to_text(speaker_.status(neighbor).config.peer_address))
            shown.push_back(neighbor);
    if (shown.empty()) return request.respond({.status = 404, .body = "no neighbor matches\n"});
    const auto direction = request.page.received ? Direction::received : Direction::sent;
    speaker_.show_adj_rib(
        direction, shown, FamilySet::all(),
        [this, page = std::move(request.page), respond = std::move(request.respond)](const std::vector<ShownRoutes>& routes) {
            respond({.content_type = "application/json", .body = routes_json(routes, page, speaker_)});
        });
}

void HttpControl::take_commands(Request request)
{
    const auto conversation = request.process ? api_.open_conversation("HTTP request for " + *request.process, *request.process)
                                              : api_.open_conversation("HTTP request");
    conversation->json_answers = request.json;
    auto& open = open_.emplace(conversation.get(), Open{conversation, std::move(request.respond), false, {}}).first->second;
    std::size_t number = 0;   // of the line that is taken, from 1
    if (request.process) {
        open.failures = std::make_shared<CommandFailures>();
        conversation->acks = api::AckMode::disable;
        conversation->on_error = [&number, failures = open.failures](std::string_view line, std::string_view reason) {
            failures->add(number, line, reason);
        };
    }
    conversation->on_all_answered = [this, raw = conversation.get()] { finish(raw); };
    api_.commands().take_lines(conversation, [&]() -> std::optional<std::string_view> {
        if (number == request.lines.size()) return std::nullopt;
        return std::string_view{request.lines[number++]};
    });
    conversation->on_error = nullptr;   // all errors are found while lines are taken
    open.taken_all = true;
    if (conversation->all_answered()) finish(conversation.get());
}

/// Answers the request once all its commands are answered.
void HttpControl::finish(const ApiConversation* conversation)
{
    const auto found = open_.find(conversation);
    if (found == open_.end() || !found->second.taken_all) return;
    const auto open = std::move(found->second);
    open_.erase(found);
    open.respond(open.failures ? program_answer(*open.conversation, *open.failures) : control_answer(*open.conversation));
}

}   // namespace barrage::exabgp
