#pragma once
// Whether all that was advertised one by one has been packed, sent and acknowledged: the counters stand still and are equal. The
// observer's thread.

#include <utility>
#include <vector>

#include "loadgen/play/player.hpp"

namespace barrage {

class Settling {
public:
    void begin(std::vector<PlayedPeer*> lines, TimePoint now)
    {
        lines_ = std::move(lines);
        check_at_ = quiet_since_ = now;
    }
    [[nodiscard]] TimePoint deadline() const noexcept { return check_at_; }
    /// To be asked again and again, from begin() on.
    [[nodiscard]] bool is_settled(Player& player, TimePoint now)
    {
        constexpr auto still = std::chrono::milliseconds{30};
        if (now < check_at_) return false;
        check_at_ = now + std::chrono::milliseconds{5};
        bool equal = true;
        std::uint64_t sent = 0;
        for (const auto* line : lines_) {
            if (!line->up) continue;
            const auto numbers = player.engine().numbers(*line->index);
            equal &= numbers.sent_routes - line->never_acked == numbers.acked_routes;
            sent += numbers.sent_routes;
        }
        if (std::exchange(sent_, sent) != sent || !equal) quiet_since_ = now;
        return now - quiet_since_ >= still;
    }

private:
    std::vector<PlayedPeer*> lines_;
    std::uint64_t sent_ = 0;
    TimePoint check_at_ = never;
    TimePoint quiet_since_ = never;
};

}   // namespace barrage
