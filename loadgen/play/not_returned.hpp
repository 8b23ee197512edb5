#pragma once
// Changes that a receiver should have seen, and did not. Of several changes of a prefix the last one counts: a device may make one of two. Judged on
// the receiver's shard, while the expectation stands still.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/measured_routes.hpp"
#include "engine/reflections.hpp"
#include "loadgen/play/expectation.hpp"

namespace barrage {

/// At one receiver, or added up over several.
struct NotReturned {
    static constexpr std::size_t most_samples = 10;
    std::uint64_t announced = 0;
    std::uint64_t withdrawn = 0;
    std::vector<std::string> samples;
    [[nodiscard]] std::uint64_t all() const noexcept { return announced + withdrawn; }
    void add(const NotReturned& other, const std::string& who);
};

/// What single changes of a route came to.
struct WantedRoute {
    MeasuredRoutes::Number number = MeasuredRoutes::none;
    bool there = false;
    std::uint32_t fingerprint = 0;   // 0: with whatever attributes
    std::uint32_t reflected = 0;     // … where a reflector notes who sent it
};

/// Of routes that this receiver has had: those which came once are to go, to come again, and to change.
NotReturned not_returned(std::span<const WantedRoute> wanted, const Reflections& seen);
/// Of all that was sent since then.
NotReturned not_returned(const Expectation& expected, const Reflections& seen, Expectation::Sender receiver,
                         MeasuredRoutes::Word since);

}   // namespace barrage
