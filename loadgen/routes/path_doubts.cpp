#include "loadgen/routes/path_doubts.hpp"

#include <fmt/format.h>

#include "codec/attribute/attribute_view.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

struct DoubtfulRoutes {
    std::uint64_t routes = 0;
    std::string first;
    void add(const RouteSet& set, std::size_t index)
    {
        const auto& group = set.groups()[index];
        if (routes == 0) {
            Octets made;
            first = sample_text(known_families[group.family].family, set.nlri(index, made), group.has_path_ids);
        }
        routes += group.routes;
    }
};

bool has_as(AttributeView path, Asn wanted)
{
    auto in = path.reader();
    while (!in.empty()) {
        in.u8();
        for (auto count = in.u8(); count != 0 && !in.failed(); --count)
            if (Asn{in.u32()} == wanted) return true;
    }
    return false;
}

}   // namespace

std::vector<std::string> path_doubts(const RouteTable& table, std::optional<Asn> device_as)
{
    DoubtfulRoutes with_as_0, aggregated_by_as_0, looping;
    const auto look = [&](const RouteSet& set, std::size_t index) {
        bool as_0 = false, loops = false, aggregator_0 = false;
        for (Reader in{set.groups()[index].attributes->octets()}; const auto attribute = next_attribute(in);) {
            if (attribute->type == AttributeType::as_path) {
                as_0 = has_as(*attribute, Asn{0});
                loops = device_as && has_as(*attribute, *device_as);
            } else if (attribute->type == AttributeType::aggregator) {
                aggregator_0 = Asn{attribute->reader().u32()} == Asn{0};
            }
        }
        if (as_0)
            with_as_0.add(set, index);
        else if (loops)
            looping.add(set, index);
        else if (aggregator_0)
            aggregated_by_as_0.add(set, index);
    };
    for (const auto& source : table.sources)
        for (std::size_t index = 0; index < source.routes->groups().size(); ++index)
            if (source.routes->groups()[index].attributes && !source.routes->groups()[index].withdraw)
                look(*source.routes, index);

    std::vector<std::string> doubts;
    const auto append = [&](const DoubtfulRoutes& doubt, const std::string& has, std::string_view so) {
        if (doubt.routes == 0) return;
        doubts.push_back(fmt::format("{} route{} {}, such as {}: {}", full_number(doubt.routes),
                                     doubt.routes == 1 ? " has" : "s have", has, doubt.first, so));
    };
    append(with_as_0, "AS 0 in the path", "malformed by RFC 7607, so that routers treat them as withdrawn");
    append(aggregated_by_as_0, "an AGGREGATOR of AS 0",
           "malformed by RFC 7607, so that routers pass them on without that attribute");
    if (device_as)
        append(looping, fmt::format("the router's own AS {} in the path", device_as->value),
               "an AS loop, so that it drops them (RFC 4271 section 9.1.2)");
    return doubts;
}

}   // namespace barrage
