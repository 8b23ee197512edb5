#pragma once
// Lines as API programs of ExaBGP write them, `announce …` and `withdraw …` with a route of any family, read by the parsers of
// `loadgen speak`. What else such a line can ask has no place in a file of routes. Where there are withdrawals the order counts. One
// thread.

#include "loadgen/exabgp/grammar/parse.hpp"
#include "loadgen/routes/route_lines.hpp"

namespace barrage {

class ExabgpLines final : public RouteLines {
public:
    ExabgpLines() : reader_(pool_, watchdogs_) {}

    [[nodiscard]] bool looks_first() const override { return true; }
    void look(std::string_view line) override;
    std::optional<LineError> read(std::string_view line, GatheredRoutes& into) override;
    [[nodiscard]] bool is_ordered() const override { return withdraws_; }
    [[nodiscard]] bool names_next_hops() const override { return names_next_hops_; }
    [[nodiscard]] std::vector<std::string> notes() const override;

    /// Whether the line may be one of these, by its first word.
    static bool begins(std::string_view line) noexcept;

private:
    void take(const exabgp::ConfiguredRoute& route, bool withdraw, GatheredRoutes& into);

    AttributePool pool_;
    std::vector<std::string> watchdogs_;
    exabgp::ApiRoutes reader_;
    std::vector<exabgp::ConfiguredRoute> routes_;   // of the line at hand
    AttributeSetRef last_set_;                      // completed_ was made of it
    Octets completed_, nlri_;
    bool withdraws_ = false, names_next_hops_ = false;
    std::uint64_t ends_ = 0;   // lines that announce an End-of-RIB
};

}   // namespace barrage
