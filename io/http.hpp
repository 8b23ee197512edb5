#pragma once
// A small HTTP/1.1 service for people and scripts: control, health, metrics. A thread of its own, however many addresses it listens on, so that
// no request ever holds up a turn; a request that others have to answer waits for them, and everything is bounded: connections, octets of a
// request, time without a word.

#include <chrono>
#include <functional>
#include <memory>
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
    std::string body;
};

struct HttpAnswer {
    unsigned status = 200;
    std::string content_type = "text/plain";
    std::string body = {};
    std::string allow = {};   // with 405: the methods there are
};

class HttpService {
public:
    /// To be called once, from any thread, also after the service is gone. Dropped uncalled, the request is answered 503.
    using Respond = std::function<void(HttpAnswer)>;
    /// Called on the service's thread.
    using Handler = std::function<void(HttpRequest, Respond)>;

    struct Limits {
        std::size_t connections = 64;   // of one address that is listened on
        std::size_t body_octets = std::size_t{64} << 20;
        std::chrono::seconds idle{30};                          // for a request to come, and for its octets to be taken
        std::string too_large = "the request is too large\n";   // with 413
    };

    static IoResult<std::unique_ptr<HttpService>> start(const Endpoint& local, Handler handler, Limits limits);
    static IoResult<std::unique_ptr<HttpService>> start(const Endpoint& local, Handler handler)
    {
        return start(local, std::move(handler), Limits{});
    }
    /// One that listens on nothing yet.
    static std::unique_ptr<HttpService> start();
    /// Open connections are closed; waits for the thread.
    ~HttpService();

    /// Listens on one address more. Returns it with the port that the kernel chose, where it was 0.
    IoResult<Endpoint> listen(const Endpoint& local, Handler handler, Limits limits);
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
