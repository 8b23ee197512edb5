#pragma once
// What a scenario expects in words, `expect:` of the run, a group of peers, a phase or a set of routes: what happens as expected is no fault, what was
// expected and does not happen is one. A value; any thread.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "codec/asn.hpp"
#include "codec/attribute/origin.hpp"
#include "codec/ip.hpp"
#include "codec/message/notification.hpp"

namespace barrage {

/// `cease/1`, `cease/maximum-number-of-prefixes-reached`, `hold-timer-expired`.
struct ExpectedNotification {
    std::string words;   // as given
    ErrorCode code = ErrorCode::cease;
    std::optional<std::uint8_t> subcode;   // none: any
    [[nodiscard]] bool is(const Notification& notification) const noexcept
    {
        return notification.code == code && (!subcode || notification.subcode == *subcode);
    }
};

/// What a policy of the device does to routes.
struct ExpectedAttributes {
    bool strips_communities = false;          // of all kinds, before it adds its own
    std::vector<std::uint32_t> communities;   // added
    std::vector<Asn> prepended;               // in front of the path as the device has it from the sender
    std::optional<Origin::Value> origin;
    std::optional<std::uint32_t> multi_exit_disc;
    std::optional<std::uint32_t> local_pref;
    std::optional<IpAddress> next_hop;
};

struct Expect {
    bool none = false;   // it does not come through
    std::optional<std::chrono::nanoseconds> within;
    std::optional<ExpectedAttributes> attributes;
    std::optional<std::uint64_t> sessions_lost;   // so many
    std::optional<ExpectedNotification> notification;
    std::vector<std::string> routes;   // prefixes: these, and what is inside them; empty: all that it is said of

    [[nodiscard]] bool is_of_sessions() const noexcept { return sessions_lost || notification; }
};

}   // namespace barrage
