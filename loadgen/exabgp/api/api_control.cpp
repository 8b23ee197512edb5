#include "loadgen/exabgp/api/api_control.hpp"

#include <fcntl.h>

#include <algorithm>

namespace barrage::exabgp {

ApiChannel::Surroundings ApiControl::surroundings()
{
    return {[this](const auto& conversation, const auto& next) { api_.commands().take_lines(conversation, next); }, log_};
}

IoResult<void> ApiControl::start(const ControlOptions& options)
{
    if (options.pipes) {
        auto in = open_command_pipe(*options.pipes);
        if (!in) return std::unexpected{in.error()};
        auto around = surroundings();
        around.open_output = [pipes = *options.pipes] { return open_answer_pipe(pipes); };
        pipes_ = std::make_shared<ApiChannel>(speaker_.engine(), PipeReader{std::move(*in), ApiChannel::longest_line},
                                              PipeWriter{}, api_.open_conversation("named pipe"), std::move(around));
        pipes_->start();
    }
    if (!options.socket_path.empty()) {
        auto socket = ControlSocket::listen(speaker_.engine(), options.socket_path,
                                            [this](FileDescriptor connection) { add_connection(std::move(connection)); });
        if (!socket) return std::unexpected{socket.error()};
        socket_ = std::move(*socket);
    }
    if (options.http) {
        auto local = http().listen(*options.http, options.http_token);
        if (!local) return std::unexpected{local.error()};
        http_endpoint_ = *local;
    }
    return {};
}

HttpControl& ApiControl::http()
{
    if (!http_) http_ = std::make_unique<HttpControl>(speaker_, api_, log_);
    return *http_;
}

IoResult<void> ApiControl::follow(const std::vector<ProcessConfig>& processes)
{
    const bool has_ports =
        std::ranges::any_of(processes, [](const ProcessConfig& process) { return process.http_port.has_value(); });
    if (!http_ && !has_ports) return {};
    return http().follow(processes);
}

void ApiControl::add_connection(FileDescriptor connection)
{
    if (connections_.size() >= most_connections) {
        log_("too many connections to the control socket: one more is refused");
        return;
    }
    FileDescriptor second{::fcntl(connection.get(), F_DUPFD_CLOEXEC, 3)};
    if (!second) return;
    auto around = surroundings();
    around.on_end = [this](ApiChannel& gone) {
        std::erase_if(connections_, [&](const auto& each) { return each.get() == &gone; });
    };
    auto channel = std::make_shared<ApiChannel>(speaker_.engine(), PipeReader{std::move(connection), ApiChannel::longest_line},
                                                PipeWriter{std::move(second), ApiChannel::input_high_watermark},
                                                api_.open_conversation("control socket"), std::move(around));
    channel->start();
    connections_.push_back(std::move(channel));
}

void ApiControl::end()
{
    http_.reset();
    pipes_.reset();
    socket_.reset();
    connections_.clear();
}

}   // namespace barrage::exabgp
