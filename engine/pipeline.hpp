#pragma once
// The road of a bulk run in async mode: generate → pack → post, as a TBB pipeline in a task_arena of its own, never on a shard's or the coordinator's
// thread. It reads a snapshot, the run's shared slice, and gives numbered windows of packed messages; a full stretch of windows ends it, and the
// foremost peer's passing of the low watermark starts the next. (The *intern* stage of a run's routes is behind them: a table is interned when it
// is loaded, once for all runs; see docs/decisions/0002-what-the-pipeline-does.md.)

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <mutex>

#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>
#include <oneapi/tbb/task_scheduler_observer.h>

#include "engine/on_shard.hpp"
#include "engine/window_source.hpp"

namespace barrage {

/// Where pipelines run. One for an engine; outlives every PipelinedWindows.
class PipelineArena {
public:
    /// `workers`: threads of TBB that may pack at once. `failed` is called in the handler of an exception that work has thrown, on its thread.
    PipelineArena(int workers, std::function<void()> failed);
    ~PipelineArena() noexcept { wait(); }
    void run(std::function<void()> work);
    /// Until nothing is under way any more.
    void wait() noexcept;
    [[nodiscard]] int workers() const noexcept { return workers_; }

private:
    /// TBB makes its threads when there is work, on a shard that asks: with its core and its name, which are not for them.
    struct Arrivals : oneapi::tbb::task_scheduler_observer {
        explicit Arrivals(oneapi::tbb::task_arena& arena);
        ~Arrivals() override { observe(false); }
        void on_scheduler_entry(bool is_worker) override;
    };

    int workers_;
    std::function<void()> failed_;
    oneapi::tbb::task_arena arena_;
    Arrivals arrivals_;
    oneapi::tbb::task_group tasks_;
};

/// The windows of one run for one update group, packed ahead of whoever asks. Any thread may ask.
class PipelinedWindows final : public std::enable_shared_from_this<PipelinedWindows> {
    using Status = WindowSource::Status;
    using Window = WindowSource::Window;

public:
    /// Windows ahead of the foremost peer at which a pipeline ends, and at which the next one starts.
    static constexpr std::uint32_t high_watermark = 12;
    static constexpr std::uint32_t low_watermark = 6;

    /// Windows that one wake-up of a shard is worth, from the start of a run on rising to that.
    static constexpr std::uint32_t most_per_wake = low_watermark;

    /// Windows that stay packed behind the foremost peer: 24 MB. Sessions of one run drift apart by what the kernel holds for each, and packing
    /// a window again for each of those behind costs more than keeping it.
    static constexpr std::uint32_t most_kept = 128;
    /// Windows packed once more for who fell farther behind, came late or started again.
    static constexpr std::size_t most_again = 32;

    /// `peers`: how many there may be to ask, where the run does not say; what so many have taken is let go. `wake`: called with a shard that
    /// had asked in vain, when a window came or the run ended.
    PipelinedWindows(RouteRun run, PackOptions options, PipelineArena& arena, std::shared_ptr<WindowMemory> memory,
                     std::size_t peers, std::function<void(ShardIndex)> wake);

    Window window(std::uint32_t number, ShardIndex asker);
    /// See WindowSource.
    std::shared_ptr<const LeftOut> left_out() const;

private:
    struct Item {
        std::uint32_t number = 0;
        RouteSlice slice;
        std::shared_ptr<PackedUpdates> updates;
        LeftOut left_out;
    };
    void run_pipeline();
    void pack_again(std::uint32_t number);
    // With mutex_ held.
    void start_if_low();
    void wake_askers();

    // The stages, and their parts.
    bool generate(Item& item);
    void pack(Item& item);
    void post(Item item);

    const RouteRun run_;
    const PackOptions options_;
    PipelineArena& arena_;
    const std::shared_ptr<WindowMemory> memory_;
    const std::size_t peers_;
    std::function<void(ShardIndex)> wake_;
    oneapi::tbb::enumerable_thread_specific<Packer> packers_;   // one for each worker

    mutable std::mutex mutex_;
    WindowCutter cutter_;            // generate's alone
    std::vector<RouteSlice> cuts_;   // of every window generated
    struct Packed {
        std::shared_ptr<const PackedUpdates> updates;
        std::size_t taken = 0;   // times
    };
    std::map<std::uint32_t, Packed> packed_;
    std::uint32_t posted_ = 0;     // windows packed the first time
    std::uint32_t foremost_ = 0;   // the highest number asked for
    bool cut_to_end_ = false;
    bool running_ = false;
    std::vector<ShardIndex> asked_in_vain_;
    std::uint32_t awaited_ = 0;   // the highest number asked for in vain
    struct Again {
        std::uint32_t number;
        std::shared_ptr<const PackedUpdates> updates;
    };
    std::deque<Again> again_;   // packed once more, latest at the back
    std::vector<std::uint32_t> packing_again_;
    std::shared_ptr<LeftOut> left_out_;
};

/// What the peers of one shard hold of them: the windows that come wake that shard and no other.
class ShardWindows final : public WindowSource {
public:
    ShardWindows(std::shared_ptr<PipelinedWindows> windows, ShardIndex shard) : windows_(std::move(windows)), shard_(shard) {}
    Window window(std::uint32_t number) override { return windows_->window(number, shard_); }
    std::shared_ptr<const LeftOut> left_out() const override { return windows_->left_out(); }

private:
    std::shared_ptr<PipelinedWindows> windows_;
    ShardIndex shard_;
};

}   // namespace barrage
