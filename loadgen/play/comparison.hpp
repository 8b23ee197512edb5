#pragma once
// What came of holding receivers against the expectation. A value; any thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loadgen/play/excuses.hpp"

namespace barrage {

/// One receiver, or several added up.
struct Comparison {
    static constexpr std::size_t most_samples = 10;   // of each kind

    struct Excused {
        Excuse reason = Excuse::none;
        std::uint64_t routes = 0;
        std::string sample = {};
    };

    std::uint32_t receivers = 0;   // that were compared: those that were up
    std::uint64_t expected = 0;
    std::uint64_t missing = 0;
    std::uint64_t unexpected = 0;
    std::uint64_t stale =
        0;   // nobody present announces that, somebody did before; where no other path is right they are unexpected too
    std::uint64_t wrong_attributes = 0;
    std::uint64_t reflected_to_sender = 0;   // the receiver's own path came back to it: allowed, and work for nothing
    /// Sessions with graceful restart that had no End-of-RIB of a family: RFC 4724 section 2.
    std::uint64_t without_end_of_rib = 0;
    std::vector<std::string> missing_samples;
    std::vector<std::string> unexpected_samples;
    std::vector<std::string> stale_samples;
    std::vector<std::string> wrong_samples;
    std::vector<std::string> reflected_samples;
    std::vector<Excused> excused;   // not expected, by reason
    /// Of one receiver, by number of the prefix: routes that it announces itself and others do too, and whether it has one of theirs. Judged
    /// together with those of the other receivers: see SharedOwnRoutes.
    std::vector<std::pair<std::uint32_t, bool>> shared_own;

    void add(const Comparison& other, const std::string& who);
    void excuse(Excuse reason, std::uint64_t routes, const std::string& sample);
    [[nodiscard]] bool is_right() const noexcept
    {
        return missing == 0 && unexpected == 0 && stale == 0 && wrong_attributes == 0;
    }

    /// Each kind of wrong with its count, words and samples, for whoever prints them.
    struct Wrong {
        const char* key;     // of JSON and thresholds
        const char* words;   // "12 of 40 routes …"
        const char* few_words;
        std::uint64_t Comparison::* count;
        std::vector<std::string> Comparison::* samples;
        bool fails = true;   // a run that has any
    };
    static const std::vector<Wrong>& kinds_of_wrong();
};

/// Prefixes that receivers announce themselves. A device advertises its best path to everybody but whom it has it from (RFC 4271 section 9.2): of those
/// who announce a prefix and could get another's path, only one may lack it.
class SharedOwnRoutes {
public:
    /// `who`: the receiver, for samples.
    void add(Comparison& of_receiver, const std::string& who);
    /// Counts them as expected and missing. `text_of(number)` is the prefix.
    void judge(Comparison& sum, const std::function<std::string(std::uint32_t)>& text_of) const;

private:
    struct Of {
        std::uint32_t receivers = 0;
        std::uint32_t lack_it = 0;
        std::uint32_t who = 0;   // the last of those
    };
    std::vector<Of> routes_;   // by number
    std::vector<std::string> names_;
};

/// "of 40 routes 1 missing (10.0.0.0/24), …", with what is right left out.
std::string short_text(const Comparison& comparison);

}   // namespace barrage
