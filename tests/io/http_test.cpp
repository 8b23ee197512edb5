// The HTTP service, spoken to over sockets by octets of RFC 9112.

#include "tests/support/doctest.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <mutex>
#include <string>
#include <vector>

#include "io/file_descriptor.hpp"
#include "io/http.hpp"

using namespace barrage;

namespace {

const Endpoint loopback = *Endpoint::from_text("127.0.0.1:0");

FileDescriptor connect_to(const Endpoint& endpoint)
{
    const SocketAddress address{endpoint};
    FileDescriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    REQUIRE(::connect(socket.get(), address.get(), address.length) == 0);
    return socket;
}

FileDescriptor connect_to(const HttpService& service) { return connect_to(service.local()); }

void send_text(const FileDescriptor& socket, std::string_view text)
{
    while (!text.empty()) {
        const auto sent = ::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;   // closed on us: what was answered can still be read
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string all_of(const FileDescriptor& socket)
{
    std::string text;
    char octets[4096];
    for (;;) {
        const auto received = ::recv(socket.get(), octets, sizeof octets, 0);
        if (received <= 0) return text;
        text.append(octets, static_cast<std::size_t>(received));
    }
}

std::string answer_to(const Endpoint& endpoint, std::string_view request)
{
    const auto socket = connect_to(endpoint);
    send_text(socket, request);
    return all_of(socket);
}

std::string answer_to(const HttpService& service, std::string_view request) { return answer_to(service.local(), request); }

auto echo()
{
    return [](HttpRequest request, HttpService::Respond respond) {
        respond({.body = request.method + " " + request.path + " ?" + request.query + " [" + request.content_type + "] " +
                         request.body + "\n"});
    };
}

}   // namespace

TEST_CASE("a request is taken apart, and answered")
{
    const auto service = HttpService::start(loopback, echo());
    REQUIRE(service);
    CHECK((*service)->local().port != 0);
    auto answer = answer_to(**service, "GET /a/b?c=d HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(answer.ends_with("\r\n\r\nGET /a/b ?c=d [] \n"));
    answer = answer_to(**service, "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: Text/Plain; "
                                  "charset=utf-8\r\nContent-Length: 5\r\n\r\nhello");
    CHECK(answer.ends_with("\r\n\r\nPOST / ? [text/plain] hello\n"));
    answer = answer_to(**service, "HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(answer.ends_with("\r\n\r\n"));
    CHECK(answer.find("Content-Length: 14\r\n") !=
          std::string::npos);   // of the body that GET would have: HEAD /x ? [] and the end of its line
}

TEST_CASE("several requests over one connection, in their order")
{
    const auto service = HttpService::start(loopback, echo());
    REQUIRE(service);
    const auto answer =
        answer_to(**service, "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const auto first = answer.find("GET /1");
    const auto second = answer.find("GET /2");
    CHECK(first != std::string::npos);
    CHECK(second != std::string::npos);
    CHECK(first < second);
}

TEST_CASE("what is no request, or too large, is refused")
{
    const auto service = HttpService::start(loopback, echo(), {}, {.connections = 4, .head_octets = 1000, .body_octets = 10});
    REQUIRE(service);
    CHECK(answer_to(**service, "dance\r\n\r\n").starts_with("HTTP/1.1 400 "));
    CHECK(answer_to(**service, "GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 400 "));   // RFC 9112 section 3.2
    CHECK(answer_to(**service, "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n").starts_with("HTTP/1.1 400 "));
    CHECK(answer_to(**service, "GET / HTTP/1.1\r\nHost : x\r\n\r\n").starts_with("HTTP/1.1 400 "));   // section 5.1
    CHECK(answer_to(**service, "GET / HTTP/1.0\r\n\r\n").starts_with("HTTP/1.0 200 "));
    CHECK(answer_to(**service, "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(2000, 'x') + "\r\n\r\n")
              .starts_with("HTTP/1.1 431 "));   // RFC 6585
    CHECK(answer_to(**service, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n").starts_with("HTTP/1.1 400 "));
    CHECK(
        answer_to(**service, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nhello world").starts_with("HTTP/1.1 413 "));
}

TEST_CASE("a request is refused by its head, before its body has come")
{
    const auto admit = [](const HttpRequest& head) -> std::optional<HttpAnswer> {
        if (head.path == "/free") return std::nullopt;
        return HttpAnswer{.status = 401,
                          .body =
                              head.host + " " + head.origin + " " + head.authorization + " " + to_text(head.local.address) + "\n",
                          .challenge = "Bearer"};
    };
    const auto service = HttpService::start(loopback, echo(), admit);
    REQUIRE(service);
    // Of a body of a million octets none is sent.
    const auto answer = answer_to(**service, "POST / HTTP/1.1\r\nHost: a:1\r\nOrigin: http://b\r\nAuthorization: Bearer c\r\n"
                                             "Content-Length: 1000000\r\n\r\n");
    CHECK(answer.starts_with("HTTP/1.1 401 "));
    CHECK(answer.find("\r\nWWW-Authenticate: Bearer\r\n") != std::string::npos);
    CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
    CHECK(answer.ends_with("\r\n\r\na:1 http://b Bearer c 127.0.0.1\n"));
    CHECK(answer_to(**service, "GET /free HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 200 "));
}

TEST_CASE("clients that are slow to say what they want make room for the next one")
{
    const auto service = HttpService::start(loopback, echo(), {}, {.connections = 4});
    REQUIRE(service);
    std::vector<FileDescriptor> slow;
    for (int i = 0; i < 4; ++i) {
        slow.push_back(connect_to(**service));
        send_text(slow.back(), "GET / HTTP/1.1\r\nHost: x\r\nX-");   // and never the rest
    }
    for (int i = 0; i < 10; ++i)
        CHECK(answer_to(**service, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 200 "));
    CHECK(all_of(slow.front()).empty());   // closed
    send_text(slow.back(), "Y: z\r\nConnection: close\r\n\r\n");
    CHECK(all_of(slow.back()).starts_with("HTTP/1.1 200 "));   // the one that waited least was never in the way
}

TEST_CASE("an answer that comes later, from another thread, or never")
{
    std::mutex mutex;
    std::vector<HttpService::Respond> waiting;
    auto service = HttpService::start(loopback, [&](HttpRequest request, HttpService::Respond respond) {
        if (request.path == "/dropped") return;
        const std::lock_guard lock{mutex};
        waiting.push_back(std::move(respond));
    });
    REQUIRE(service);
    CHECK(answer_to(**service, "GET /dropped HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 503 "));

    const auto request_waits = [&](std::size_t count) {
        for (;;) {
            const std::lock_guard lock{mutex};
            if (waiting.size() == count) return;
        }
    };
    const auto socket = connect_to(**service);
    send_text(socket, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    request_waits(1);
    waiting.front()({.status = 404, .body = "later\n"});
    const auto answer = all_of(socket);
    CHECK(answer.starts_with("HTTP/1.1 404 "));
    CHECK(answer.ends_with("\r\n\r\nlater\n"));

    const auto second = connect_to(**service);
    send_text(second, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    request_waits(2);
    service->reset();
    waiting.back()({.body = "too late\n"});   // harmless: the service is gone
    CHECK(all_of(second).empty());
}

TEST_CASE("a place that is taken is an error")
{
    const auto service = HttpService::start(loopback, echo());
    REQUIRE(service);
    const auto second = HttpService::start((*service)->local(), echo());
    REQUIRE_FALSE(second);
    CHECK(second.error().text.find("cannot serve HTTP on 127.0.0.1:") == 0);
}

TEST_CASE("one service listens in several places, each with an answer of its own, and stops where that is asked for")
{
    const auto service = HttpService::start();
    const auto with = [](std::string body) {
        return [body = std::move(body)](const HttpRequest&, HttpService::Respond respond) { respond({.body = body}); };
    };
    const auto first = service->listen(loopback, with("first\n"), {}, {});
    const auto second = service->listen(loopback, with("second\n"), {}, {.body_octets = 3, .too_large = "too much\n"});
    REQUIRE(first);
    REQUIRE(second);
    CHECK(first->port != second->port);
    constexpr auto get = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    CHECK(answer_to(*first, get).ends_with("\r\n\r\nfirst\n"));
    CHECK(answer_to(*second, get).ends_with("\r\n\r\nsecond\n"));
    const auto refused = answer_to(*second, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nfour");
    CHECK(refused.starts_with("HTTP/1.1 413 "));
    CHECK(refused.ends_with("\r\n\r\ntoo much\n"));
    CHECK_FALSE(service->listen(*first, with("third\n"), {}, {}));

    service->stop_listening(*second);
    CHECK(answer_to(*first, get).ends_with("\r\n\r\nfirst\n"));
    const auto again = service->listen(*second, with("again\n"), {}, {});   // the place is free
    REQUIRE(again);
    CHECK(answer_to(*again, get).ends_with("\r\n\r\nagain\n"));
}
