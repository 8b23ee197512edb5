#include "tests/simulation/waiter.hpp"

#include <algorithm>
#include <utility>

namespace barrage::simulation {

Waiter::WatchId SimWaiter::watch(int fd, std::uint64_t tag, Interest interest)
{
    watched_.emplace(next_, Watched{fd, tag, interest});
    return next_++;
}

void SimWaiter::wait(TimePoint deadline, std::vector<Ready>& ready)
{
    const auto before = ready.size();
    for (const auto& [id, watched] : watched_)
        if (const auto found = look(watched); is_any(found)) ready.push_back(found);
    if (reports_some_ && ready.size() - before > 1) {
        const auto found = ready.size() - before;
        for (auto i = found - 1; i > 0; --i) std::swap(ready[before + i], ready[before + world_.random().below(i + 1)]);
        ready.resize(before + 1 + world_.random().below(found));
    }
    sleeps_ = ready.size() == before && !std::exchange(woken_, false) && deadline > world_.now();
    until_ = sleeps_ ? deadline : TimePoint::min();
    if (!sleeps_) woken_ = false;
}

bool SimWaiter::is_due(TimePoint now) const
{
    return woken_ || now >= until_ || std::ranges::any_of(watched_, [&](const auto& each) { return is_any(look(each.second)); });
}

}   // namespace barrage::simulation
