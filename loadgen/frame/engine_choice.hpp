#pragma once
// The engine that a command was asked for. A value; main thread, before anything runs.

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "engine/engine.hpp"

namespace barrage {

struct EngineChoice {
    std::optional<EngineMode> mode;   // none: async, or sync where this build has no other
    EngineOptions options;
};

/// The engine that was asked for, or why there is none.
std::expected<std::unique_ptr<Engine>, std::string> make_engine(const EngineChoice& choice);

}   // namespace barrage
