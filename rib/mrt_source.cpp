#include "rib/mrt_source.hpp"

#include "rib/kept_octets.hpp"
#include "rib/mrt_records.hpp"
#include "rib/mrt_table.hpp"
#include "rib/mrt_updates.hpp"

namespace barrage {

class MrtSource::State {
public:
    State(MrtRecords records, const MrtPeerChoice& choice, const MrtSourceOptions& options)
        : reading_(std::move(records), choice, options)
    {
    }

    bool begin() { return reading_.begin(); }
    bool next(RouteBatch& batch)
    {
        if (!(reading_.is_table() ? table_.next(batch) : updates_.next(batch))) {
            if (problem_.empty()) problem_ = reading_.problem_at_end();
            return false;
        }
        reading_.count(batch);
        return true;
    }

    MrtReading reading_;
    MrtTable table_{reading_};
    MrtUpdates updates_{reading_};
    std::optional<FullestPeer> fullest_;
    std::string problem_;
};

std::expected<MrtSource, std::string> MrtSource::open(OpenOctets open, const MrtSourceOptions& options)
{
    auto source = open();
    if (!source) return std::unexpected(source.error());
    auto kept = std::make_shared<KeptOctets>(options.keep_octets);
    const auto choice = options.peer.value_or(MrtPeerChoice{});
    auto state = std::make_unique<State>(MrtRecords{KeptOctets::keep(std::move(*source), kept)}, choice, options);
    if (!state->begin()) {
        const auto problem = state->reading_.source_problem();
        return std::unexpected(problem.empty() ? "is no MRT dump" : "is no MRT dump: " + problem);
    }
    if (!state->reading_.is_table() || choice.by != MrtPeerChoice::By::most_routes) {
        kept->stop();
        return MrtSource{std::move(state)};
    }

    const auto fullest = state->table_.find_fullest_peer();
    const MrtPeerChoice found{.by = fullest ? MrtPeerChoice::By::index : MrtPeerChoice::By::all,
                              .number = static_cast<std::uint32_t>(fullest ? fullest->index : 0)};
    const bool complete = kept->complete();
    // The problem of the octets, without what MrtRecords adds: it will add it again.
    auto again = complete ? KeptOctets::replay(std::move(kept), state->reading_.source_problem()) : OctetSource{};
    if (!complete) {
        auto reopened = open();
        if (!reopened) return std::unexpected(reopened.error());
        again = std::move(*reopened);
    }
    state = std::make_unique<State>(MrtRecords{std::move(again)}, found, options);
    if (!state->begin()) return std::unexpected("changed while it was read");
    state->fullest_ = fullest;
    return MrtSource{std::move(state)};
}

MrtSource::MrtSource(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
MrtSource::MrtSource(MrtSource&&) noexcept = default;
MrtSource& MrtSource::operator=(MrtSource&&) noexcept = default;
MrtSource::~MrtSource() = default;

bool MrtSource::next(RouteBatch& batch) { return state_->next(batch); }
std::string MrtSource::problem() const { return state_->problem_; }
bool MrtSource::is_ordered() const noexcept { return !state_->reading_.is_table(); }
std::int64_t MrtSource::last_time() const noexcept { return state_->reading_.last_time; }
std::size_t MrtSource::last_peer() const noexcept { return state_->reading_.last_peer; }
const std::vector<MrtPeer>& MrtSource::peers() const noexcept { return state_->reading_.peers.all(); }
const std::optional<MrtSource::FullestPeer>& MrtSource::fullest_peer() const noexcept { return state_->fullest_; }
const MrtCounters& MrtSource::counters() const noexcept { return state_->reading_.counters; }
const std::optional<MrtSource::Collector>& MrtSource::collector() const noexcept { return state_->table_.collector(); }
const LeftOut& MrtSource::left_out() const noexcept { return state_->reading_.left_out; }
const std::string& MrtSource::first_error() const noexcept { return state_->reading_.first_error; }

}   // namespace barrage
