#pragma once
// Events of sessions for API programs, as ExaBGP writes them: one line of JSON an event, or text with an empty line behind it. Always valid JSON,
// under ExaBGP's names. Pure: values in, text out. Any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/message/any_message.hpp"
#include "engine/fsm/state.hpp"
#include "engine/open_negotiation.hpp"
#include "loadgen/exabgp/grammar/configuration.hpp"

namespace barrage::exabgp {

/// Who reports: the same in every event of a run.
struct EventSource {
    std::string version = "5.0.0";   // of ExaBGP's JSON: its first digit says the layout
    std::string host;
    int pid = 0;
    int ppid = 0;

    /// 4, 5 or 6.
    [[nodiscard]] int layout() const noexcept { return version.empty() ? 0 : version.front() - '0'; }
};

/// Of this process, on this machine.
EventSource this_source(std::string version = "5.0.0");

/// What each event has anew.
struct EventHead {
    double time = 0;             // seconds since 1970
    std::uint64_t counter = 0;   // of the neighbour, from 1
};

/// The neighbour that it is about.
struct EventPeer {
    std::string peer, local;   // addresses; local is "auto" before there is a connection
    std::uint32_t peer_as = 0, local_as = 0;
};

enum class EventDirection : std::uint8_t { send, receive };

/// A message as events show it: parsed, as octets, or both.
struct MessageEvent {
    EventDirection direction = EventDirection::receive;
    OctetView message;                        // whole
    const Negotiated* negotiated = nullptr;   // how it is read; null: before that was settled
    bool with_octets = false;                 // "header" and "body" beside what was parsed
    bool with_negotiated = false;             // JSON: the block of that name
};

/// Why no route can be announced on a session that is up.
inline constexpr std::string_view no_common_family = "no family in common";

std::string_view state_word(State state) noexcept;   // "OPENSENT"
std::string_view signal_name(int signal) noexcept;   // "SIGUSR1"; empty for others than the speaker takes
/// The kind of a message in events: "open", "update", "refresh", …
std::string_view kind_word(MessageType type) noexcept;

class JsonEvents {
public:
    explicit JsonEvents(EventSource source) : source_(std::move(source)) {}

    [[nodiscard]] std::string connected(const EventHead&, const EventPeer&) const;
    /// With a reason where it is up and of no use.
    [[nodiscard]] std::string up(const EventHead&, const EventPeer&, std::string_view reason = {}) const;
    [[nodiscard]] std::string down(const EventHead&, const EventPeer&, std::string_view reason) const;
    [[nodiscard]] std::string state(const EventHead&, const EventPeer&, State) const;
    [[nodiscard]] std::string signal(const EventHead&, const EventPeer&, int signal) const;
    [[nodiscard]] std::string negotiated(const EventHead&, const EventPeer&, const Negotiated&) const;
    [[nodiscard]] std::string parsed(const EventHead&, const EventPeer&, const MessageEvent&) const;
    [[nodiscard]] std::string packet(const EventHead&, const EventPeer&, const MessageEvent&) const;
    [[nodiscard]] std::string shutdown(double time) const;

private:
    [[nodiscard]] std::string event(const EventHead&, const EventPeer&, std::string_view type, std::string_view direction,
                                    std::string_view octets, std::string_view content) const;

    EventSource source_;
};

/// Those that have no text form are empty.
class TextEvents {
public:
    explicit TextEvents(EventSource source) : source_(std::move(source)) {}

    [[nodiscard]] std::string connected(const EventPeer&) const;
    [[nodiscard]] std::string up(const EventPeer&) const;
    [[nodiscard]] std::string down(const EventPeer&, std::string_view reason) const;
    [[nodiscard]] std::string parsed(const EventPeer&, const MessageEvent&) const;
    [[nodiscard]] std::string packet(const EventPeer&, const MessageEvent&) const;
    [[nodiscard]] std::string shutdown() const;

private:
    EventSource source_;
};

}   // namespace barrage::exabgp
