#include "loadgen/frame/engine_choice.hpp"

namespace barrage {

std::expected<std::unique_ptr<Engine>, std::string> make_engine(const EngineChoice& choice)
{
    auto engine = make_engine(choice.mode.value_or(EngineMode::async), choice.options);
    if (!engine || (choice.mode && engine->mode() != *choice.mode))
        return std::unexpected("this build has no async engine; use --mode sync");
    return engine;
}

}   // namespace barrage
