#include "loadgen/scenario/api_lines.hpp"

#include <fmt/format.h>

#include "codec/match.hpp"
#include "loadgen/exabgp/api/api_command.hpp"
#include "loadgen/exabgp/grammar/complete_attributes.hpp"
#include "loadgen/exabgp/grammar/parse.hpp"

namespace barrage {

namespace {

using Read = std::expected<decltype(ApiLine::what), std::string>;

Read read_routes(const exabgp::api::Routes& asked, AttributePool& pool)
{
    std::vector<std::string> watchdogs;
    auto routes = exabgp::parse_routes(asked.words, asked.withdraw, pool, watchdogs);
    if (!routes) return std::unexpected(routes.error().text);
    std::vector<ApiLine::Route> result;
    for (auto& route : *routes) {
        if (route.watchdog != 0) return std::unexpected("a scenario has no watchdogs");
        AttributeSetRef attributes;
        if (!asked.withdraw) {
            const auto next_hop = route.next_hop_self ? OctetView{} : route.attributes->next_hop();
            attributes = pool.intern(exabgp::complete_attributes(route.attributes->octets()), next_hop);
        }
        result.push_back({std::move(route.key), std::move(attributes)});
    }
    return result;
}

Read read_verb(const exabgp::api::Verb& verb, AttributePool& pool)
{
    namespace api = exabgp::api;
    return std::visit(Match{
                          [&](const api::Routes& routes) -> Read { return read_routes(routes, pool); },
                          [](const api::EndOfRib& end) -> Read { return ApiLine::EndOfRib{end.family}; },
                          [](const api::RouteRefresh& refresh) -> Read { return ApiLine::Refresh{refresh.family}; },
                          [](const api::Teardown& teardown) -> Read { return ApiLine::Teardown{CeaseSubcode{teardown.subcode}}; },
                          [](const api::FlushAdjRibOut&) -> Read { return ApiLine::Readvertise{}; },
                          [](const auto&) -> Read {
                              return std::unexpected(
                                  "a scenario has no use for that; expected announce, withdraw, teardown or flush adj-rib out");
                          },
                      },
                      verb);
}

}   // namespace

std::expected<ApiLine, std::string> read_api_line(const std::string& text, AttributePool& pool)
{
    const auto command = exabgp::parse_api_command(text);
    if (!command) return std::unexpected(command.error());
    ApiLine line{.text = text, .selector = {}, .what = {}};
    if (!command->selector.empty()) {
        auto selector = exabgp::parse_selector(command->selector);
        if (!selector) return std::unexpected(selector.error());
        line.selector = std::move(*selector);
    }
    auto what = read_verb(command->verb, pool);
    if (!what) return std::unexpected(std::move(what.error()));
    line.what = std::move(*what);
    return line;
}

std::optional<std::string> check_api_line(const std::string& text)
{
    AttributePool pool;
    auto line = read_api_line(text, pool);
    return line ? std::nullopt : std::optional{std::move(line.error())};
}

std::shared_ptr<const RouteSet> routes_of(const std::vector<ApiLine>& lines, AttributePool& pool)
{
    RouteSetBuilder builder{pool, RouteSetBuilder::Order::by_attribute_set};
    for (const auto& line : lines) {
        const auto* routes = std::get_if<std::vector<ApiLine::Route>>(&line.what);
        if (!routes) continue;
        for (const auto& route : *routes) {
            if (!route.attributes) continue;
            const OctetView nlri{reinterpret_cast<const std::uint8_t*>(route.key.nlri.data()), route.key.nlri.size()};
            builder.add({.family = route.key.family,
                         .attributes = route.attributes->octets(),
                         .next_hop = route.attributes->next_hop(),
                         .nlri = nlri,
                         .routes = 1});
        }
    }
    if (builder.size() == 0) return nullptr;
    return std::move(builder).finish();
}

}   // namespace barrage
