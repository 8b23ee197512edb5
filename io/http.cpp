#include "io/http.hpp"

#include <algorithm>
#include <cstring>
#include <future>
#include <list>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "tuning/cpu_affinity.hpp"

namespace barrage {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

/// The way to the service's thread for answers, which may come when it is gone.
struct Gate {
    std::mutex mutex;
    asio::io_context* context = nullptr;   // under mutex; null: gone
};

}   // namespace

/// Coroutines of its context refer to it: it goes after the thread, and they with its context.
struct HttpService::State {
    State() { gate->context = &context; }

    /// An address that is listened on; held by the coroutines that serve it.
    struct Door {
        Door(asio::io_context& context, Handler handler_, Admit admit_, Limits limits_)
            : handler(std::move(handler_)), admit(std::move(admit_)), limits(std::move(limits_)), acceptor(context)
        {
        }
        Handler handler;
        Admit admit;   // may be empty
        Limits limits;
        asio::ip::tcp::acceptor acceptor;
        std::size_t connections = 0;
        std::list<beast::tcp_stream*> slow;   // connections that wait for a request, the one that waits longest first
    };

    std::shared_ptr<Gate> gate = std::make_shared<Gate>();
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    std::vector<std::pair<Endpoint, std::shared_ptr<Door>>>
        doors;   // of the thread that listens; what is in them is the service's
    std::thread thread;
};

namespace {

/// One request's answer on its way from whoever gives it. It lives as long as either side holds it.
struct Waiting {
    explicit Waiting(asio::io_context& context) : given(context, asio::steady_timer::time_point::max()) {}
    asio::steady_timer given;   // cancelled when there is an answer
    std::optional<HttpAnswer> answer;
};

/// What the handler holds: gone uncalled, it answers by itself.
class Responder {
public:
    Responder(std::shared_ptr<Gate> gate, std::weak_ptr<Waiting> waiting) : gate_(std::move(gate)), waiting_(std::move(waiting))
    {
    }
    Responder(const Responder&) = delete;
    Responder& operator=(const Responder&) = delete;
    ~Responder() { give({.status = 503, .body = "no answer: the speaker ends\n"}); }

    void give(HttpAnswer answer)
    {
        if (std::exchange(given_, true)) return;
        const std::lock_guard lock{gate_->mutex};
        if (!gate_->context) return;
        asio::post(*gate_->context, [waiting = waiting_, answer = std::move(answer)]() mutable {
            const auto alive = waiting.lock();
            if (!alive) return;
            alive->answer = std::move(answer);
            alive->given.cancel();
        });
    }

private:
    std::shared_ptr<Gate> gate_;
    std::weak_ptr<Waiting> waiting_;
    bool given_ = false;
};

std::string lower(std::string_view text)
{
    std::string result{text};
    for (auto& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
    return result;
}

HttpRequest request_of(http::request<http::string_body>& message, const Endpoint& local)
{
    HttpRequest request;
    request.local = local;
    request.host = std::string{message[http::field::host]};
    request.origin = std::string{message[http::field::origin]};
    request.fetch_site = lower(std::string{message["Sec-Fetch-Site"]});
    request.authorization = std::string{message[http::field::authorization]};
    request.method = std::string{message.method_string()};
    const std::string target{message.target()};
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos) request.query = target.substr(question + 1);
    const std::string type{message[http::field::content_type]};
    request.content_type = lower(type.substr(0, type.find(';')));
    request.accept = lower(std::string{message[http::field::accept]});
    request.body = std::move(message.body());
    return request;
}

http::response<http::string_body> response_of(HttpAnswer answer, unsigned version, bool keep_alive, bool with_body)
{
    http::response<http::string_body> response{http::int_to_status(answer.status), version};
    response.set(http::field::server, "barrage/" BARRAGE_VERSION);
    response.set(http::field::content_type, answer.content_type);
    if (!answer.allow.empty()) response.set(http::field::allow, answer.allow);
    if (!answer.challenge.empty()) response.set(http::field::www_authenticate, answer.challenge);
    response.set("X-Content-Type-Options", "nosniff");
    response.keep_alive(keep_alive);
    const auto size = answer.body.size();
    if (with_body) response.body() = std::move(answer.body);
    response.content_length(size);
    return response;
}

/// What is said to octets that are no request, before the connection is closed; nothing to a client that is gone or was too slow.
std::optional<HttpAnswer> refusal_of(beast::error_code error, const std::string& too_large)
{
    if (!error || error == http::error::end_of_stream) return std::nullopt;
    if (error == http::error::header_limit) return HttpAnswer{.status = 431, .body = "the head of the request is too large\n"};
    if (error == http::error::body_limit) return HttpAnswer{.status = 413, .body = too_large};
    const bool is_of_http = error.category() == beast::error_code{http::error::bad_method}.category();
    return is_of_http ? std::optional{HttpAnswer{.status = 400, .body = "this is no HTTP request\n"}} : std::nullopt;
}

/// RFC 9112 section 3.2.
bool has_one_host(const auto& message)
{
    const auto hosts = message.count(http::field::host);
    return hosts == 1 || (hosts == 0 && message.version() < 11);
}

/// Stands behind the other slow ones while it lives.
class Waits {
public:
    Waits(std::list<beast::tcp_stream*>& slow, beast::tcp_stream& stream) : slow_(slow), at_(slow.insert(slow.end(), &stream)) {}
    Waits(const Waits&) = delete;
    Waits& operator=(const Waits&) = delete;
    ~Waits() { slow_.erase(at_); }

private:
    std::list<beast::tcp_stream*>& slow_;
    std::list<beast::tcp_stream*>::iterator at_;
};

/// What came over a connection: a request, or why it is refused; neither where there is nobody to answer.
struct Received {
    HttpRequest request = {};
    std::optional<HttpAnswer> refusal = {};
    bool is_request = false;
    bool keep_alive = false;
    bool wants_body = true;   // of the answer
    unsigned version = 11;
};

asio::awaitable<Received> receive(auto& door, beast::tcp_stream& stream, beast::flat_buffer& buffer)
{
    const auto& limits = door.limits;
    const Waits waits{door.slow, stream};
    beast::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    Received received;
    http::request_parser<http::string_body> parser;
    parser.header_limit(limits.head_octets);
    parser.body_limit(limits.body_octets);
    if (buffer.size() == 0) {
        stream.expires_after(limits.idle);
        const auto space = buffer.prepare(limits.head_octets);
        const auto octets = co_await stream.async_read_some(space, token);
        buffer.commit(octets);
    }
    if (!error) {
        stream.expires_after(limits.head);
        co_await http::async_read_header(stream, buffer, parser, token);
    }
    received.refusal = refusal_of(error, limits.too_large);
    if (error) co_return received;
    received.version = parser.get().version();
    received.keep_alive = parser.get().keep_alive();
    received.wants_body = parser.get().method() != http::verb::head;
    received.request = request_of(parser.get(), local_endpoint(stream.socket().native_handle()));
    if (!has_one_host(parser.get()))
        received.refusal = HttpAnswer{.status = 400, .body = "expected one Host\n"};
    else if (door.admit)
        received.refusal = door.admit(received.request);
    if (received.refusal) co_return received;
    stream.expires_after(limits.idle);
    co_await http::async_read(stream, buffer, parser, token);
    received.refusal = refusal_of(error, limits.too_large);
    received.is_request = !error;
    received.request.body = std::move(parser.get().body());
    co_return received;
}

/// Has the handler answer.
asio::awaitable<HttpAnswer> answer_to(auto& state, auto& door, HttpRequest request)
{
    const auto waiting = std::make_shared<Waiting>(state.context);
    {
        // Not held by us: dropped by all others, it answers.
        const auto responder = std::make_shared<Responder>(state.gate, waiting);
        door.handler(std::move(request), [responder](HttpAnswer answer) { responder->give(std::move(answer)); });
    }
    while (!waiting->answer) {
        beast::error_code cancelled;
        co_await waiting->given.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    co_return std::move(*waiting->answer);
}

/// Closing over octets that were not read would reset the connection, and might take the answer away from the client (RFC 9112 section 9.6).
asio::awaitable<void> read_to_the_end(auto& door, beast::tcp_stream& stream, beast::flat_buffer& buffer)
{
    constexpr std::size_t most_octets = std::size_t{256} << 20;
    constexpr std::size_t piece = 64 * 1024;
    const Waits waits{door.slow, stream};
    beast::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    stream.expires_after(std::chrono::seconds{5});
    for (std::size_t left = most_octets; left >= piece && !error;) {
        buffer.consume(buffer.size());
        const auto space = buffer.prepare(piece);
        const auto octets = co_await stream.async_read_some(space, token);
        left -= octets;
    }
}

asio::awaitable<void> serve(auto& state, auto door, asio::ip::tcp::socket socket)
{
    beast::tcp_stream stream{std::move(socket)};
    beast::flat_buffer buffer;
    beast::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    for (;;) {
        auto received = co_await receive(*door, stream, buffer);
        const bool is_refused = received.refusal.has_value();
        if (!is_refused && !received.is_request) break;
        HttpAnswer answer;
        if (is_refused) {
            answer = std::move(*received.refusal);
        } else {
            stream.expires_never();   // others answer when they can
            answer = co_await answer_to(state, *door, std::move(received.request));
        }
        const bool keep_alive = received.keep_alive && !is_refused;
        auto response = response_of(std::move(answer), received.version, keep_alive, received.wants_body);
        http::response_serializer<http::string_body> serializer{response};
        stream.expires_after(door->limits.idle);
        if (received.wants_body)
            co_await http::async_write(stream, serializer, token);
        else
            co_await http::async_write_header(stream, serializer, token);
        if (error || !keep_alive) {
            beast::error_code ignored;
            stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
            if (is_refused) co_await read_to_the_end(*door, stream, buffer);
            break;
        }
    }
}

asio::awaitable<void> accept(auto& state, auto door)
{
    for (;;) {
        boost::system::error_code failed;
        auto socket = co_await door->acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failed));
        if (!door->acceptor.is_open()) co_return;
        if (failed) {
            // Out of descriptors: not at once again.
            asio::steady_timer pause{state.context, std::chrono::milliseconds{100}};
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, failed));
            continue;
        }
        if (door->connections >= door->limits.connections) {
            if (door->slow.empty()) continue;   // closed: all of them have asked, and wait for their answers
            door->slow.front()->close();
        }
        ++door->connections;
        asio::co_spawn(state.context, serve(state, door, std::move(socket)),
                       [door](const std::exception_ptr&) { --door->connections; });
    }
}

}   // namespace

std::unique_ptr<HttpService> HttpService::start()
{
    auto state = std::make_unique<State>();
    state->thread = std::thread{[&running = *state] {
        name_this_thread("http");
        while (!running.context.stopped()) try {
                running.context.run();
            } catch (...) {   // out of memory, for one: a request is lost, the service and the run are not
            }
    }};
    return std::unique_ptr<HttpService>{new HttpService{std::move(state)}};
}

IoResult<std::unique_ptr<HttpService>> HttpService::start(const Endpoint& local, Handler handler, Admit admit, Limits limits)
{
    auto service = start();
    const auto bound = service->listen(local, std::move(handler), std::move(admit), std::move(limits));
    if (!bound) return std::unexpected{bound.error()};
    service->local_ = *bound;
    return service;
}

IoResult<Endpoint> HttpService::listen(const Endpoint& local, Handler handler, Admit admit, Limits limits)
{
    const auto what = "serve HTTP on " + to_text(local);
    const auto door = std::make_shared<State::Door>(state_->context, std::move(handler), std::move(admit), std::move(limits));
    boost::system::error_code error;
    const SocketAddress address{local};
    asio::ip::tcp::endpoint endpoint;
    endpoint.resize(address.length);
    std::memcpy(endpoint.data(), address.get(), address.length);
    auto& acceptor = door->acceptor;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) return io_error(error.value(), what);
    const auto bound = local_endpoint(acceptor.native_handle());
    state_->doors.emplace_back(bound, door);
    asio::co_spawn(state_->context, accept(*state_, door), asio::detached);
    return bound;
}

void HttpService::stop_listening(const Endpoint& local)
{
    const auto found = std::ranges::find(state_->doors, local, &std::pair<Endpoint, std::shared_ptr<State::Door>>::first);
    if (found == state_->doors.end()) return;
    std::promise<void> closed;
    asio::post(state_->context, [&closed, door = found->second] {
        boost::system::error_code ignored;
        door->acceptor.close(ignored);
        closed.set_value();
    });
    closed.get_future().wait();
    state_->doors.erase(found);
}

HttpService::HttpService(std::unique_ptr<State> state) : state_(std::move(state)) {}

HttpService::~HttpService()
{
    {
        const std::lock_guard lock{state_->gate->mutex};
        state_->gate->context = nullptr;
    }
    state_->context.stop();
    state_->thread.join();
}

}   // namespace barrage
