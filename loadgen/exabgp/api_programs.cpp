#include "loadgen/exabgp/api_programs.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace barrage::exabgp {

namespace {

constexpr auto farewell_patience = std::chrono::milliseconds{100};
constexpr auto kill_patience = std::chrono::seconds{2};
constexpr auto start_window = std::chrono::seconds{63};
constexpr std::size_t most_starts = 5;           // in that window
constexpr std::size_t write_octets = 64 * 1024;  // what a pipe holds: pipe(7)

bool same(const ProcessConfig& a, const ProcessConfig& b)
{
    return a.run == b.run && a.encoder == b.encoder && a.respawn == b.respawn;
}

} // namespace

/// One process section. Its conversation is of one run: whoever is started again is another, with answers of its own.
struct ApiPrograms::Program {
    ProcessConfig config;
    ChildProcess child;
    std::shared_ptr<ApiConversation> conversation;   // null: it does not run
    std::optional<Waiter::WatchId> output, input, end;
    bool takes_output = false;
    std::vector<TimePoint> starts;
    bool told_of_loss = false;
    bool in_progress = false;   // on_progress is not to come in while this program is being worked on
};

ApiPrograms::ApiPrograms(Engine& engine, Surroundings surroundings, Options options)
    : engine_(engine), surroundings_(std::move(surroundings)), options_(options)
{
}

ApiPrograms::~ApiPrograms()
{
    for (auto& [name, program] : programs_) unwatch(*program);
    for (auto& program : ending_) unwatch(*program);
}

std::size_t ApiPrograms::running() const noexcept
{
    return static_cast<std::size_t>(std::ranges::count_if(programs_, [](const auto& each) { return each.second->conversation != nullptr; }));
}

void ApiPrograms::follow(const std::vector<ProcessConfig>& processes, bool again)
{
    if (ending_all_) return;
    for (auto at = programs_.begin(); at != programs_.end();) {
        const auto same_as = [&](const ProcessConfig& process) { return process.name == at->first && same(process, at->second->config); };
        if (!again && std::ranges::any_of(processes, same_as)) {
            ++at;
            continue;
        }
        auto gone = std::move(at->second);
        at = programs_.erase(at);
        end(std::move(gone));
    }
    for (const auto& process : processes) {
        if (programs_.contains(process.name)) continue;
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
    program->child = std::move(*child);
    program->told_of_loss = false;
    program->conversation = std::make_shared<ApiConversation>("program " + name, name);
    program->conversation->json_answers = options_.json_answers;
    if (!options_.acks) program->conversation->acks = api::AckMode::disable;
    const std::weak_ptr<Program> weak = program;
    program->conversation->on_progress = [this, weak] {
        if (const auto alive = weak.lock(); alive && alive->conversation && !alive->in_progress) write(*alive);
    };
    watch(program);
}

void ApiPrograms::watch(const std::shared_ptr<Program>& program)
{
    const std::weak_ptr<Program> weak = program;
    const auto with = [weak](auto call) {
        return [weak, call](const Waiter::Ready&) {
            if (const auto alive = weak.lock()) call(alive);
        };
    };
    program->output = engine_.watch(program->child.output().fd(), {.read = true}, with([this](const auto& alive) { on_output(*alive); }));
    program->takes_output = true;
    program->input = engine_.watch(program->child.input().fd(), {}, with([this](const auto& alive) { write(*alive); }));
    program->end = engine_.watch(program->child.end_fd(), {.read = true}, with([this](const auto& alive) { on_end(alive); }));
}

void ApiPrograms::unwatch(Program& program)
{
    for (auto* watched : {&program.output, &program.input, &program.end})
        if (const auto id = std::exchange(*watched, std::nullopt)) engine_.unwatch(*id);
}

/// One read, and all whole lines of it. False at the end of the output.
bool ApiPrograms::take_lines(Program& program)
{
    auto& output = program.child.output();
    const auto read = output.fill();
    const bool ended = read.status == ReadResult::Status::closed || read.status == ReadResult::Status::error;
    const auto next = [&]() -> std::optional<std::string_view> {
        while (const auto line = output.next()) {
            if (line->unfinished) {
                // Half a command is none: it may have been cut anywhere.
                surroundings_.log("program " + program.config.name + " ended in the middle of a line, which is not carried out: " +
                                  std::string{line->text.substr(0, 200)});
                continue;
            }
            if (line->too_long) {
                surroundings_.log("program " + program.config.name + " wrote a line of more than 1 MiB, which is not carried out");
                return std::string_view{};   // answered as an empty line is: error
            }
            return line->text;
        }
        return std::nullopt;
    };
    if (program.conversation) {
        const auto conversation = program.conversation;   // a command may end the program
        program.in_progress = true;
        surroundings_.take_lines(conversation, next);
        program.in_progress = false;
    }
    return !ended;
}

void ApiPrograms::on_output(Program& program)
{
    if (!take_lines(program) && program.output) {
        engine_.unwatch(*program.output);
        program.output.reset();
    }
    if (program.conversation) write(program);
}

void ApiPrograms::write(Program& program)
{
    auto& input = program.child.input();
    auto& told = program.conversation->told();
    std::string text;
    while (input.waiting() == 0 && !told.empty()) {
        text.clear();
        told.take(text, write_octets);
        if (input.offer(text) == PipeWriter::Offer::broken) {
            told.clear();
            break;
        }
        if (input.flush().status == WriteResult::Status::error) told.clear();   // its end, if it is that, is told by end_fd
    }
    if (input.waiting() != 0) (void)input.flush();
    if (const auto left_out = told.left_out(); left_out != 0 && !std::exchange(program.told_of_loss, true))
        surroundings_.log("program " + program.config.name + " does not read what it is told: events and answers beyond 8 MiB are left out");
    if (told.empty() && input.waiting() == 0 && std::exchange(program.told_of_loss, false))
        surroundings_.log("program " + program.config.name + " reads again; " + std::to_string(told.take_left_out()) + " lines were left out");
    if (program.input) engine_.set_interest(*program.input, {.read = false, .write = input.waiting() != 0});
    if (const bool takes = program.conversation->may_take_more(); program.output && takes != program.takes_output) {
        program.takes_output = takes;
        engine_.set_interest(*program.output, {.read = takes, .write = false});
    }
}

void ApiPrograms::on_end(const std::shared_ptr<Program>& program)
{
    const auto end = program->child.reap();
    if (!end) return;
    // What it wrote before its end counts. Others may still hold the pipe, and write on: a full pipe of theirs is enough.
    for (int reads = 0; program->output && reads < 32; ++reads)
        if (!take_lines(*program)) break;
    unwatch(*program);
    program->conversation.reset();
    program->child = ChildProcess{};
    const auto known = programs_.find(program->config.name);
    if (ending_all_ || known == programs_.end() || known->second != program) {
        reaped(program.get());
        return;
    }
    std::string how = end->signal != 0 ? "was ended by signal " + std::to_string(end->signal) : "ended with status " + std::to_string(end->exit_status);
    const bool again = options_.respawn && program->config.respawn;
    surroundings_.log("program " + program->config.name + " " + how + (again ? ", started again" : ""));
    if (again) start(program);
}

void ApiPrograms::for_each(const std::function<void(const Running&)>& visit)
{
    for (auto& [name, program] : programs_)
        if (program->conversation) visit(Running{program->config, *program->conversation});
}

std::optional<ApiPrograms::Running> ApiPrograms::find(const std::string& process)
{
    const auto found = programs_.find(process);
    if (found == programs_.end() || !found->second->conversation) return std::nullopt;
    return Running{found->second->config, *found->second->conversation};
}

/// Tells it to end, without waiting for that.
void ApiPrograms::end(std::shared_ptr<Program> program)
{
    if (!program->conversation) return;
    if (program->output) engine_.unwatch(*std::exchange(program->output, std::nullopt));
    if (program->input) engine_.unwatch(*std::exchange(program->input, std::nullopt));
    program->conversation.reset();
    const auto now = Clock::now();
    program->child.terminate(now, kill_patience);
    program->child.input().close();
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
    for_each([&](const Running& running) { running.conversation.tell_event(farewell(running.config.encoder)); });
    surroundings_.call_at(Clock::now() + farewell_patience, [this] {
        for (auto& [name, program] : programs_) end(program);
        if (ending_.empty() && all_ended_) std::exchange(all_ended_, nullptr)();
    });
}

} // namespace barrage::exabgp
