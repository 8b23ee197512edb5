#pragma once
// What stands in HTTP requests that give commands, and what they are answered, as values. Two contracts: that of the control port
// (`loadgen speak --control`), and that of SONiC's http_api.py, which barrage serves itself. Pure; any thread.

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "io/http.hpp"

namespace barrage::exabgp {

/// The command lines of a request to the control port; an error says what was expected.
std::expected<std::vector<std::string>, std::string> commands_of(const HttpRequest& request);

/// Of a request to a program's port: `command=…` or `commands=…` of a form, or the body as it is; commands end at `;` and at the end of a
/// line. May be none.
std::vector<std::string> program_commands_of(const HttpRequest& request);

/// A part of a RIB: GET /routes/out or /routes/in, with ?neighbor=ADDRESS, &offset=N and &limit=N.
struct RoutesPage {
    static constexpr std::size_t usual = 1000;
    static constexpr std::size_t most = 100'000;
    bool received = false;
    std::string neighbor;   // empty: all
    std::size_t offset = 0;
    std::size_t limit = usual;
};
/// Whether the path is one of those.
bool asks_for_routes(const HttpRequest& request) noexcept;
/// An error says what was expected.
std::expected<RoutesPage, std::string> routes_page_of(const HttpRequest& request);

/// Commands of one request that could not be carried out, for its answer: a line each.
class CommandFailures {
public:
    /// `number`: of the command in its request, from 1.
    void add(std::size_t number, std::string_view command, std::string_view reason);
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    /// "error", and a line for each: "3: announce rout 10.0.0.0/24: REASON". Of very many only the first.
    [[nodiscard]] std::string text() const;

private:
    static constexpr std::size_t most_octets = std::size_t{1} << 20;

    std::string lines_;
    std::size_t count_ = 0;
    std::size_t left_out_ = 0;
};

/// Octets that a request to a program's port may have; more is answered 413.
inline constexpr std::size_t most_program_octets = std::size_t{16} << 20;

}   // namespace barrage::exabgp
