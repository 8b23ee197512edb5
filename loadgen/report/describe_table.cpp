#include "loadgen/report/describe_table.hpp"

#include <algorithm>

namespace barrage {

void describe_table(RunReport& report, const RouteTable& table)
{
    std::uint64_t routes = 0;
    for (const auto& source : table.sources)
        report.sources.push_back({.words = source.words,
                                  .announced = source.routes->announced(),
                                  .withdrawn = source.routes->withdrawn(),
                                  .groups = source.routes->groups().size(),
                                  .warning = source.warning});
    for (const auto& source : report.sources) routes += source.announced + source.withdrawn;
    auto& memory = report.memory;
    const auto attributes = table.pool->size();
    memory.table_octets += table.memory_octets();
    memory.table_octets_per_route =
        static_cast<double>(memory.table_octets) / static_cast<double>(std::max<std::uint64_t>(1, routes));
    memory.attribute_sets += attributes.sets;
    memory.attribute_octets += attributes.octets;
    if (table.allocated_octets) memory.allocated_octets = memory.allocated_octets.value_or(0) + *table.allocated_octets;
}

}   // namespace barrage
