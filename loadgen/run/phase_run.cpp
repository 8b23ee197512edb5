#include "loadgen/run/phase_run.hpp"

namespace barrage {

namespace {

constexpr const char* words[] = {"connect", "hold", "announce", "withdraw", "wait", "churn", "flap", "refresh", "kill", "exec"};
static_assert(std::size(words) == std::variant_size_v<Scenario::What>);

class HoldRun final : public PhaseRun {
public:
    HoldRun(const Scenario::Hold& phase, Player& player) : PhaseRun(player), time_(phase.time) {}
    void begin(TimePoint now) override { until_ = now + time_; }
    void go_on(TimePoint now) override
    {
        if (now >= until_) done();
    }
    TimePoint deadline() override { return until_; }

private:
    Duration time_;
    TimePoint until_ = never;
};

}   // namespace

const char* word_of(const Scenario::What& what) noexcept { return words[what.index()]; }

bool is_operation(const Scenario::What& what) noexcept
{
    return !std::holds_alternative<Scenario::Hold>(what) && !std::holds_alternative<Scenario::Wait>(what) &&
           !std::holds_alternative<Scenario::Exec>(what);
}

std::unique_ptr<PhaseRun> make_run(const Scenario::Hold& phase, Player& player)
{
    return std::make_unique<HoldRun>(phase, player);
}

std::unique_ptr<PhaseRun> make_phase_run(const Scenario::Phase& phase, Player& player)
{
    return std::visit([&](const auto& each) { return make_run(each, player); }, phase.what);
}

}   // namespace barrage
