#pragma once
// Which routes the device should be passing on right now, and with which attributes: counted up and down as senders are told to
// announce and withdraw. Receivers are held against it. Changed on the observer's thread only while no comparison is under way.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "engine/measured_routes.hpp"
#include "engine/reflections.hpp"

namespace barrage {

/// One receiver, or several added up.
struct Comparison {
    static constexpr std::size_t most_samples = 10;   // of each kind
    std::uint64_t expected = 0;
    std::uint64_t missing = 0;
    std::uint64_t unexpected = 0;
    std::uint64_t wrong_attributes = 0;
    std::vector<std::string> missing_samples;
    std::vector<std::string> unexpected_samples;
    std::vector<std::string> wrong_samples;
    void add(const Comparison& other, const std::string& who);
    [[nodiscard]] bool is_right() const noexcept { return missing == 0 && unexpected == 0 && wrong_attributes == 0; }
};

class Expectation {
public:
    using Number = MeasuredRoutes::Number;

    explicit Expectation(const MeasuredRoutes& routes);

    /// A set that peers announce over eBGP or iBGP: what its routes come back with.
    void add_attributes(const std::shared_ptr<const RouteSet>& set, bool external);
    void announced(Number number) noexcept;
    void withdrawn(Number number) noexcept;
    /// One of its holders is about to go, and counts until withdrawn(). True where others stay, so that another path takes its
    /// place.
    bool begins_to_leave(Number number) noexcept;
    /// … went, or stays after all.
    void left(Number number) noexcept;
    [[nodiscard]] bool has_others(Number number) const noexcept { return holders_[number] > leaving_[number]; }
    /// From now on the route comes with these; also beside what it came with before, while both may be under way.
    void attributes_changed(Number number, std::uint32_t fingerprint);

    [[nodiscard]] bool is_held(Number number) const noexcept { return holders_[number] != 0; }
    [[nodiscard]] std::uint32_t holders(Number number) const noexcept { return holders_[number]; }
    [[nodiscard]] std::uint64_t held() const noexcept { return held_; }
    /// On the receiver's shard. Of own routes of the receiver nothing is asked.
    [[nodiscard]] Comparison compare(const Reflections& seen) const;

private:
    void add_fingerprint(Number number, std::uint32_t fingerprint);

    const MeasuredRoutes& routes_;
    std::vector<std::uint16_t> holders_;                                                // by number
    std::vector<std::uint16_t> leaving_;                                                // of them
    std::vector<std::uint32_t> fingerprints_;                                           // 0: none known
    boost::unordered_flat_map<Number, std::vector<std::uint32_t>> more_fingerprints_;   // of routes that are sent with several
    std::uint64_t held_ = 0;
};

}   // namespace barrage
