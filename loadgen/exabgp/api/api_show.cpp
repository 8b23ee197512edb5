// `show neighbor`, `show adj-rib`, `status` and `queue-status`: what the speaker knows, as answers.

#include <unistd.h>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "loadgen/exabgp/api/api_batch.hpp"
#include "loadgen/exabgp/api/neighbor_views.hpp"
#include "loadgen/exabgp/api/rib_lines.hpp"
#include "loadgen/exabgp/text/events.hpp"
#include "loadgen/exabgp/text/json_text.hpp"
#include "loadgen/words/json_text.hpp"

namespace barrage::exabgp {

namespace {

bool wants_json(const ApiCommand& command, const ApiConversation& conversation)
{
    return command.form == AnswerForm::json || (command.form == AnswerForm::usual && conversation.json_answers);
}

}   // namespace

void ApiCommands::run(Batch& batch, const ApiCommand& command, const api::ShowNeighbor& show, std::string_view line)
{
    const bool json = wants_json(command, *batch.conversation);
    if (show.view == api::NeighborView::unspecified && !json && command.selector.empty())
        return done_now(batch, "please specify summary, extensive or configuration\n"
                               "you can filter by peer ip address adding it after the word neighbor\n");
    if (!addressed(batch, command, line)) return;
    Speaker::Neighbors shown;
    for (const auto neighbor : *batch.found)
        if (show.address.empty() || NeighborFilter{std::string{show.address}, {}}.matches(name_of_neighbor(neighbor)))
            shown.push_back(neighbor);
    if (shown.empty()) return error(batch, line, "no neighbor matches");
    const auto place = batch.conversation->open();
    speaker_.only_answer(
        [this, weak = std::weak_ptr{batch.conversation}, place, shown = std::move(shown), view = show.view, json] {
            const auto conversation = weak.lock();
            if (!conversation) return;
            const auto now = Clock::now();
            boost::json::array array;
            std::string text = !json && view != api::NeighborView::extensive && view != api::NeighborView::configuration
                                   ? summary_header()
                                   : std::string{};
            for (const auto neighbor : shown) {
                const NeighborFacts facts{speaker_.status(neighbor), speaker_.name(neighbor), speaker_.numbers(neighbor), now};
                if (json)
                    array.push_back(neighbor_json(facts));
                else if (view == api::NeighborView::extensive)
                    text += extensive_page(facts);
                else if (view == api::NeighborView::configuration)
                    text += configuration_text(facts.status.config);
                else
                    text += summary_line(facts);
            }
            conversation->add(place, json ? json_text(array) + "\n" : text);
            conversation->add(place, done(*conversation));
            conversation->close(place);
        });
}

void ApiCommands::run(Batch& batch, const ApiCommand& command, const api::ShowAdjRib& show, std::string_view line)
{
    if (!addressed(batch, command, line)) return;
    Speaker::Neighbors shown;
    for (const auto neighbor : *batch.found)
        if (show.address.empty() || NeighborFilter{std::string{show.address}, {}}.matches(name_of_neighbor(neighbor)))
            shown.push_back(neighbor);
    if (shown.empty()) return error(batch, line, "no neighbor matches");
    const auto place = batch.conversation->open();
    const auto direction = show.in ? Direction::received : Direction::sent;
    speaker_.show_adj_rib(direction, shown, families_of_kind(show.kind),
                          [this, weak = std::weak_ptr{batch.conversation}, place, extensive = show.extensive, in = show.in,
                           json = wants_json(command, *batch.conversation)](const std::vector<ShownRoutes>& all) {
                              const auto conversation = weak.lock();
                              if (!conversation) return;
                              constexpr std::size_t part_octets = 64 * 1024;
                              std::string text;
                              for (const auto& of : all) {
                                  const auto& status = speaker_.status(of.neighbor);
                                  const auto peer = to_text(status.config.peer_address);
                                  const auto name = to_text(name_of_neighbor(of.neighbor));
                                  for (const auto& route : of.routes) {
                                      const RibLine one{peer, name, route.key, route.attributes.get(), extensive, in};
                                      if (json)
                                          append_rib_json(text, one);
                                      else
                                          append_rib_text(text, one);
                                      if (text.size() < part_octets) continue;
                                      conversation->add(place, text);
                                      text.clear();
                                  }
                              }
                              conversation->add(place, text);
                              conversation->add(place, done(*conversation));
                              conversation->close(place);
                          });
}

std::string ApiCommands::status_text() const
{
    const auto version = speaker_.options().version.empty() ? "5.0.0" : speaker_.options().version;
    const auto neighbors = speaker_.neighbors();
    auto text = fmt::format("ExaBGP Daemon Status\n====================\nVersion: {}\nUUID: {}\nPID: {}\nUptime: {}\nPeers: {}\n",
                            version, uuid_, ::getpid(), duration_text(Clock::now() - started_), neighbors.size());
    if (const auto refused = speaker_.refused_connections(); refused != 0)
        text += fmt::format("Refused connections: {}\n", refused);
    for (const auto neighbor : neighbors)
        text += fmt::format("  - {}: {}\n", to_text(name_of(speaker_.status(neighbor).config)),
                            state_word(speaker_.status(neighbor).state));
    return text;
}

std::string ApiCommands::status_json() const
{
    const auto version = speaker_.options().version.empty() ? "5.0.0" : speaker_.options().version;
    const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - started_).count();
    const auto start =
        std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count() - static_cast<double>(uptime);
    boost::json::object peers;
    for (const auto neighbor : speaker_.neighbors())
        peers[to_text(name_of(speaker_.status(neighbor).config))] = state_word(speaker_.status(neighbor).state);
    const boost::json::object status{{"version", version},
                                     {"uuid", uuid_},
                                     {"pid", ::getpid()},
                                     {"uptime", uptime},
                                     {"start_time", start},
                                     {"peers", std::move(peers)},
                                     {"refused_connections", speaker_.refused_connections()}};
    return json_text(status) + "\n";
}

std::string ApiCommands::queue_text(bool json) const
{
    boost::json::object all;
    std::string text;
    for (const auto& [name, client_output] : queue_status_()) {
        all[name] = boost::json::object{{"items", client_output->empty() ? 0 : 1}, {"bytes", client_output->octets()}};
        if (!client_output->empty()) text += fmt::format("{}: {} bytes\n", name, client_output->octets());
    }
    if (json) return json_text(all) + "\n";
    return text.empty() ? "no queued messages\n" : text;
}

}   // namespace barrage::exabgp
