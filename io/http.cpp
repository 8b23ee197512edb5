#include "io/http.hpp"

#include <algorithm>
#include <cstring>
#include <future>
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
        Door(asio::io_context& context, Handler handler_, Limits limits_)
            : handler(std::move(handler_)), limits(std::move(limits_)), acceptor(context)
        {
        }
        Handler handler;
        Limits limits;
        asio::ip::tcp::acceptor acceptor;
        std::size_t connections = 0;
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

HttpRequest request_of(http::request<http::string_body>&& message)
{
    HttpRequest request;
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
    response.keep_alive(keep_alive);
    const auto size = answer.body.size();
    if (with_body) response.body() = std::move(answer.body);
    response.content_length(size);
    return response;
}

/// What the other side still sends, so that it reads the answer and no reset.
asio::awaitable<void> pass_over(beast::tcp_stream& stream, std::chrono::seconds idle)
{
    constexpr std::size_t most_octets = std::size_t{1} << 30;
    std::vector<char> octets(std::size_t{64} << 10);
    beast::error_code error;
    stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
    for (std::size_t passed = 0; !error && passed < most_octets;) {
        stream.expires_after(idle);
        passed += co_await stream.async_read_some(asio::buffer(octets), asio::redirect_error(asio::use_awaitable, error));
    }
}

asio::awaitable<void> serve(auto& state, auto door, asio::ip::tcp::socket socket)
{
    const auto& limits = door->limits;
    beast::tcp_stream stream{std::move(socket)};
    beast::flat_buffer buffer;
    beast::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    for (;;) {
        http::request_parser<http::string_body> parser;
        parser.body_limit(limits.body_octets);
        stream.expires_after(limits.idle);
        co_await http::async_read(stream, buffer, parser, token);
        if (error == http::error::body_limit) {
            auto refusal = response_of({.status = 413, .body = limits.too_large}, 11, false, true);
            error = {};
            co_await http::async_write(stream, refusal, token);
            if (!error) co_await pass_over(stream, limits.idle);
            break;
        }
        if (error) break;
        auto message = parser.release();
        const auto version = message.version();
        const bool keep_alive = message.keep_alive();
        const bool with_body = message.method() != http::verb::head;

        const auto waiting = std::make_shared<Waiting>(state.context);
        stream.expires_never();   // others answer when they can
        {
            // Not held by us: dropped by all others, it answers.
            const auto responder = std::make_shared<Responder>(state.gate, waiting);
            door->handler(request_of(std::move(message)), [responder](HttpAnswer answer) { responder->give(std::move(answer)); });
        }
        while (!waiting->answer) {
            beast::error_code cancelled;
            co_await waiting->given.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        }
        auto response = response_of(std::move(*waiting->answer), version, keep_alive, with_body);
        http::response_serializer<http::string_body> serializer{response};
        stream.expires_after(limits.idle);
        if (with_body)
            co_await http::async_write(stream, serializer, token);
        else
            co_await http::async_write_header(stream, serializer, token);
        if (error || !keep_alive) break;
    }
    beast::error_code ignored;
    stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
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
        if (door->connections >= door->limits.connections) continue;   // closed
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
        running.context.run();
    }};
    return std::unique_ptr<HttpService>{new HttpService{std::move(state)}};
}

IoResult<std::unique_ptr<HttpService>> HttpService::start(const Endpoint& local, Handler handler, Limits limits)
{
    auto service = start();
    const auto bound = service->listen(local, std::move(handler), std::move(limits));
    if (!bound) return std::unexpected{bound.error()};
    service->local_ = *bound;
    return service;
}

IoResult<Endpoint> HttpService::listen(const Endpoint& local, Handler handler, Limits limits)
{
    const auto what = "serve HTTP on " + to_text(local);
    const auto door = std::make_shared<State::Door>(state_->context, std::move(handler), std::move(limits));
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
