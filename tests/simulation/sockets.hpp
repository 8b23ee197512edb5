#pragma once
// What SimNetwork hands out: its connections, attempts and listening sockets.

#include <cerrno>
#include <deque>
#include <memory>
#include <utility>

#include "tests/simulation/link.hpp"

namespace barrage::simulation {

class SimConnection final : public Connection {
public:
    SimConnection(SimNetwork& network, LinkEnd end) : network_(network), end_(std::move(end)), fd_(network.open({.end = end_})) {}
    ~SimConnection() override { close(); }

    [[nodiscard]] int fd() const noexcept override { return fd_; }
    [[nodiscard]] const Endpoint& local() const noexcept override { return end_.link->of(end_.side); }
    [[nodiscard]] const Endpoint& remote() const noexcept override { return end_.link->of(other(end_.side)); }
    IoResult<void> set_options(const SocketOptions&) override { return {}; }
    ReadResult read(std::span<std::uint8_t> into) noexcept override { return network_.read(end_, into); }
    WriteResult write(std::span<const iovec> pieces) noexcept override { return network_.write(end_, pieces); }
    [[nodiscard]] std::size_t unacknowledged() const noexcept override { return end_.link->from(end_.side).unacknowledged; }
    void shutdown_send() noexcept override { network_.finish(end_); }
    void reset() noexcept override
    {
        if (fd_ < 0) return;
        network_.send_reset(end_.link, end_.side);
        close();
    }

private:
    void close() noexcept
    {
        if (fd_ < 0) return;
        network_.leave(end_);
        network_.close(std::exchange(fd_, -1));
    }
    SimNetwork& network_;
    LinkEnd end_;
    int fd_;
};

class SimListener final : public ListeningSocket {
public:
    SimListener(SimNetwork& network, const Endpoint& local)
        : network_(network), local_(local), fd_(network.open({.listener = this}))
    {
        network_.listeners_[local_] = this;
    }
    ~SimListener() override
    {
        network_.listeners_.erase(local_);
        network_.close(fd_);
    }
    [[nodiscard]] int fd() const noexcept override { return fd_; }
    [[nodiscard]] const Endpoint& local() const noexcept override { return local_; }
    AcceptResult accept() override
    {
        if (waiting_.empty()) return {};
        auto end = std::move(waiting_.front());
        waiting_.pop_front();
        AcceptResult result{.status = AcceptResult::Status::accepted, .remote = end.link->of(other(end.side))};
        result.connection = std::make_shared<SimConnection>(network_, std::move(end));
        return result;
    }
    void put(LinkEnd end) { waiting_.push_back(std::move(end)); }
    [[nodiscard]] bool has_any() const noexcept { return !waiting_.empty(); }

private:
    SimNetwork& network_;
    Endpoint local_;
    int fd_;
    std::deque<LinkEnd> waiting_;
};

class SimAttempt final : public ConnectionAttempt {
public:
    enum class State : std::uint8_t { under_way, connected, refused };
    SimAttempt(SimNetwork& network, const Endpoint& remote)
        : state(std::make_shared<State>(State::under_way)), end(std::make_shared<LinkEnd>()), network_(network), remote_(remote),
          fd_(network.open({.attempt = this}))
    {
    }
    ~SimAttempt() override
    {
        network_.close(fd_);
        if (end->link && end.use_count() != 0 && !taken_) {
            network_.send_reset(end->link, Side::connecting);
            network_.leave(*end);
        }
    }
    [[nodiscard]] int fd() const noexcept override { return fd_; }
    IoResult<std::shared_ptr<Connection>> finish() override
    {
        if (*state == State::under_way) return nullptr;
        if (*state == State::refused) return io_error(ECONNREFUSED, "connect to " + to_text(remote_), "nothing listens there");
        taken_ = true;
        return std::make_shared<SimConnection>(network_, *end);
    }

    // Shared with what is under way: the attempt may be given up before it comes.
    std::shared_ptr<State> state;
    std::shared_ptr<LinkEnd> end;

private:
    SimNetwork& network_;
    Endpoint remote_;
    int fd_;
    bool taken_ = false;
};

}   // namespace barrage::simulation
