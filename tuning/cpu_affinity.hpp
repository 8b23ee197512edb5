#pragma once
// Which cores this process may use, and one thread on one of them: a shard that stays on its core keeps its cache, and a
// pause of one is not a pause of all. Each function speaks of the calling thread or of the process; any thread.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace barrage {

/// Core numbers in ascending order, as cpusets and taskset had left them to the process when this was asked first; never empty.
const std::vector<int>& usable_cores();

/// The calling thread runs on `core` only, from now on.
std::expected<void, std::string> pin_this_thread(int core);

/// The calling thread runs on any core that this process may use: a thread starts with the cores of the one that made it.
void unpin_this_thread() noexcept;

/// Others that want its core get most of it and are not interrupted, a receiver on this machine among them: a sender that runs ahead of it only
/// fills socket buffers, at twice the cost for each octet. With two shards on two cores, 100 sessions, medians of 15 rounds: 153M routes/s → 193M.
void lower_priority_of_this_thread() noexcept;

/// For ps, top and perf. The kernel keeps 15 octets: what is longer is cut.
void name_this_thread(std::string_view name) noexcept;

/// The core that the calling thread runs on at this moment; -1 where it cannot be told.
int current_core() noexcept;

}   // namespace barrage
