#pragma once
// What the octets on the wire say, by the codec alone and independent of engine, player and device: the messages of each connection, the table that
// the routes in them make up, and whether both ends keep their sessions alive. One thread.

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codec/message/notification.hpp"
#include "tests/simulation/network.hpp"

namespace barrage::simulation {

/// Prefix as text → what it was announced with, as a number.
using Table = std::map<std::string, std::uint64_t>;

/// One direction of a connection, as its reader has it.
struct Heard {
    Octets begun;   // of a message that is not whole yet
    std::uint64_t octets = 0;
    std::uint64_t messages = 0;
    std::uint64_t updates = 0;
    std::uint64_t announced = 0;   // prefixes
    std::uint64_t withdrawn = 0;
    Table table;
    std::optional<Notification> notification;
    std::uint16_t hold_time = 0;   // of the OPEN, seconds
    bool had_open = false;
    bool had_keepalive = false;   // the first, which answers the OPEN
};

struct Conversed {
    Endpoint from;   // who connected
    Endpoint to;
    std::array<Heard, 2> heard;                    // by the side that reads
    std::array<std::uint64_t, 2> written{};        // octets, by the side that writes
    std::array<std::uint64_t, 2> acknowledged{};   // … of those
    std::array<TimePoint, 2> last_written{TimePoint::max(), TimePoint::max()};
    std::array<Duration, 2> longest_silence{};   // of a side, while it was to keep the session alive
    std::optional<TimePoint> cut_at;             // a fault ended it then, while both sides were up, so that both must notice

    [[nodiscard]] const Heard& heard_by(Side side) const noexcept { return heard[std::to_underlying(side)]; }
    [[nodiscard]] bool was_up() const noexcept { return heard[0].had_keepalive && heard[1].had_keepalive; }
    /// What both OPENs come to.
    [[nodiscard]] std::chrono::seconds hold_time() const noexcept
    {
        return std::chrono::seconds{std::min(heard[0].hold_time, heard[1].hold_time)};
    }
};

class WireWatch final : public ConnectionWatch {
public:
    explicit WireWatch(const World& world) : world_(world) {}

    void connected(std::uint32_t connection, const Endpoint& from, const Endpoint& to) override;
    void was_read(std::uint32_t connection, Side by, OctetView octets) override;
    void was_written(std::uint32_t connection, Side by, OctetView octets) override;
    void was_acknowledged(std::uint32_t connection, Side to, std::size_t octets) override
    {
        all_[connection]->acknowledged[std::to_underlying(to)] += octets;
    }
    void befell(const LinkFault& fault) override;

    /// In the order of their making.
    [[nodiscard]] const std::vector<std::unique_ptr<Conversed>>& all() const noexcept { return all_; }
    /// The newest from this address; null: there was none.
    [[nodiscard]] const Conversed* newest_from(const IpAddress& address) const noexcept;
    /// Octets from this address that were acknowledged, over all its connections.
    [[nodiscard]] std::uint64_t acknowledged_from(const IpAddress& address) const noexcept;
    /// What was wrong with messages that anybody read.
    [[nodiscard]] const std::vector<std::string>& problems() const noexcept { return problems_; }

private:
    void take(Conversed& conversed, Heard& heard, OctetView message);

    const World& world_;
    std::vector<std::unique_ptr<Conversed>> all_;
    std::vector<std::string> problems_;
};

}   // namespace barrage::simulation
