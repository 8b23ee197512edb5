#pragma once
// The bounded way into a shard: any thread puts, the shard takes all at once in phase two. When it is full, whoever puts keeps the
// rest of its work and comes again after the shard's next turn; nothing is dropped and nobody is blocked.

#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace barrage {

template <class Work>
class Mailbox {
public:
    explicit Mailbox(std::size_t capacity) : capacity_(capacity) {}

    /// As much from the front of `work` as there is room for; what takes it takes all of that at once.
    void put_some(std::deque<Work>& work)
    {
        const std::lock_guard lock{mutex_};
        while (!work.empty() && waiting_.size() < capacity_) {
            waiting_.push_back(std::move(work.front()));
            work.pop_front();
        }
    }

    /// Everything, in the order in which it was put. `into` is overwritten and its memory used for what comes next.
    void take_all(std::vector<Work>& into)
    {
        into.clear();
        const std::lock_guard lock{mutex_};
        std::swap(into, waiting_);
    }

    [[nodiscard]] bool empty() const
    {
        const std::lock_guard lock{mutex_};
        return waiting_.empty();
    }

private:
    mutable std::mutex mutex_;
    std::size_t capacity_;
    std::vector<Work> waiting_;
};

}   // namespace barrage
