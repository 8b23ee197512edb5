#pragma once
// A turn: what a shard does between two waits, always in these four phases. Sync mode has one shard on the one thread, async mode one a core;
// the text is the same.

#include <cstdint>
#include <string>
#include <vector>

#include "engine/on_shard.hpp"
#include "engine/time.hpp"

namespace barrage {

enum class Phase : char { peers = 'P', commands = 'C', callbacks = 'B', flush = 'F' };

/// Which phase began when, for a test that asserts the order under load and for whoever wonders. Each shard writes its own;
/// it is read when the shards have ended. Bounded: the first `most_entries` are kept.
class TurnRecord {
public:
    struct Entry {
        std::uint64_t turn;
        Phase phase;
        TimePoint at;
    };
    explicit TurnRecord(std::uint32_t shard, std::size_t most_entries) : shard_(shard), most_entries_(most_entries) {}

    void begin(std::uint64_t turn, Phase phase)
    {
        if (entries_.size() < most_entries_) entries_.push_back({turn, phase, Clock::now()});
    }
    [[nodiscard]] std::uint32_t shard() const noexcept { return shard_; }
    [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }
    /// Lines of "SHARD TURN PHASE NANOSECONDS", nanoseconds since `start`.
    [[nodiscard]] std::string to_text(TimePoint start) const;

private:
    std::uint32_t shard_;
    std::size_t most_entries_;
    std::vector<Entry> entries_;
};

/// The order that everything else relies on. `shard` has the four phases as functions.
void take_turn(const OnShard& here, auto& shard, std::uint64_t turn, TurnRecord* record)
{
    const auto begin = [&](Phase phase) {
        if (record) record->begin(turn, phase);
    };
    begin(Phase::peers);
    shard.peers_phase(here);   // every peer takes what arrived, then sends what its Adj-RIB-Out held when the turn began
    begin(Phase::commands);
    shard.commands_phase(here);   // commands that arrived are taken and put in order
    begin(Phase::callbacks);
    shard.callbacks_phase(here);   // they run, and change Adj-RIB-Outs
    begin(Phase::flush);
    shard.flush_phase(here);   // answers and events go to who asked
}

}   // namespace barrage
