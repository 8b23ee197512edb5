#include "tuning/cpu_affinity.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace barrage {

namespace {

struct FreeCpuSet {
    void operator()(cpu_set_t* set) const noexcept { CPU_FREE(set); }
};
using CpuSet = std::unique_ptr<cpu_set_t, FreeCpuSet>;

constexpr int most_cores = 1 << 16;

std::vector<int> cores_of_process()
{
    // The kernel refuses a set smaller than its own, whose size nobody tells.
    for (int cores = CPU_SETSIZE; cores <= most_cores; cores *= 2) {
        const CpuSet set{CPU_ALLOC(cores)};
        const auto size = CPU_ALLOC_SIZE(cores);
        if (!set) break;
        CPU_ZERO_S(size, set.get());
        if (sched_getaffinity(getpid(), size, set.get()) != 0) {
            if (errno == EINVAL) continue;
            break;
        }
        std::vector<int> usable;
        for (int core = 0; core < cores; ++core)
            if (CPU_ISSET_S(core, size, set.get())) usable.push_back(core);
        if (!usable.empty()) return usable;
        break;
    }
    return {0};
}

}   // namespace

const std::vector<int>& usable_cores()
{
    static const auto cores = cores_of_process();   // later the first thread may be pinned to one of them
    return cores;
}

std::expected<void, std::string> pin_this_thread(int core)
{
    const auto usable = usable_cores();
    if (!std::ranges::binary_search(usable, core))
        return std::unexpected("core " + std::to_string(core) + " is not among the " + std::to_string(usable.size()) +
                               " that this process may use; see `taskset -pc $$`");
    const CpuSet set{CPU_ALLOC(core + 1)};
    const auto size = CPU_ALLOC_SIZE(core + 1);
    if (!set) return std::unexpected(std::string{"no memory for a set of cores"});
    CPU_ZERO_S(size, set.get());
    CPU_SET_S(core, size, set.get());
    if (const int error = pthread_setaffinity_np(pthread_self(), size, set.get()); error != 0)
        return std::unexpected("core " + std::to_string(core) + ": " + std::strerror(error));
    return {};
}

void lower_priority_of_this_thread() noexcept
{
    constexpr int nice = 10;   // a tenth of the weight of who has none
    const auto thread = static_cast<id_t>(gettid());
    (void)setpriority(PRIO_PROCESS, thread, getpriority(PRIO_PROCESS, thread) + nice);   // Linux: of the thread
    const sched_param none{};
    (void)sched_setscheduler(0, SCHED_BATCH, &none);   // does not interrupt others when it wakes
}

void unpin_this_thread() noexcept
{
    const auto usable = usable_cores();
    const CpuSet set{CPU_ALLOC(usable.back() + 1)};
    if (!set) return;   // as it was, then
    const auto size = CPU_ALLOC_SIZE(usable.back() + 1);
    CPU_ZERO_S(size, set.get());
    for (const int core : usable) CPU_SET_S(core, size, set.get());
    pthread_setaffinity_np(pthread_self(), size, set.get());
}

void name_this_thread(std::string_view name) noexcept
{
    char kept[16]{};
    name.copy(kept, sizeof kept - 1);
    pthread_setname_np(pthread_self(), kept);
}

int current_core() noexcept { return sched_getcpu(); }

}   // namespace barrage
