#include "loadgen/exabgp/api/http_control.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "loadgen/exabgp/api/api_command.hpp"
#include "loadgen/exabgp/api/http_access.hpp"
#include "loadgen/exabgp/vocabulary/words.hpp"

namespace barrage::exabgp {

namespace {

int digit_of(char c) noexcept
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// application/x-www-form-urlencoded: '+' is a blank, "%41" an octet.
std::string form_decoded(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto high = text[i] == '%' && i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
        const auto low = high >= 0 ? digit_of(text[i + 2]) : -1;
        if (low >= 0) {
            out += static_cast<char>(high << 4 | low);
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

void add_lines(std::vector<std::string>& lines, std::string_view text)
{
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = without_outer_blanks(text.substr(0, end));
        if (!line.empty()) lines.emplace_back(line);
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

}   // namespace

std::expected<std::vector<std::string>, std::string> commands_of(const HttpRequest& request)
{
    std::vector<std::string> lines;
    std::string_view body = request.body;
    const bool form = request.content_type == "application/x-www-form-urlencoded" ||
                      ((request.content_type.empty() || request.content_type == "text/plain") &&
                       (body.starts_with("command=") || body.starts_with("commands=")));
    if (!form) {
        add_lines(lines, body);
    } else {
        while (!body.empty()) {
            const auto field = body.substr(0, body.find('&'));
            body.remove_prefix(std::min(body.size(), field.size() + 1));
            const auto equals = field.find('=');
            const auto name = form_decoded(field.substr(0, equals));
            const auto value = equals == std::string_view::npos ? std::string{} : form_decoded(field.substr(equals + 1));
            if (name == "command") {
                add_lines(lines, value);
            } else if (name == "commands") {
                std::string_view left = value;
                while (!left.empty()) add_lines(lines, next_of_group(left));
            }
        }
    }
    if (lines.empty()) return std::unexpected("expected command=…, commands=… ; …, or a line for each command");
    return lines;
}

IoResult<std::unique_ptr<HttpControl>> HttpControl::start(Engine& engine, const Endpoint& local, Api& api, std::string token)
{
    auto mailbox = std::make_shared<Mailbox>();
    const auto handle = [mailbox](HttpRequest request, HttpService::Respond respond) {
        Mailbox::Request waiting;
        if (request.method == "POST") {
            auto lines = commands_of(request);
            if (!lines) return respond({.status = 400, .body = lines.error() + "\n"});
            waiting.lines = std::move(*lines);
            waiting.json = request.accept.find("application/json") != std::string::npos;
        } else if (request.method != "GET" && request.method != "HEAD") {
            return respond({.status = 405, .body = "expected POST of commands, or GET /healthz\n", .allow = "GET, HEAD, POST"});
        } else if (request.path != "/healthz") {
            return respond({.status = 404, .body = "expected POST of commands, or GET /healthz\n"});
        }
        waiting.respond = std::move(respond);
        const std::lock_guard lock{mailbox->mutex};
        mailbox->requests.push_back(std::move(waiting));
        mailbox->arrived.raise();
    };
    auto service = HttpService::start(local, handle,
                                      [token = std::move(token)](const HttpRequest& head) { return refusal_of(head, token); });
    if (!service) return std::unexpected{service.error()};
    auto control = std::unique_ptr<HttpControl>{new HttpControl{engine, api, std::move(mailbox)}};
    control->service_ = std::move(*service);
    return control;
}

HttpControl::HttpControl(Engine& engine, Api& api, std::shared_ptr<Mailbox> mailbox)
    : engine_(engine), api_(api), mailbox_(std::move(mailbox))
{
    watch_ =
        engine_.watch(mailbox_->arrived.fd(), {.read = true, .write = false}, [this](const Waiter::Ready&) { take_requests(); });
}

HttpControl::~HttpControl()
{
    engine_.unwatch(watch_);
    std::vector<Mailbox::Request> unanswered;
    {
        const std::lock_guard lock{mailbox_->mutex};
        std::swap(unanswered, mailbox_->requests);
    }
    open_.clear();
    unanswered.clear();   // says 503, while the service can still send it
    service_.reset();
}

void HttpControl::take_requests()
{
    mailbox_->arrived.take();
    std::vector<Mailbox::Request> requests;
    {
        const std::lock_guard lock{mailbox_->mutex};
        std::swap(requests, mailbox_->requests);
    }
    for (auto& request : requests) take(std::move(request));
}

void HttpControl::take(Mailbox::Request request)
{
    if (request.lines.empty()) return request.respond({.status = 200, .body = "ok\n"});
    const auto conversation = api_.open_conversation("HTTP request");
    conversation->json_answers = request.json;
    auto& open = open_.emplace(conversation.get(), Open{conversation, std::move(request.respond)}).first->second;
    conversation->on_all_answered = [this, raw = conversation.get()] { finish(raw); };
    auto at = request.lines.begin();
    api_.commands().take_lines(conversation, [&]() -> std::optional<std::string_view> {
        if (at == request.lines.end()) return std::nullopt;
        return std::string_view{*at++};
    });
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
    auto& client_output = open.conversation->client_output();
    std::string body;
    while (!client_output.empty()) client_output.take(body, body.size() + (std::size_t{1} << 20));
    const auto left_out = client_output.take_left_out();   // of more answers than are kept
    if (left_out != 0)
        body += open.conversation->json_answers
                    ? fmt::format("{{ \"error\": \"{} more lines of answers were left out\" }}\n", left_out)
                    : fmt::format("error {} more lines of answers were left out\n", left_out);
    open.respond({.status = left_out != 0                      ? 500u
                            : open.conversation->errors() == 0 ? 200u
                                                               : 400u,
                  .content_type = open.conversation->json_answers ? "application/x-ndjson" : "text/plain",
                  .body = std::move(body)});
}

}   // namespace barrage::exabgp
