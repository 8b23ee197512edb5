#pragma once
// The programs of `process` sections: started, read from, written to, started again when they end, and ended. Whole lines of one read are given to
// the commands together, so they fall in one turn; a program that writes more than is carried out meets back-pressure on its pipe; what one
// does not read waits, bounded, and holds up nobody. On the speaker's thread, with the engine's waiting.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "io/child_process.hpp"
#include "loadgen/exabgp/api/api_channel.hpp"
#include "loadgen/exabgp/grammar/configuration.hpp"

namespace barrage::exabgp {

class ApiPrograms {
public:
    struct Surroundings {
        decltype(ApiChannel::Surroundings::take_lines) take_lines;
        std::function<void(TimePoint, std::function<void()>)> call_at;
        std::function<void(const std::string&)> log;
        /// More than five starts in about a minute: ExaBGP ends then.
        std::function<void(const std::string& process)> started_too_often;
        /// One is gone that is not started again, and that shall be the end of all.
        std::function<void()> lost;
    };
    struct Options {
        bool respawn = true;         // api.respawn: for all of them
        bool acks = true;            // api.ack
        bool json_answers = false;   // api.version 6
        bool end_is_all = false;     // api.terminate
    };

    ApiPrograms(Engine& engine, Surroundings surroundings, Options options);
    ~ApiPrograms();

    /// Programs that are not in `processes` any more, or are changed, end; new ones start; the others go on, or with `again` start anew.
    void follow(const std::vector<ProcessConfig>& processes, bool again);
    /// Each is sent `farewell(encoder)`, gets 0.1 s to go by itself, SIGTERM, and after 2 s SIGKILL. `ended` is called when all are gone, at once
    /// where there are none.
    void end_all(const std::function<std::string(Encoder)>& farewell, std::function<void()> ended);

    struct Running {
        const ProcessConfig& config;
        ApiConversation& conversation;
    };
    /// Nothing where it does not run.
    [[nodiscard]] std::optional<Running> find(const std::string& process);
    /// Those that run now.
    void for_each(const std::function<void(const Running&)>& visit);
    [[nodiscard]] std::size_t running() const noexcept;

private:
    struct Program;
    using Programs = std::map<std::string, std::shared_ptr<Program>>;

    void start(const std::shared_ptr<Program>& program);
    void on_end(const std::shared_ptr<Program>& program);
    void end(std::shared_ptr<Program> program);
    void reaped(const Program* program);
    [[nodiscard]] bool may_start(Program& program);

    Engine& engine_;
    Surroundings surroundings_;
    Options options_;
    Programs programs_;
    std::vector<std::shared_ptr<Program>> ending_;
    std::function<void()> all_ended_;
    bool ending_all_ = false;
};

}   // namespace barrage::exabgp
