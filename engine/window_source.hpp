#pragma once
// A run as one update group sends it: packed windows by number. The first peer that asks for a window has it packed, the others share it;
// one that fell behind, came late or started again asks for an old number and gets the same octets, packed again if they are gone.
// So memory is bounded by the windows kept, however many peers there are.
//   InlineWindows packs when asked, on the thread that asks: in sync, and on each shard that has no packers.
//   The pipeline packs ahead of the peers of all shards (engine/pipeline.hpp).

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "rib/packed_updates.hpp"
#include "rib/route_run.hpp"

namespace barrage {

/// Octets of a window: half of a core's L2 cache at most, and enough for one large write.
inline constexpr std::size_t window_octets = 192 * 1024;
/// Windows that stay packed behind the foremost peer.
inline constexpr std::size_t windows_kept = 16;

/// Memory for windows: that of one which nobody holds any more goes to whoever packs next, the latest first, which is likely in a cache
/// still. In a shared pointer; any thread.
class WindowMemory : public std::enable_shared_from_this<WindowMemory> {
public:
    static constexpr std::size_t most_spare = 64;   // 12 MB

    /// Empty.
    std::shared_ptr<PackedUpdates> take();
    /// How many wait to be used again.
    [[nodiscard]] std::size_t spare() const;

private:
    void put_back(std::unique_ptr<PackedUpdates> window) noexcept;

    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<PackedUpdates>> spare_;
};

/// Makes `sum` where there is something to add.
inline void add_left_out(std::shared_ptr<LeftOut>& sum, const LeftOut& more)
{
    if (more.empty()) return;
    if (!sum) sum = std::make_shared<LeftOut>();
    *sum += more;
}

class WindowSource {
public:
    enum class Status : std::uint8_t {
        ready,
        pending,   // being packed: whoever asked is woken
        end,       // the run has no such window
    };
    struct Window {
        Status status;
        std::shared_ptr<const PackedUpdates> updates;
    };

    virtual ~WindowSource() = default;
    /// Window `number`, counted from 0.
    virtual Window window(std::uint32_t number) = 0;
    /// Routes left out, and why, once `end` was answered; null where none were.
    virtual std::shared_ptr<const LeftOut> left_out() const = 0;
};

class InlineWindows final : public WindowSource {
public:
    InlineWindows(RouteRun run, PackOptions options, std::shared_ptr<WindowMemory> memory = std::make_shared<WindowMemory>());
    Window window(std::uint32_t number) override;
    std::shared_ptr<const LeftOut> left_out() const override { return left_out_; }

private:
    std::shared_ptr<const PackedUpdates> packed(std::uint32_t number);

    RouteRun run_;
    std::shared_ptr<WindowMemory> memory_;
    WindowCutter cutter_;
    Packer packer_;
    std::shared_ptr<LeftOut> left_out_;   // null: nothing was
    std::uint32_t looked_at_ = 0;         // windows whose routes left out are in left_out_
    std::vector<RouteSlice> cuts_;        // of every window so far
    bool cut_to_end_ = false;
    struct Kept {
        std::uint32_t number;
        std::shared_ptr<const PackedUpdates> updates;
        std::uint32_t taken = 0;   // times
    };
    std::deque<Kept> kept_;   // latest at the back; what all peers have taken goes
};

/// Finds the windows of a run for a group of peers, or makes them. Any thread.
template <class Source>
class SharedSources {
public:
    using Make = std::function<std::shared_ptr<Source>(const RouteRun&, const PackOptions&)>;
    explicit SharedSources(Make make) : make_(std::move(make)) {}

    std::shared_ptr<Source> find(const RouteRun& run, const PackOptions& options)
    {
        const std::lock_guard lock{mutex_};
        std::erase_if(known_, [](const Known& known) { return known.source.expired(); });
        for (const auto& known : known_)
            if (known.run == run.id && known.kind == run.kind && known.options == options && known.slice == run.slice)
                if (auto source = known.source.lock()) return source;
        auto source = make_(run, options);
        known_.push_back({run.id, run.slice, run.kind, options, source});
        return source;
    }

private:
    struct Known {
        std::uint64_t run;
        RouteSlice slice;
        RunKind kind;
        PackOptions options;
        std::weak_ptr<Source> source;
    };
    Make make_;
    std::mutex mutex_;
    std::vector<Known> known_;   // under mutex_; few: runs under way times groups
};

/// What the peers of one shard find theirs in.
using WindowSources = SharedSources<WindowSource>;

}   // namespace barrage
