#pragma once
// Waits until receivers have seen what changes of single routes came to, for so long at most: asked again and again, since no event reports it. What
// they have not seen then counts as not returned. The observer's thread.

#include <functional>
#include <memory>
#include <vector>

#include "loadgen/play/player.hpp"

namespace barrage {

class ComingBack {
public:
    [[nodiscard]] bool is_looking() const noexcept { return wanted_ != nullptr; }
    void begin(std::vector<MeasuredRoutes::Number> wanted, Duration patience, TimePoint now)
    {
        wanted_ = std::make_shared<const std::vector<MeasuredRoutes::Number>>(std::move(wanted));
        give_up_at_ = now + patience;
        check_at_ = now;
        every_ = std::chrono::milliseconds{2};
        asked_ = false;
    }
    [[nodiscard]] TimePoint deadline() const noexcept { return asked_ || !wanted_ ? never : check_at_; }
    /// To be called again and again. `guarded` makes a call that does nothing once the phase is no more; `then(const NotReturned&)` comes once.
    void go_on(Player& player, TimePoint now, auto guarded, std::function<void(const NotReturned&)> then)
    {
        if (asked_ || !wanted_ || now < check_at_) return;
        asked_ = true;
        const bool last = now >= give_up_at_;
        player.look_for(wanted_, guarded([this, last, then = std::move(then)](const NotReturned& missed) {
                            asked_ = false;
                            if (missed.all() == 0 || last) {
                                wanted_.reset();
                                return then(missed);
                            }
                            every_ = std::min<Duration>(2 * every_, std::chrono::milliseconds{100});
                            check_at_ = Clock::now() + every_;
                        }));
    }

private:
    std::shared_ptr<const std::vector<MeasuredRoutes::Number>> wanted_;
    Duration every_{};
    TimePoint check_at_ = never;
    TimePoint give_up_at_ = never;
    bool asked_ = false;
};

}   // namespace barrage
