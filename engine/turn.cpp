#include "engine/turn.hpp"

namespace barrage {

std::string TurnRecord::to_text(TimePoint start) const
{
    std::string text;
    for (const auto& entry : entries_) {
        const auto nanoseconds = std::chrono::nanoseconds{entry.at - start}.count();
        text += std::to_string(shard_) + ' ' + std::to_string(entry.turn) + ' ' + static_cast<char>(entry.phase) + ' ' +
                std::to_string(nanoseconds) + '\n';
    }
    return text;
}

}   // namespace barrage
