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

/// Of these prefixes, those that this receiver has had: each is to be there with a path that somebody announces now, or gone where nobody does.
NotReturned not_returned(const Expectation& expected, const Reflections& seen, Expectation::Sender receiver,
                         std::span<const MeasuredRoutes::Number> numbers);
/// Likewise of all of which something was sent since then.
NotReturned not_returned(const Expectation& expected, const Reflections& seen, Expectation::Sender receiver,
                         MeasuredRoutes::Word since);
/// … by one of these senders, by number.
NotReturned not_returned(const Expectation& expected, const Reflections& seen, Expectation::Sender receiver,
                         MeasuredRoutes::Word since, const std::vector<bool>& senders);

}   // namespace barrage
