#include "loadgen/exabgp/api/api_programs.hpp"

#include <algorithm>
#include <utility>

namespace barrage::exabgp {

namespace {

constexpr auto farewell_patience = std::chrono::milliseconds{100};
constexpr auto kill_patience = std::chrono::seconds{2};
constexpr auto start_window = std::chrono::seconds{63};
constexpr std::size_t most_starts = 5;   // in that window

bool same(const ProcessConfig& a, const ProcessConfig& b)
{
    return a.run == b.run && a.encoder == b.encoder && a.respawn == b.respawn && a.http_port == b.http_port;
}

}   // namespace

/// One process section. Its channel is of one run: whoever is started again has another, with answers of its own.
struct ApiPrograms::Program {
    ProcessConfig config;
    ChildProcess child;
    std::shared_ptr<ApiChannel> channel;   // null: it does not run
    std::optional<Waiter::WatchId> end;
    std::vector<TimePoint> starts;
};

ApiPrograms::ApiPrograms(Engine& engine, Surroundings surroundings, Options options)
    : engine_(engine), surroundings_(std::move(surroundings)), options_(options)
{
}

ApiPrograms::~ApiPrograms()
{
    const auto unwatch = [this](Program& program) {
        if (program.end) engine_.unwatch(*program.end);
    };
    for (auto& [name, program] : programs_) unwatch(*program);
    for (auto& program : ending_) unwatch(*program);
}

std::size_t ApiPrograms::running() const noexcept
{
    return static_cast<std::size_t>(
        std::ranges::count_if(programs_, [](const auto& each) { return each.second->channel != nullptr; }));
}

void ApiPrograms::follow(const std::vector<ProcessConfig>& processes, bool again)
{
    if (ending_all_) return;
    for (auto at = programs_.begin(); at != programs_.end();) {
        const auto same_as = [&](const ProcessConfig& process) {
            return process.name == at->first && same(process, at->second->config);
        };
        if (!again && std::ranges::any_of(processes, same_as)) {
            ++at;
            continue;
        }
        auto gone = std::move(at->second);
        at = programs_.erase(at);
        end(std::move(gone));
    }
    for (const auto& process : processes) {
        if (process.http_port || programs_.contains(process.name)) continue;   // the former is served by ApiControl
        auto program = std::make_shared<Program>();
        program->config = process;
        programs_.emplace(process.name, program);
        start(program);
    }
}

bool ApiPrograms::may_start(Program& program)
{
    const auto now = Clock::now();
    std::erase_if(program.starts, [&](TimePoint at) { return now - at > start_window; });
    program.starts.push_back(now);
    return program.starts.size() <= most_starts;
}

void ApiPrograms::start(const std::shared_ptr<Program>& program)
{
    const auto& name = program->config.name;
    if (!may_start(*program)) {
        surroundings_.log("program " + name + " ended too often in a minute");
        surroundings_.started_too_often(name);
        return;
    }
    // Curses libraries would write control sequences to a pipe for some terminals.
    auto child = ChildProcess::start({.argv = program->config.run, .environment = {"TERM=dumb"}});
    if (!child) {
        surroundings_.log("program " + name + ": " + child.error().text);
        return;
    }
    auto conversation = std::make_shared<ApiConversation>("program " + name, name);
    conversation->json_answers = options_.json_answers;
    if (!options_.acks) conversation->acks = api::AckMode::disable;
    program->channel =
        std::make_shared<ApiChannel>(engine_, std::move(child->output()), std::move(child->input()), std::move(conversation),
                                     ApiChannel::Surroundings{surroundings_.take_lines, surroundings_.log});
    program->child = std::move(*child);
    program->channel->start();
    const std::weak_ptr<Program> weak = program;
    program->end = engine_.watch(program->child.end_fd(), {.read = true}, [this, weak](const Waiter::Ready&) {
        if (const auto alive = weak.lock()) on_end(alive);
    });
}

void ApiPrograms::on_end(const std::shared_ptr<Program>& program)
{
    const auto end = program->child.reap();
    if (!end) return;
    // What it wrote before its end counts. Others may still hold the pipe, and write on.
    if (const auto channel = program->channel) channel->drain();   // held: a command may end the program
    if (program->end) engine_.unwatch(*std::exchange(program->end, std::nullopt));
    program->channel.reset();
    program->child = ChildProcess{};
    const auto known = programs_.find(program->config.name);
    if (ending_all_ || known == programs_.end() || known->second != program) {
        reaped(program.get());
        return;
    }
    std::string how = end->signal != 0 ? "was ended by signal " + std::to_string(end->signal)
                                       : "ended with status " + std::to_string(end->exit_status);
    const bool again = options_.respawn && program->config.respawn;
    surroundings_.log("program " + program->config.name + " " + how + (again ? ", started again" : ""));
    if (again)
        start(program);
    else if (options_.end_is_all)
        surroundings_.lost();
}

void ApiPrograms::for_each(const std::function<void(const Running&)>& visit)
{
    for (auto& [name, program] : programs_)
        if (program->channel) visit(Running{program->config, program->channel->conversation()});
}

std::optional<ApiPrograms::Running> ApiPrograms::find(const std::string& process)
{
    const auto found = programs_.find(process);
    if (found == programs_.end() || !found->second->channel) return std::nullopt;
    return Running{found->second->config, found->second->channel->conversation()};
}

/// Asks it to end, without waiting for that.
void ApiPrograms::end(std::shared_ptr<Program> program)
{
    if (!program->channel) return;
    program->channel.reset();   // its pipes close: whoever waits for its input sees the end of it
    const auto now = Clock::now();
    program->child.terminate(now, kill_patience);
    const std::weak_ptr<Program> weak = program;
    surroundings_.call_at(now + kill_patience, [weak] {
        if (const auto alive = weak.lock()) alive->child.advance(Clock::now());
    });
    ending_.push_back(std::move(program));
}

void ApiPrograms::reaped(const Program* program)
{
    std::erase_if(ending_, [&](const auto& each) { return each.get() == program; });
    if (ending_.empty() && ending_all_ && running() == 0 && all_ended_) std::exchange(all_ended_, nullptr)();
}

void ApiPrograms::end_all(const std::function<std::string(Encoder)>& farewell, std::function<void()> ended)
{
    ending_all_ = true;
    if (running() == 0 && ending_.empty()) {
        ended();
        return;
    }
    all_ended_ = std::move(ended);
    for_each([&](const Running& running) { running.conversation.send_event(farewell(running.config.encoder)); });
    surroundings_.call_at(Clock::now() + farewell_patience, [this] {
        for (auto& [name, program] : programs_) end(program);
        if (ending_.empty() && all_ended_) std::exchange(all_ended_, nullptr)();
    });
}

}   // namespace barrage::exabgp
