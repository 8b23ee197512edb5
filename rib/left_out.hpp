#pragma once
// Routes that are not put on the wire, counted by reason: by the readers of dumps and by UpdatePacker. One list of reasons; reports, metrics and
// what people read take their words from it. A value; a sample is made once for each reason, nothing for each route.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/family.hpp"
#include "codec/reader.hpp"

namespace barrage {

enum class LeftOutReason : std::uint8_t {
    cut,
    malformed,
    unsupported,
    unread_family,
    not_configured,
    not_negotiated,
    add_path_not_negotiated,
    labels_not_negotiated,
    no_next_hop,
    too_large,
};

struct LeftOutWords {
    std::string_view word;          // of reports and metrics
    std::string_view description;   // behind "N routes "
};
/// By reason.
inline constexpr std::array left_out_words{
    LeftOutWords{"cut", "behind the end of a dump that is cut; counted as one"},
    LeftOutWords{"malformed", "malformed in the dump; a record that cannot be read counts as one"},
    LeftOutWords{"unsupported", "in records of a dump that are not read beside its other ones, each counted as one"},
    LeftOutWords{"unread_family", "of a family whose routes are not read from dumps"},
    LeftOutWords{"not_configured", "of a family that the session is not configured for"},
    LeftOutWords{"not_negotiated", "of a family that the router did not agree to"},
    LeftOutWords{"add_path_not_negotiated",
                 "told apart from another of their prefix by path identifiers alone, which the session does not have"},
    LeftOutWords{"labels_not_negotiated", "with several labels, which the session has not agreed to"},
    LeftOutWords{"no_next_hop", "without a next hop that suits their family and the session"},
    LeftOutWords{"too_large", "whose attributes leave no room for a prefix in a message"},
};
constexpr const LeftOutWords& words_of(LeftOutReason reason) noexcept { return left_out_words[std::to_underlying(reason)]; }

class LeftOut {
public:
    struct OfReason {
        std::uint64_t routes = 0;   // announced or withdrawn
        std::string sample;         // the first of them
    };
    /// Routes of a set that follow each other, by the number of their group and their place in it.
    struct Stretch {
        std::uint32_t group = 0;
        std::uint64_t first = 0;
        std::uint64_t routes = 0;
    };

    /// `sample()` gives the text of the first route; called for the first of each reason alone.
    void add(LeftOutReason reason, std::uint64_t routes, auto&& sample)
    {
        auto& known = reasons_[std::to_underlying(reason)];
        if (known.routes == 0) known.sample = sample();
        known.routes += routes;
    }
    /// Where in its set they stand.
    void add_stretch(const Stretch& stretch) { stretches_.push_back(stretch); }

    [[nodiscard]] const OfReason& of(LeftOutReason reason) const noexcept { return reasons_[std::to_underlying(reason)]; }
    [[nodiscard]] std::vector<Stretch>& stretches() noexcept { return stretches_; }
    [[nodiscard]] const std::vector<Stretch>& stretches() const noexcept { return stretches_; }
    /// Over all reasons.
    [[nodiscard]] std::uint64_t routes() const noexcept
    {
        std::uint64_t all = 0;
        for (const auto& reason : reasons_) all += reason.routes;
        return all;
    }
    [[nodiscard]] bool empty() const noexcept { return routes() == 0; }
    /// Calls `visit(const LeftOutWords&, const OfReason&)` for each reason that there was.
    void for_each(auto&& visit) const
    {
        for (std::size_t i = 0; i < reasons_.size(); ++i)
            if (reasons_[i].routes != 0) visit(left_out_words[i], reasons_[i]);
    }

    LeftOut& operator+=(const LeftOut& more);
    /// … without stretches.
    LeftOut& add_counts(const LeftOut& more);
    /// Samples are of this.
    void name_samples(std::string_view source);

private:
    std::array<OfReason, left_out_words.size()> reasons_{};
    std::vector<Stretch> stretches_;
};

/// The first route of these as a person names it: "198.51.100.0/24", "vpnv4 198.51.100.0/24"; octets where a family has no prefixes.
std::string sample_text(Family family, OctetView nlri, bool has_path_id);

}   // namespace barrage
