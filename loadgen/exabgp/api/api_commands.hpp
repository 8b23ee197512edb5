#pragma once
// Carries out the lines of conversations: parses them, finds the neighbours meant, calls the speaker, and answers. Lines that one read brought
// are taken together, so they fall in one turn; routes to the same neighbours that follow each other become one command of the engine. What is
// wrong is answered `error`, with the reason in the log, and nothing of it is applied. On the speaker's thread.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "loadgen/exabgp/api/api_command.hpp"
#include "loadgen/exabgp/api/api_conversation.hpp"
#include "loadgen/exabgp/grammar/parse.hpp"
#include "loadgen/exabgp/grammar/selector.hpp"
#include "loadgen/exabgp/speaker/speaker.hpp"

namespace barrage::exabgp {

class ApiCommands {
public:
    using Conversation = std::shared_ptr<ApiConversation>;
    using NextLine = std::function<std::optional<std::string_view>()>;
    using Log = std::function<void(const std::string&)>;
    /// One line for each program, of what waits for it: `queue-status`.
    using QueueStatus = std::function<std::vector<std::pair<std::string, const ClientOutput*>>()>;

    ApiCommands(Speaker& speaker, Log log, QueueStatus queue_status);

    /// A line of 16 KiB and more is fine; an empty one is an error.
    void take_lines(const Conversation& conversation, const NextLine& next);
    /// Neighbours came, went, or are others: what was found for selectors is found anew.
    void forget_neighbors();
    /// A session came or went: what could not be done before is said again.
    void forget_reported() { reported_.clear(); }
    /// Those whose api sections name this process; all of them for an empty name.
    [[nodiscard]] const Speaker::Neighbors& served(const std::string& process) { return select(process, {}); }

private:
    struct Batch;
    using Place = ApiConversation::Number;

    void take(Batch& batch, std::string_view line);
    void take(Batch& batch, const ApiCommand& command, std::string_view line);
    void flush(Batch& batch);

    void routes(Batch& batch, const ApiCommand& command, const api::Routes& routes, std::string_view line);
    void run(Batch& batch, const ApiCommand& command, const api::Watchdog& watchdog, std::string_view line);
    void run(Batch& batch, const ApiCommand& command, const api::EndOfRib& end, std::string_view line);
    void run(Batch& batch, const ApiCommand& command, const api::RouteRefresh& refresh, std::string_view line);
    void run(Batch& batch, const ApiCommand& command, const api::Operational& operational, std::string_view line);
    void run(Batch& batch, const ApiCommand& command, const api::Teardown& teardown, std::string_view line);
    void run(Batch& batch, const ApiCommand& command, const api::FlushAdjRibOut& flush, std::string_view line);
    void run(Batch& batch, const ApiCommand& command, const api::ClearAdjRib& clear, std::string_view line);
    void run(Batch& batch, const ApiCommand& command, const api::ShowNeighbor& show, std::string_view line);
    void run(Batch& batch, const ApiCommand& command, const api::ShowAdjRib& show, std::string_view line);
    void run(Batch& batch, const ApiCommand& command, const api::CreateNeighbor& create, std::string_view line);
    void run(Batch& batch, const ApiCommand& command, const api::DeleteNeighbor& gone, std::string_view line);
    void run(Batch& batch, const ApiCommand& command, const api::Acks& acks, std::string_view line);
    void run(Batch& batch, const ApiCommand& command, const api::Sync& sync, std::string_view line);
    void run(Batch& batch, const ApiCommand& command, const api::GroupStart& start, std::string_view line);
    void run(Batch& batch, const ApiCommand& command, const api::GroupEnd& end, std::string_view line);
    void run(Batch& batch, const ApiCommand& command, const api::Group& group, std::string_view line);
    void run(Batch& batch, const ApiCommand& command, const api::ApiVersion& version, std::string_view line);
    void run(Batch& batch, const ApiCommand& command, const api::Plain& plain, std::string_view line);
    void run_group(Batch& batch, const std::vector<std::string>& lines, std::string_view selector, std::string_view line);

    const Speaker::Neighbors& select(const std::string& process, std::string_view selector);
    /// Null, with the answer given, where nobody is meant.
    const Speaker::Neighbors* addressed(Batch& batch, const ApiCommand& command, std::string_view line);
    const NeighborName& name_of_neighbor(NeighborIndex neighbor);
    [[nodiscard]] Speaker::Neighbors established(const Speaker::Neighbors& among) const;
    /// The established ones of those meant; with the answer given, nobody.
    Speaker::Neighbors addressed_up(Batch& batch, const ApiCommand& command, std::string_view line);
    [[nodiscard]] std::string not_established(const Speaker::Neighbors& among) const;
    [[nodiscard]] std::string reaches_nobody(const Speaker::Neighbors& to, const Speaker::Reach& reach,
                                             std::span<const ConfiguredRoute> routes, const std::string& who);
    [[nodiscard]] std::string claim_paths(const Speaker::Neighbors& to, std::span<const ConfiguredRoute> routes);
    /// What is said once is not said again before neighbours or their sessions are others: programs may repeat themselves for ever.
    [[nodiscard]] bool is_news(const std::string& reason);

    [[nodiscard]] std::string status_text() const;
    [[nodiscard]] std::string status_json() const;
    [[nodiscard]] std::string queue_text(bool json) const;

    /// `text` comes before the `error`, where there is some.
    void error(Batch& batch, std::string_view line, std::string_view reason, bool is_news = true, std::string_view text = {});
    /// A command that is right, but that nobody can carry out now: said once, see is_news().
    void refuse(Batch& batch, std::string_view line, const std::string& reason) { error(batch, line, reason, is_news(reason)); }
    /// Answers when the speaker says so: `text` before the `done`.
    [[nodiscard]] Speaker::Answer done_later(Batch& batch, std::string text = {}, bool with_done = true);
    void done_now(Batch& batch, std::string_view text = {});
    [[nodiscard]] static std::string done(const ApiConversation& conversation);

    Speaker& speaker_;
    Log log_;
    QueueStatus queue_status_;
    ApiRoutes route_lines_;
    std::unordered_map<std::string, Speaker::Neighbors> selected_;
    std::unordered_map<NeighborIndex, NeighborName> names_;
    std::string selector_error_;
    std::unordered_set<std::string> reported_;
    std::string last_error_;   // as it was logged
    TimePoint started_ = Clock::now();
    std::string uuid_;
};

}   // namespace barrage::exabgp
