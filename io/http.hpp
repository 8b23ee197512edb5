#pragma once
// A small HTTP/1.1 service for people and scripts: control, health, metrics. A thread of its own, so that no request ever holds up a turn;
// a request that others have to answer waits for them, and everything is bounded: connections, octets of a request, time without a word.

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
        std::size_t connections = 64;
        std::size_t body_octets = std::size_t{64} << 20;
        std::chrono::seconds idle{30};   // for a request to come, and for its octets to be taken
    };

    static IoResult<std::unique_ptr<HttpService>> start(const Endpoint& local, Handler handler, Limits limits);
    static IoResult<std::unique_ptr<HttpService>> start(const Endpoint& local, Handler handler)
    {
        return start(local, std::move(handler), Limits{});
    }
    /// Open connections are closed; waits for the thread.
    ~HttpService();

    /// With the port that the kernel chose, where it was 0.
    [[nodiscard]] const Endpoint& local() const noexcept { return local_; }

private:
    struct State;
    HttpService(std::unique_ptr<State> state, Endpoint local);

    std::unique_ptr<State> state_;
    Endpoint local_;
};

}   // namespace barrage
