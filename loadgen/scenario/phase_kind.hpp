#pragma once
// Of which kind a phase is, where the phase itself is no more: in results. Asked for by type, as kinds stand in Scenario::What. A value.

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <variant>

#include "loadgen/scenario/scenario.hpp"

namespace barrage {

class PhaseKind {
public:
    PhaseKind() = default;   // none
    explicit PhaseKind(const Scenario::What& what) noexcept : number_(what.index()) {}
    template <class P>
    static PhaseKind of() noexcept
    {
        PhaseKind kind;
        kind.number_ = number_of<P>();
        return kind;
    }

    /// Whether it is one of these.
    template <class... P>
    [[nodiscard]] bool is() const noexcept
    {
        return ((number_ == number_of<P>()) || ...);
    }
    /// That of scenarios and reports: "announce". Empty: none.
    [[nodiscard]] std::string_view word() const;

private:
    template <class P>
    static constexpr std::size_t number_of() noexcept
    {
        return []<class... All>(std::type_identity<std::variant<All...>>) {
            static_assert((std::is_same_v<P, All> || ...), "a kind of Scenario::What");
            std::size_t number = 0;
            (void)((std::is_same_v<P, All> || (++number, false)) || ...);
            return number;
        }(std::type_identity<Scenario::What>{});
    }
    std::size_t number_ = std::variant_npos;
};

}   // namespace barrage
