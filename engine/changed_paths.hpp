#pragma once
// Which senders announce which measured prefix otherwise than their tables say (known_paths.hpp), or did before: single changes of attributes, and
// routes that stand in no table.
//
// Written by the observer's thread while the engine runs, read by any thread: behind locks of which each is of a part of the numbers, and a
// flag a number, made at the first change, so that runs without any pay nothing.

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "engine/known_paths.hpp"

namespace barrage {

class ChangedPaths {
public:
    using Number = KnownPaths::Number;
    using Sender = KnownPaths::Sender;
    using Advertised = KnownPaths::Advertised;

    /// Of so many numbers; before the engine runs.
    void set_size(std::size_t numbers) noexcept { numbers_ = numbers; }
    /// From now on the sender's route comes with this. Observer's thread.
    void set(Sender sender, Number number, const Advertised& advertised);
    /// … as its table says. Observer's thread.
    void erase(Sender sender, Number number);

    // ---- Any thread.

    [[nodiscard]] bool has(Number number) const noexcept { return flag(number) == Flag::now; }
    /// It was ever announced otherwise than a table says.
    [[nodiscard]] bool had(Number number) const noexcept { return flag(number) != Flag::unchanged; }
    [[nodiscard]] std::optional<Advertised> find(Sender sender, Number number) const;
    /// Calls `visit(Sender, const Advertised&)` for each sender of this number that has one, behind the lock.
    void for_each(Number number, auto&& visit) const
    {
        if (!has(number)) return;
        const auto& part = part_of(number);
        const std::scoped_lock lock{part.mutex};
        if (const auto found = part.paths.find(number); found != part.paths.end())
            for (const auto& [sender, advertised] : found->second.now) visit(sender, advertised);
    }
    /// … and for each that it had before. False: there were too many to be kept.
    bool for_each_ever(Number number, auto&& visit) const
    {
        if (!had(number)) return true;
        const auto& part = part_of(number);
        const std::scoped_lock lock{part.mutex};
        const auto found = part.paths.find(number);
        if (found == part.paths.end()) return true;
        for (const auto* paths : {&found->second.now, &found->second.before})
            for (const auto& [sender, advertised] : *paths) visit(sender, advertised);
        return !found->second.has_more;
    }

private:
    struct Path {
        Sender sender;
        Advertised advertised;
    };
    struct Of {
        std::vector<Path> now;
        std::vector<Path> before;
        bool has_more = false;   // before
    };
    struct Part {
        mutable std::mutex mutex;
        boost::unordered_flat_map<Number, Of> paths;
    };
    enum class Flag : std::uint8_t { unchanged, before, now };
    static constexpr std::size_t most_before = 16;
    [[nodiscard]] Flag flag(Number number) const noexcept
    {
        const auto* flags = published_.load(std::memory_order_acquire);
        return flags && number < numbers_ ? flags[number].load(std::memory_order_acquire) : Flag::unchanged;
    }
    static void keep(Of& of, const Path& path);
    [[nodiscard]] Part& part_of(Number number) noexcept { return parts_[number % parts_.size()]; }
    [[nodiscard]] const Part& part_of(Number number) const noexcept { return parts_[number % parts_.size()]; }

    std::size_t numbers_ = 0;
    std::unique_ptr<std::atomic<Flag>[]> flags_;                 // by number: whether some sender has one, or had
    std::atomic<const std::atomic<Flag>*> published_{nullptr};   // flags_, for readers
    std::array<Part, 16> parts_;
};

}   // namespace barrage
