#pragma once
// Commands from outside, in the same queue and with the same answers as those of programs: ExaBGP's named pipes, a Unix socket, and HTTP. It ends
// with the speaker, before the programs do. On the speaker's thread; HTTP has one of its own, and posts here.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/endpoint.hpp"
#include "io/io_error.hpp"
#include "loadgen/exabgp/api/api.hpp"
#include "loadgen/exabgp/api/control_socket.hpp"
#include "loadgen/exabgp/api/http_control.hpp"
#include "loadgen/exabgp/api/named_pipes.hpp"

namespace barrage::exabgp {

struct ControlOptions {
    std::optional<NamedPipes> pipes;
    std::string socket_path;   // empty: none
    std::optional<Endpoint> http;
    std::string http_token = {};   // empty: whoever can connect may command
};

class ApiControl {
public:
    using Log = Api::Log;

    ApiControl(Speaker& speaker, Api& api, Log log) : speaker_(speaker), api_(api), log_(std::move(log)) {}
    ~ApiControl() { end(); }

    /// Before Speaker::run(). The error of the first that cannot be had.
    IoResult<void> start(const ControlOptions& options);
    /// The configuration has these processes now: those with a port of their own are served.
    IoResult<void> follow(const std::vector<ProcessConfig>& processes);
    void end();
    /// With the port that the kernel chose, where it was 0.
    [[nodiscard]] std::optional<Endpoint> http_endpoint() const { return http_endpoint_; }

private:
    static constexpr std::size_t most_connections = 256;

    void add_connection(FileDescriptor connection);
    HttpControl& http();
    [[nodiscard]] ApiChannel::Surroundings surroundings();

    Speaker& speaker_;
    Api& api_;
    Log log_;
    std::shared_ptr<ApiChannel> pipes_;
    std::unique_ptr<ControlSocket> socket_;
    std::vector<std::shared_ptr<ApiChannel>> connections_;
    std::unique_ptr<HttpControl> http_;   // once there is something to listen on
    std::optional<Endpoint> http_endpoint_;
};

}   // namespace barrage::exabgp
