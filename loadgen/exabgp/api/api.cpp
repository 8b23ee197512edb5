#include "loadgen/exabgp/api/api.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "codec/describe.hpp"
#include "loadgen/exabgp/grammar/selector.hpp"

namespace barrage::exabgp {

namespace {

double seconds_now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

void add(MessageSelection& to, const MessageSelection& more)
{
    to.parsed |= more.parsed;
    to.packets |= more.packets;
    to.consolidate |= more.consolidate;
    to.open |= more.open;
    to.update |= more.update;
    to.notification |= more.notification;
    to.keepalive |= more.keepalive;
    to.refresh |= more.refresh;
    to.operational |= more.operational;
}

void add(ApiSection& to, const ApiSection& more)
{
    to.neighbor_changes |= more.neighbor_changes;
    to.negotiated |= more.negotiated;
    to.fsm |= more.fsm;
    to.signal |= more.signal;
    add(to.send, more.send);
    add(to.receive, more.receive);
}

/// What a session has not of what is configured, for the log.
std::string lacking_families(FamilySet configured, FamilySet negotiated)
{
    if (negotiated.empty()) return ", but cannot be told any route: " + std::string{no_common_family};
    constexpr int most_named = 4;
    std::string text;
    int lacking = 0;
    configured.for_each([&](Family family) {
        if (negotiated.contains(family) || ++lacking > most_named) return;
        text += (lacking == 1 ? " without " : ", ") + family_words(family);
    });
    if (lacking > most_named) return fmt::format(" without {} of its {} families", lacking, configured.size());
    return text;
}

bool names_kind(const MessageSelection& selection, MessageType type) noexcept
{
    switch (type) {
    case MessageType::open: return selection.open;
    case MessageType::update: return selection.update;
    case MessageType::notification: return selection.notification;
    case MessageType::keepalive: return selection.keepalive;
    case MessageType::route_refresh: return selection.refresh;
    case MessageType::operational: return selection.operational;
    }
    return false;
}

}   // namespace

Api::Api(Speaker& speaker, Options options, Log log)
    : speaker_(speaker), options_(options), log_(std::move(log)), json_(this_source(options_.version)),
      text_(this_source(options_.version)),
      programs_(speaker.engine(),
                {.take_lines = [this](const auto& conversation, const auto& next) { commands_.take_lines(conversation, next); },
                 .call_at = [this](TimePoint at, std::function<void()> call) { speaker_.call_at(at, std::move(call)); },
                 .log = log_,
                 .started_too_often = [this](const std::string&) { speaker_.shutdown(ExitStatus::too_many_respawns); },
                 .lost = [this] { speaker_.shutdown(); }},
                {.respawn = options.respawn,
                 .acks = options.acks,
                 .json_answers = options.json_answers,
                 .end_is_all = options.end_is_all}),
      commands_(speaker, log_, [this] {
          std::vector<std::pair<std::string, const ClientOutput*>> queues;
          programs_.for_each([&](const ApiPrograms::Running& running) {
              queues.emplace_back(running.config.name, &running.conversation.client_output());
          });
          return queues;
      })
{
    speaker_.set_listener(*this);
}

Api::~Api() = default;

void Api::start() { programs_.follow(speaker_.configuration().processes, false); }

std::shared_ptr<ApiConversation> Api::open_conversation(std::string name, std::string process) const
{
    auto conversation = std::make_shared<ApiConversation>(std::move(name), std::move(process));
    conversation->json_answers = options_.json_answers;
    return conversation;
}

// ---- Who gets events.

std::vector<Api::Subscription>& Api::subscriptions(NeighborIndex neighbor)
{
    auto [known, is_new] = subscriptions_.try_emplace(neighbor);
    auto& all = known->second;
    if (!is_new) return all;
    const auto& apis = speaker_.status(neighbor).config.apis;
    for (const auto& process : speaker_.configuration().processes) {
        Subscription subscription{process.name, {}};
        bool named = false;
        for (const auto& section : apis)
            if (names_process(section, process.name)) {
                named = true;
                add(subscription.section, section);
            }
        if (named) all.push_back(std::move(subscription));
    }
    return all;
}

EventPeer Api::event_peer(NeighborIndex neighbor) const
{
    const auto& status = speaker_.status(neighbor);
    EventPeer peer;
    peer.peer = to_text(status.config.peer_address);
    const auto& local = status.local_address ? status.local_address : status.config.local_address;
    peer.local = local ? to_text(*local) : "auto";
    peer.local_as = status.config.local_as ? status.config.local_as->value : 0;
    peer.peer_as = status.config.peer_as ? status.config.peer_as->value
                   : status.negotiated   ? status.negotiated->peer_as.value
                                         : 0;
    return peer;
}

void Api::send_to_clients(NeighborIndex neighbor, auto&& wants, auto&& as_text, auto&& as_json)
{
    std::optional<EventPeer> peer;
    for (auto& subscription : subscriptions(neighbor)) {
        if (!wants(subscription.section)) continue;
        const auto program = programs_.find(subscription.process);
        if (!program) continue;
        if (!peer) peer = event_peer(neighbor);
        if (program->config.encoder == Encoder::text)
            program->conversation.send_event(as_text(*peer, subscription.section));
        else
            program->conversation.send_event(
                as_json(EventHead{seconds_now(), 0}, *peer, subscription.section, subscription.counter));
    }
}

// ---- Events.

namespace {

/// An event that is one of JSON's, and perhaps of text's, whatever the section says.
auto one_event(auto&& make)
{
    return [make](EventHead head, const EventPeer& peer, const ApiSection&, std::uint64_t& counter) {
        head.counter = ++counter;
        return make(head, peer);
    };
}

constexpr auto no_text = [](const EventPeer&, const ApiSection&) { return std::string{}; };
constexpr auto neighbor_changes = [](const ApiSection& section) { return section.neighbor_changes; };

}   // namespace

void Api::on_connected(NeighborIndex neighbor)
{
    connected_.insert(neighbor);
    send_to_clients(
        neighbor, neighbor_changes, [&](const EventPeer& peer, const ApiSection&) { return text_.connected(peer); },
        one_event([&](const EventHead& head, const EventPeer& peer) { return json_.connected(head, peer); }));
}

void Api::on_up(NeighborIndex neighbor, const Negotiated& negotiated)
{
    const auto lacking = lacking_families(speaker_.status(neighbor).config.families, negotiated.families);
    log_(speaker_.name(neighbor) + " is up" + lacking);
    commands_.forget_reported();
    send_to_clients(
        neighbor, [](const ApiSection& section) { return section.negotiated; }, no_text,
        one_event([&](const EventHead& head, const EventPeer& peer) { return json_.negotiated(head, peer, negotiated); }));
    send_to_clients(
        neighbor, neighbor_changes, [&](const EventPeer& peer, const ApiSection&) { return text_.up(peer); },
        one_event([&](const EventHead& head, const EventPeer& peer) {
            return json_.up(head, peer, negotiated.families.empty() ? no_common_family : std::string_view{});
        }));
}

void Api::on_down(NeighborIndex neighbor, bool was_established, bool is_news)
{
    const bool was_connected = connected_.erase(neighbor) != 0;
    const auto& reason = speaker_.status(neighbor).last_end;
    if (was_established) {
        log_(speaker_.name(neighbor) + " is down: " + printable(reason));
        commands_.forget_reported();
    } else if (is_news) {
        log_(speaker_.name(neighbor) + " does not come up: " + printable(reason));
    }
    // Programs hear the end of every connection, as in ExaBGP; of attempts that come to nothing only when that has another reason.
    if (!was_connected && !is_news) return;
    send_to_clients(
        neighbor, neighbor_changes, [&](const EventPeer& peer, const ApiSection&) { return text_.down(peer, reason); },
        one_event([&](const EventHead& head, const EventPeer& peer) { return json_.down(head, peer, reason); }));
}

void Api::on_left_out(NeighborIndex neighbor, const LeftOutWords& reason, std::string_view sample)
{
    log_(fmt::format("{}: routes {} are not sent, {} first; show neighbor counts them", speaker_.name(neighbor),
                     reason.description, sample));
}

void Api::on_state(NeighborIndex neighbor, State state)
{
    send_to_clients(
        neighbor, [](const ApiSection& section) { return section.fsm; }, no_text,
        one_event([&](const EventHead& head, const EventPeer& peer) { return json_.state(head, peer, state); }));
}

void Api::on_listener_trouble(const ListenerTrouble& trouble) { log_(to_text(trouble.listener) + ": " + trouble.text); }

void Api::on_signal(int signal)
{
    for (const auto neighbor : speaker_.neighbors())
        send_to_clients(
            neighbor, [](const ApiSection& section) { return section.signal; }, no_text,
            one_event([&](const EventHead& head, const EventPeer& peer) { return json_.signal(head, peer, signal); }));
}

void Api::on_message(NeighborIndex neighbor, Direction direction, OctetView message, const Negotiated* negotiated)
{
    if (message.size() < header_octets) return;
    const auto type = MessageType{message[header_octets - 1]};
    const bool sent = direction == Direction::sent;
    const auto selection = [&](const ApiSection& section) -> const MessageSelection& {
        return sent ? section.send : section.receive;
    };
    MessageEvent event{
        .direction = sent ? EventDirection::send : EventDirection::receive, .message = message, .negotiated = negotiated};
    // One event with everything, or the octets and the parsed content each by itself.
    const auto each = [&](const ApiSection& section, auto&& packet, auto&& parsed) {
        const auto& chosen = selection(section);
        event.with_negotiated = sent || section.negotiated;
        event.with_octets = chosen.consolidate && chosen.packets;
        if (chosen.consolidate) return parsed();
        std::string text;
        if (chosen.packets) text += packet();
        if (chosen.parsed) text += parsed();
        return text;
    };
    send_to_clients(
        neighbor, [&](const ApiSection& section) { return names_kind(selection(section), type); },
        [&](const EventPeer& peer, const ApiSection& section) {
            return each(section, [&] { return text_.packet(peer, event); }, [&] { return text_.parsed(peer, event); });
        },
        [&](EventHead head, const EventPeer& peer, const ApiSection& section, std::uint64_t& counter) {
            const auto next = [&] {
                head.counter = ++counter;
                return head;
            };
            return each(
                section, [&] { return json_.packet(next(), peer, event); }, [&] { return json_.parsed(next(), peer, event); });
        });
}

// ---- The whole.

void Api::forget()
{
    subscriptions_.clear();
    commands_.forget_neighbors();
}

void Api::on_reloaded(bool restart_programs)
{
    forget();
    programs_.follow(speaker_.configuration().processes, restart_programs);
    if (on_processes) on_processes(speaker_.configuration().processes);
}

void Api::on_shutdown()
{
    if (on_end) on_end();
    programs_.end_all(
        [this](Encoder encoder) { return encoder == Encoder::json ? json_.shutdown(seconds_now()) : text_.shutdown(); },
        [this] { speaker_.programs_ended(); });
}

}   // namespace barrage::exabgp
