#pragma once
// Sets of senders, each kept once and named by a number, so that who holds a prefix is four octets of it, however many they are: tables are
// advertised as a whole, and so most prefixes share a few sets. One thread changes them.

#include <cstdint>
#include <span>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace barrage {

class SenderSets {
public:
    using Sender = std::uint32_t;
    using Id = std::uint32_t;
    static constexpr Id nobody = 0;

    SenderSets();

    [[nodiscard]] const std::vector<Sender>& senders(Id id) const noexcept { return sets_[id]; }   // in ascending order
    [[nodiscard]] bool contains(Id id, Sender sender) const noexcept;
    [[nodiscard]] Id with(Id id, Sender sender) { return changed(id, sender, true); }
    [[nodiscard]] Id without(Id id, Sender sender) { return changed(id, sender, false); }
    /// There are so many that those of which nothing is left may be worth giving back.
    [[nodiscard]] bool is_crowded() const noexcept { return sets_.size() >= crowd_; }
    /// Keeps only those that stand in `used`, and writes their new numbers there.
    void compact(std::span<Id> used);

private:
    struct Step {
        Id from;
        Sender sender;
        bool adds;
        friend bool operator==(const Step&, const Step&) = default;
    };
    struct HashStep {
        std::size_t operator()(const Step& step) const noexcept;
    };
    struct HashSet {
        std::size_t operator()(const std::vector<Sender>& set) const noexcept;
    };
    static constexpr std::size_t first_crowd = std::size_t{1} << 16;

    Id changed(Id id, Sender sender, bool adds);
    Id id_of(std::vector<Sender> set);

    std::vector<std::vector<Sender>> sets_;   // by number
    boost::unordered_flat_map<std::vector<Sender>, Id, HashSet> ids_;
    boost::unordered_flat_map<Step, Id, HashStep> steps_;   // as they were taken before
    Step last_{};
    Id last_result_ = nobody;
    std::size_t crowd_ = first_crowd;
};

}   // namespace barrage
