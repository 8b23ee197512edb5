#include "loadgen/play/phase_run.hpp"

namespace barrage {

std::unique_ptr<PhaseRun> make_phase_run(const Scenario::Phase& phase, Player& player)
{
    // In the order of Scenario::What.
    static constexpr const MakePhaseRun* kinds[] = {&make_connect, &make_hold,    &make_barrier, &make_announce, &make_withdraw,
                                                    &make_replay,  &make_command, &make_wait,    &make_churn,    &make_flap,
                                                    &make_refresh, &make_kill,    &make_restart, &make_exec,     &make_parallel};
    static_assert(std::size(kinds) == std::variant_size_v<Scenario::What>);
    return (*kinds[phase.what.index()])(phase.what, player);
}

}   // namespace barrage
