// Routes of API lines: by the readers of the configuration, or by what was remembered of a line like it.

#include "loadgen/exabgp/grammar/parse.hpp"
#include "loadgen/exabgp/grammar/route_readers.hpp"

namespace barrage::exabgp {

struct ApiRoutes::State {
    RouteContext announced;
    RouteContext withdrawn;
};

ApiRoutes::ApiRoutes(AttributePool& pool, std::vector<std::string>& watchdogs)
    : state_(std::make_unique<State>(State{.announced = {pool, watchdogs, false}, .withdrawn = {pool, watchdogs, true}}))
{
}

ApiRoutes::~ApiRoutes() = default;

std::optional<TextError> ApiRoutes::read(std::string_view text, bool withdraw, std::vector<ConfiguredRoute>& into)
{
    auto& context = withdraw ? state_->withdrawn : state_->announced;
    // Hot: a flood is lines of this kind.
    constexpr std::string_view route = "route ";
    if (text.starts_with(route) && read_known_route(context, text.substr(route.size()), into)) return std::nullopt;

    const auto before = into.size();
    TokenCursor words{text};
    RouteTarget target{context, into};
    read_api_routes(words, target);
    words.recover();
    std::optional<TextError> error;
    if (!words.errors().empty())
        error = std::move(words.errors().front());
    else if (into.size() == before)
        error = words.error_at({}, "no route");
    if (error) into.resize(before);
    return error;
}

void ApiRoutes::forget()
{
    state_->announced.known.clear();
    state_->withdrawn.known.clear();
}

std::expected<std::vector<ConfiguredRoute>, TextError> parse_routes(std::string_view words, bool withdraw, AttributePool& pool,
                                                                    std::vector<std::string>& watchdogs)
{
    std::vector<ConfiguredRoute> routes;
    if (auto error = ApiRoutes{pool, watchdogs}.read(words, withdraw, routes)) return std::unexpected(std::move(*error));
    return routes;
}

}   // namespace barrage::exabgp
