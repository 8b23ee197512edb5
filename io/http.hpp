#pragma once
// A small HTTP/1.1 service for people and scripts: control, health, metrics. A thread of its own, however many addresses it listens on, so that
// no request ever holds up a turn; a request that others have to answer waits for them, and everything is bounded: connections, octets of a
// head and of a body, time. Whoever is slow to say what he wants makes room for the next.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "io/endpoint.hpp"
#include "io/io_error.hpp"

namespace barrage {

struct HttpRequest {
    std::string method;         // "GET"
    std::string path;           // "/healthz", without the query
    std::string query;          // behind the '?'
    std::string content_type;   // lower case, without parameters
    std::string accept;
    std::string host;            // "" where there is none, which HTTP/1.0 allows
    std::string origin;          // of the page that asks, by a browser
    std::string fetch_site;      // Sec-Fetch-Site
    std::string authorization;   // as given
    Endpoint local;              // the address that the client connected to
    std::string body;            // not yet there for an Admit
};

struct HttpAnswer {
    unsigned status = 200;
    std::string content_type = "text/plain";
    std::string body = {};
    std::string allow = {};       // with 405: the methods there are
    std::string challenge = {};   // with 401: how to say who one is
};

class HttpService {
public:
    /// To be called once, from any thread, also after the service is gone. Dropped uncalled, the request is answered 503.
    using Respond = std::function<void(HttpAnswer)>;
    /// Called on the service's thread.
    using Handler = std::function<void(HttpRequest, Respond)>;
    /// Called on the service's thread with the head of a request, before its body is read: an answer refuses it.
    using Admit = std::function<std::optional<HttpAnswer>(const HttpRequest& head)>;

    struct Limits {
        std::size_t connections = 64;   // of one address; beyond it the one that has waited longest for a request is closed
        std::uint32_t head_octets = 16 * 1024;
        std::size_t body_octets = std::size_t{64} << 20;
        std::chrono::seconds head{10};   // for a head to come, once it has begun
        std::chrono::seconds idle{30};   // for a request to begin, for its body to come, and for an answer to be taken
        std::string too_large = "the request is too large\n";   // with 413
    };

    static IoResult<std::unique_ptr<HttpService>> start(const Endpoint& local, Handler handler, Admit admit, Limits limits);
    static IoResult<std::unique_ptr<HttpService>> start(const Endpoint& local, Handler handler, Admit admit = {})
    {
        return start(local, std::move(handler), std::move(admit), Limits{});
    }
    /// One that listens on nothing yet.
    static std::unique_ptr<HttpService> start();
    /// Open connections are closed; waits for the thread.
    ~HttpService();

    /// Listens on one address more. Returns it with the port that the kernel chose, where it was 0.
    IoResult<Endpoint> listen(const Endpoint& local, Handler handler, Admit admit, Limits limits);
    /// Listens there no more, when it returns; connections go on until their requests are answered. `local` is as listen() returned it.
    void stop_listening(const Endpoint& local);

    /// Of the one that start() was given, with the port that the kernel chose, where it was 0.
    [[nodiscard]] const Endpoint& local() const noexcept { return local_; }

private:
    struct State;
    explicit HttpService(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
    Endpoint local_;
};

}   // namespace barrage
