#include "engine/engine.hpp"

#include "engine/sync_engine.hpp"

namespace barrage {

std::unique_ptr<Engine> make_engine(EngineMode, const EngineOptions& options) { return std::make_unique<SyncEngine>(options); }

} // namespace barrage
