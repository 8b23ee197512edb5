#include "loadgen/play/phase_run.hpp"

namespace barrage {

std::unique_ptr<PhaseRun> make_phase_run(const Scenario::Phase& phase, Player& player)
{
    return std::visit([&](const auto& what) { return make_run(what, player); }, phase.what);
}

}   // namespace barrage
