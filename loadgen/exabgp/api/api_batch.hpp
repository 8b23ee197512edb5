#pragma once
// Lines of one read on their way to the speaker: routes for the same neighbours gather here and go as one command.

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "loadgen/exabgp/api/api_commands.hpp"

namespace barrage::exabgp {

struct ApiCommands::Batch {
    /// One command's worth: a flood does not become one long turn.
    static constexpr std::size_t most_routes = 16384;

    Conversation conversation;

    Speaker::Neighbors to = {};
    bool withdraw = false;
    bool sync = false;
    std::uint64_t lines = 0;
    std::vector<ConfiguredRoute> routes = {};

    // The neighbours last found.
    std::optional<Speaker::Neighbors> found = {};
    std::string found_for = {};
    Speaker::Reach reach = {};   // of `found`

    [[nodiscard]] bool fits(const Speaker::Neighbors& neighbors, bool withdraws, bool syncs) const
    {
        return lines != 0 && withdraw == withdraws && sync == syncs && to == neighbors;
    }
    void begin(const Speaker::Neighbors& neighbors, bool withdraws, bool syncs)
    {
        to = neighbors;
        withdraw = withdraws;
        sync = syncs;
    }
};

}   // namespace barrage::exabgp
