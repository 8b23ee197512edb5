#pragma once
// Commands over HTTP. The control port takes them from anyone, for all neighbours: the answer has what a program would be sent, and is 400
// when a command was wrong. A process that is SONiC's http_api.py is served here too, on its own port and for its own neighbours, and answers as
// that contract says. The commands of one request fall in one turn. Requests come on the service's thread and wait in a mailbox for the
// speaker's.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "io/http.hpp"
#include "io/wake_signal.hpp"
#include "loadgen/exabgp/api/api.hpp"
#include "loadgen/exabgp/api/http_commands.hpp"

namespace barrage::exabgp {

class HttpControl {
public:
    HttpControl(Speaker& speaker, Api& api, Api::Log log);
    ~HttpControl();

    /// The control port; returned with the port that the kernel chose, where it was 0. `token`: what clients have to have; empty: none.
    IoResult<Endpoint> listen(const Endpoint& local, std::string token);
    /// Serves the processes that have a port of their own, and no others any more. The error of the first that cannot be: the others are.
    IoResult<void> follow(const std::vector<ProcessConfig>& processes);

private:
    enum class Asks : std::uint8_t { commands, health, adj_rib_in, routes, metrics };
    struct Request {
        Asks asks = Asks::commands;
        std::vector<std::string> lines;
        bool json = false;
        RoutesPage page;                              // of routes
        std::shared_ptr<const std::string> process;   // null: the control port
        HttpService::Respond respond;
    };
    /// Requests on their way; shared with the service's thread.
    struct Mailbox {
        std::mutex mutex;
        std::vector<Request> requests;   // under mutex
        WakeSignal arrived;
        void post(Request request);
    };
    /// A request whose commands are being carried out.
    struct Open {
        std::shared_ptr<ApiConversation> conversation;
        HttpService::Respond respond;
        bool taken_all = false;                      // its lines
        std::shared_ptr<CommandFailures> failures;   // of a program's port
    };
    struct Program {
        std::uint16_t port = 0;
        Endpoint local;
    };

    /// Fills in which part of a RIB is asked for; false: it has been refused.
    static bool take_page(const HttpRequest& request, Request& into, const HttpService::Respond& respond);
    static HttpService::Handler control_handler(std::shared_ptr<Mailbox> mailbox);
    static HttpService::Handler program_handler(std::shared_ptr<Mailbox> mailbox, const std::string& process);
    IoResult<Endpoint> serve(const ProcessConfig& process);
    void take_requests();
    void take(Request request);
    void take_commands(Request request);
    void show_routes(Request request);
    void finish(const ApiConversation* conversation);

    Speaker& speaker_;
    Api& api_;
    Api::Log log_;
    std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
    Waiter::WatchId watch_ = 0;
    std::map<const ApiConversation*, Open> open_;
    std::map<std::string, Program> programs_;   // by process
    std::unique_ptr<HttpService> service_;
};

}   // namespace barrage::exabgp
