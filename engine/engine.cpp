#include "engine/engine.hpp"

#include "engine/async_engine.hpp"
#include "engine/sync_engine.hpp"

namespace barrage {

std::unique_ptr<Engine> make_engine(EngineMode mode, const EngineOptions& options)
{
    if (mode == EngineMode::sync) return std::make_unique<SyncEngine>(options);
    return std::make_unique<AsyncEngine>(options);
}

}   // namespace barrage
