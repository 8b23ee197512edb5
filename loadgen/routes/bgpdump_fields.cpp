#include "loadgen/routes/bgpdump_fields.hpp"

#include <algorithm>
#include <array>

namespace barrage {

namespace {

constexpr bool is_what(std::string_view field) noexcept
{
    return field == "A" || field == "B" || field == "W" || field == "STATE";
}

}   // namespace

std::string_view take_field(std::string_view& fields) noexcept
{
    const auto length = std::min(fields.find('|'), fields.size());
    const auto field = fields.substr(0, length);
    fields.remove_prefix(std::min(length + 1, fields.size()));
    return field;
}

BgpdumpFields BgpdumpFields::of(std::string_view line) noexcept
{
    BgpdumpFields fields{.rest = line};
    fields.type = take_field(fields.rest);
    fields.time = take_field(fields.rest);
    fields.what = take_field(fields.rest);
    if (auto behind = fields.rest; !is_what(fields.what) && is_what(take_field(behind))) {
        fields.time = fields.what;
        fields.what = take_field(fields.rest);
    }
    fields.address = take_field(fields.rest);
    fields.as = take_field(fields.rest);
    return fields;
}

bool BgpdumpFields::is_known_type() const noexcept
{
    constexpr std::array types{"TABLE_DUMP", "TABLE_DUMP2", "TABLE_DUMP2_AP", "BGP"};   // the last: as RIS wrote until 2000
    if (std::ranges::find(types, type) != types.end()) return true;
    auto left = type;
    if (!left.starts_with("BGP4MP")) return false;
    left.remove_prefix(6);
    for (const std::string_view word : {"_ET", "_LOCAL", "_AP"})
        if (left.starts_with(word)) left.remove_prefix(word.size());
    return left.empty();
}

}   // namespace barrage
