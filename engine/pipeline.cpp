#include "engine/pipeline.hpp"

#include <algorithm>
#include <utility>

#include <oneapi/tbb/parallel_pipeline.h>

#include "tuning/cpu_affinity.hpp"

namespace barrage {

namespace tbb = oneapi::tbb;

namespace {

// Work goes from thread to thread inside the library of TBB, where ThreadSanitizer cannot see that it is handed over properly. For it alone
// this is stated once more: whoever gives work away releases, whoever takes it acquires. Clang has a feature for it, g++ a macro.
#if defined(__SANITIZE_THREAD__)
constexpr bool is_watched = true;
#elif defined(__clang__)
constexpr bool is_watched = __has_feature(thread_sanitizer);
#else
constexpr bool is_watched = false;
#endif

template <bool Watched>
struct HandedOver {
    static void gives() noexcept {}
    static void takes() noexcept {}
};
template <>
struct HandedOver<true> {
    static void gives() noexcept { count.fetch_add(1, std::memory_order_release); }
    static void takes() noexcept { (void)count.load(std::memory_order_acquire); }
    inline static std::atomic<std::uint64_t> count{0};
};
void gives() noexcept { HandedOver<is_watched>::gives(); }
void takes() noexcept { HandedOver<is_watched>::takes(); }

}   // namespace

PipelineArena::PipelineArena(int workers, std::function<void()> failed)
    : workers_(workers), failed_(std::move(failed)), arena_(workers, 0), arrivals_(arena_)
{
}

PipelineArena::Arrivals::Arrivals(oneapi::tbb::task_arena& arena) : task_scheduler_observer(arena) { observe(true); }

void PipelineArena::Arrivals::on_scheduler_entry(bool is_worker)
{
    static thread_local bool settled = false;   // a worker comes and goes with the work
    if (!is_worker || std::exchange(settled, true)) return;
    unpin_this_thread();
    name_this_thread("pipeline");
}

void PipelineArena::wait() noexcept
{
    arena_.execute([&] { tasks_.wait(); });
    takes();
}

void PipelineArena::run(std::function<void()> work)
{
    takes();   // the memory of a task that was done is used again for this one
    auto task = tasks_.defer([this, work = new std::function<void()>(std::move(work))] {
        takes();
        {
            const std::unique_ptr<std::function<void()>> mine{work};
            try {
                (*mine)();
            } catch (...) {
                failed_();
            }
        }   // with what it holds, here and now
        gives();   // nothing of the task is touched behind this
    });
    gives();
    arena_.enqueue(std::move(task));
}

PipelinedWindows::PipelinedWindows(RouteRun run, PackOptions options, PipelineArena& arena, std::shared_ptr<WindowMemory> memory,
                                   std::size_t peers, std::function<void(ShardIndex)> wake)
    : run_(std::move(run)), options_(options), arena_(arena), memory_(std::move(memory)),
      peers_(run_.peers != 0 ? run_.peers : peers), wake_(std::move(wake)), packers_([options] { return make_packer(options); }),
      cutter_(run_.slice, run_.kind, std::move(options), window_octets)
{
}

WindowSource::Window PipelinedWindows::window(std::uint32_t number, ShardIndex asker)
{
    const std::lock_guard lock{mutex_};
    foremost_ = std::max(foremost_, number);
    start_if_low();
    if (const auto found = packed_.find(number); found != packed_.end()) {
        auto updates = found->second.updates;
        if (++found->second.taken == peers_) packed_.erase(found);
        return {Status::ready, std::move(updates)};
    }
    if (const auto found = std::ranges::find(again_, number, &Again::number); found != again_.end())
        return {Status::ready, found->updates};
    if (cut_to_end_ && number >= cuts_.size()) return {Status::end, nullptr};
    if (std::ranges::find(asked_in_vain_, asker) == asked_in_vain_.end()) asked_in_vain_.push_back(asker);
    awaited_ = std::max(awaited_, number);
    // One that was packed and let go: whoever asks fell behind, came late or started again.
    if (number < posted_ && std::ranges::find(packing_again_, number) == packing_again_.end()) {
        packing_again_.push_back(number);
        arena_.run([self = shared_from_this(), number] { self->pack_again(number); });
    }
    return {Status::pending, nullptr};
}

std::shared_ptr<const LeftOut> PipelinedWindows::left_out() const
{
    const std::lock_guard lock{mutex_};
    return left_out_;
}

void PipelinedWindows::start_if_low()
{
    if (running_ || cut_to_end_ || posted_ >= foremost_ + low_watermark) return;
    running_ = true;
    arena_.run([self = shared_from_this()] { self->run_pipeline(); });
}

void PipelinedWindows::wake_askers()
{
    for (const auto shard : asked_in_vain_) wake_(shard);
    asked_in_vain_.clear();
}

void PipelinedWindows::run_pipeline()
{
    const auto tokens = static_cast<std::size_t>(2 * arena_.workers() + 1);                // bounds the windows under way
    const auto stages = tbb::make_filter<void, Item*>(tbb::filter_mode::serial_in_order,   // a run has one cursor
                                                      [this](tbb::flow_control& flow) -> Item* {
                                                          takes();
                                                          auto item = std::make_unique<Item>();
                                                          if (!generate(*item)) {
                                                              flow.stop();
                                                              return nullptr;
                                                          }
                                                          gives();
                                                          return item.release();
                                                      }) &
                        tbb::make_filter<Item*, Item*>(tbb::filter_mode::parallel,   // the hot stage: octets are made here
                                                       [this](Item* item) {
                                                           takes();
                                                           pack(*item);
                                                           gives();
                                                           return item;
                                                       }) &
                        tbb::make_filter<Item*, void>(tbb::filter_mode::serial_in_order,   // peers see the order of the run
                                                      [this](Item* item) {
                                                          takes();
                                                          post(std::move(*std::unique_ptr<Item>{item}));
                                                          gives();
                                                      });
    gives();
    tbb::parallel_pipeline(tokens, stages);
    takes();
    const std::lock_guard lock{mutex_};
    running_ = false;
    start_if_low();   // peers may have come nearer while the last windows were packed
}

bool PipelinedWindows::generate(Item& item)
{
    {
        const std::lock_guard lock{mutex_};
        if (cut_to_end_ || cuts_.size() >= foremost_ + high_watermark) return false;
    }
    auto slice = cutter_.next();
    const std::lock_guard lock{mutex_};
    if (!slice) {
        cut_to_end_ = true;
        wake_askers();   // for the end
        return false;
    }
    item.number = static_cast<std::uint32_t>(cuts_.size());
    item.slice = *slice;
    cuts_.push_back(std::move(*slice));
    return true;
}

void PipelinedWindows::pack(Item& item)
{
    item.updates = memory_->take();
    auto& packer = packers_.local();
    pack_window(item.slice, run_.kind, packer, *item.updates);
    item.left_out = packing(packer).take_left_out();
}

void PipelinedWindows::post(Item item)
{
    const std::lock_guard lock{mutex_};
    packed_.emplace(item.number, Packed{std::move(item.updates)});
    add_left_out(left_out_, item.left_out);
    posted_ = item.number + 1;
    while (!packed_.empty() && packed_.begin()->first + most_kept < foremost_) packed_.erase(packed_.begin());
    // Waking a thread costs about as much as packing a window: later in the run several are worth one wake-up.
    if (posted_ > awaited_ + std::min(awaited_, most_per_wake - 1) || (cut_to_end_ && posted_ == cuts_.size())) wake_askers();
}

void PipelinedWindows::pack_again(std::uint32_t number)
{
    Item item{.number = number};
    {
        const std::lock_guard lock{mutex_};
        item.slice = cuts_[number];
    }
    pack(item);   // what it leaves out was counted the first time
    const std::lock_guard lock{mutex_};
    again_.push_back({number, std::move(item.updates)});
    if (again_.size() > most_again) again_.pop_front();
    std::erase(packing_again_, number);
    wake_askers();
}

}   // namespace barrage
