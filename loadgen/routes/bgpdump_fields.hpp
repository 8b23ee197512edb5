#pragma once
// What a line of `bgpdump -m` begins with: views of the line. Pure; any thread.

#include <string_view>

namespace barrage {

struct BgpdumpFields {
    std::string_view type;          // "TABLE_DUMP2", "BGP4MP_ET"
    std::string_view time;          // seconds since 1970, with a fraction where the dump has one
    std::string_view what;          // "A", "B", "W" or "STATE"
    std::string_view address, as;   // of the peer
    std::string_view rest;          // from the prefix on; after STATE the old and the new state

    /// Fields that are not there are empty. The number of the packet, which -p puts in second place, is passed over.
    static BgpdumpFields of(std::string_view line) noexcept;
    /// Whether the type is one that bgpdump writes.
    [[nodiscard]] bool is_known_type() const noexcept;
    [[nodiscard]] bool is_table() const noexcept { return type.starts_with("TABLE_DUMP"); }
    /// Whether a path identifier is behind the prefix.
    [[nodiscard]] bool has_path_id() const noexcept { return type.ends_with("_AP"); }
    /// Whether the collector itself sent it.
    [[nodiscard]] bool is_local() const noexcept { return type.contains("_LOCAL"); }
    /// "address|AS" as they stand in the line.
    [[nodiscard]] std::string_view peer() const noexcept
    {
        return address.empty() ? std::string_view{} : std::string_view{address.data(), as.data() + as.size()};
    }
};

/// The field before the next `|`, which is taken away with it; all that is left where there is none.
std::string_view take_field(std::string_view& fields) noexcept;

}   // namespace barrage
