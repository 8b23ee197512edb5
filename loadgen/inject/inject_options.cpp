#include "loadgen/inject/inject_options.hpp"

#include <algorithm>

#include "loadgen/scenario/session_defaults.hpp"
#include "loadgen/words/units.hpp"

namespace barrage {

std::expected<Endpoint, std::string> parse_router(const std::string& text)
{
    auto router = parse_endpoint(text, bgp_port);
    if (router && router->port == 0) return std::unexpected("'" + text + "': expected a port of 1 to 65535");
    return router;
}

std::expected<void, std::string> check(const InjectOptions& options)
{
    const auto wrong = [](const char* text) { return std::unexpected(std::string{text}); };
    if (options.table.sources.empty()) return wrong("--routes is missing: say which routes, such as --routes full-table:100k");
    if (options.table.replay_speed > 0 && options.rate_per_second > 0) return wrong("--replay and --rate do not go together");
    if (options.table.replay_max_gap && options.table.replay_speed == 0) return wrong("--replay-max-gap needs --replay");
    const bool has_file = std::ranges::any_of(
        options.table.sources, [](const NamedSource& source) { return std::holds_alternative<RouteFile>(source.spec); });
    if ((options.table.mrt_peer || options.table.mrt_local) && !has_file)
        return wrong("--mrt-peer and --mrt-local need a file among --routes");
    if (!options.router && !options.md5_key.empty()) return wrong("--md5 needs a ROUTER: the embedded sink has no keys");
    if (options.router && options.source && options.router->address.is_v4() != options.source->is_v4())
        return wrong("--address and ROUTER are not of the same address family");
    if (!options.router && options.source && (options.source->is_v6() || !is_loopback(*options.source)))
        return wrong("--address needs an address of 127.0.0.0/8 with the embedded sink");
    if (options.add_addresses && !(options.router && options.source))
        return wrong("--add-addresses needs a ROUTER and --address, the address of the first peer");
    if (options.verify && !options.router) return wrong("--verify needs a ROUTER: the embedded sink passes nothing on");
    if (options.verify && (options.withdraw_after || !options.trace_turns_file.empty()))
        return wrong("--verify does not go with --withdraw-after or --trace-turns; write a scenario");
    if (options.verify && options.peer_as == options.verify->as)
        return wrong("the receiving session of --verify is eBGP: give it another AS with --verify-as");
    const auto last_as =
        options.local_as ? options.local_as->value : std::uint64_t{session_defaults::first_as.value} + options.peers - 1;
    if (last_as > 0xffffffff) return wrong("--peers is too many for rising AS numbers; give --local-as");
    return {};
}

}   // namespace barrage
