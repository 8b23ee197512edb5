#pragma once
// Commands over HTTP: POST of a form (`command=…`, `commands=… ; …`) or of plain lines, to any path; the answer has what a program would be
// told, and is 400 when a command was wrong. GET /healthz says whether the speaker takes turns. The commands of one request fall in one turn.
// Requests come on the service's thread and wait in a mailbox for the speaker's.

#include <expected>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "io/http.hpp"
#include "io/wake_signal.hpp"
#include "loadgen/exabgp/api/api.hpp"

namespace barrage::exabgp {

/// The command lines of a request's body; an error says what was expected.
std::expected<std::vector<std::string>, std::string> commands_of(const HttpRequest& request);

class HttpControl {
public:
    /// `token`: what clients have to have; empty: none.
    static IoResult<std::unique_ptr<HttpControl>> start(Engine& engine, const Endpoint& local, Api& api, std::string token = {});
    ~HttpControl();

    [[nodiscard]] const Endpoint& local() const noexcept { return service_->local(); }

private:
    /// Requests on their way; shared with the service's thread.
    struct Mailbox {
        struct Request {
            std::vector<std::string> lines;   // none: health
            bool json = false;
            HttpService::Respond respond;
        };
        std::mutex mutex;
        std::vector<Request> requests;   // under mutex
        WakeSignal arrived;
    };

    HttpControl(Engine& engine, Api& api, std::shared_ptr<Mailbox> mailbox);
    void take_requests();
    void take(Mailbox::Request request);
    void finish(const ApiConversation* conversation);

    /// A request whose commands are being carried out.
    struct Open {
        std::shared_ptr<ApiConversation> conversation;
        HttpService::Respond respond;
        bool taken_all = false;   // its lines
    };

    Engine& engine_;
    Api& api_;
    std::shared_ptr<Mailbox> mailbox_;
    Waiter::WatchId watch_ = 0;
    std::map<const ApiConversation*, Open> open_;
    std::unique_ptr<HttpService> service_;
};

}   // namespace barrage::exabgp
