#pragma once
// How many routes TCP has acknowledged, out of how many octets: marks of what was on the wire at a time, few enough to cost nothing, and the
// farther apart the more is on its way. Between two marks the earlier one counts, so that never more is claimed than was acknowledged. One
// thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace barrage {

class AckMarks {
public:
    static constexpr std::uint32_t most = 31;

    /// So many octets are on the wire, and in them so many whole routes; both only grow.
    void note(std::uint64_t octets, std::uint64_t routes) noexcept
    {
        if (routes == noted_routes_) return;
        noted_routes_ = routes;
        latest_ = {octets, routes};
        if (count_ != 0 && octets - marks_[count_ - 1].octets < spacing_) return;
        if (count_ == most) {   // every other one does
            for (std::uint32_t i = 0; 2 * i < most; ++i) marks_[i] = marks_[2 * i];
            count_ = (most + 1) / 2;
            spacing_ = static_cast<std::uint32_t>((marks_[count_ - 1].octets - marks_[0].octets) / count_);
        }
        marks_[count_++] = latest_;
    }
    /// Routes in the first so many octets, as far as they are told apart; nothing where they are no more than before.
    std::optional<std::uint64_t> acked(std::uint64_t octets) noexcept
    {
        if (empty()) return std::nullopt;
        if (octets >= latest_.octets) {
            clear(latest_.routes);
            return noted_routes_;
        }
        std::uint32_t passed = 0;
        while (passed < count_ && marks_[passed].octets <= octets) ++passed;
        if (passed == 0) return std::nullopt;
        const auto routes = marks_[passed - 1].routes;
        for (auto i = passed; i < count_; ++i) marks_[i - passed] = marks_[i];
        count_ -= passed;
        return routes;
    }
    [[nodiscard]] bool empty() const noexcept { return latest_.octets == 0; }
    /// What was noted and not acknowledged never will be; `routes` are on the wire.
    void clear(std::uint64_t routes) noexcept
    {
        count_ = spacing_ = 0;
        latest_ = {};
        noted_routes_ = routes;
    }

private:
    struct Mark {
        std::uint64_t octets = 0, routes = 0;
    };
    std::array<Mark, most> marks_{};   // by octets
    Mark latest_;
    std::uint32_t count_ = 0;
    std::uint32_t spacing_ = 0;   // octets from one mark to the next, at least
    std::uint64_t noted_routes_ = 0;
};

}   // namespace barrage
