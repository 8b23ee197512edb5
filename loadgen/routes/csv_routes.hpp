#pragma once
// CSV as RFC 4180 has it: a header with the names of the columns, in any order, then a route a line. A field that is empty says nothing:
// no such attribute, origin igp, no AS in the path, the sender's own next hop. Quoted fields may hold commas, quotes and ends of lines.
// One thread.

#include <functional>
#include <span>

#include "codec/path_id.hpp"
#include "loadgen/routes/attribute_words.hpp"
#include "loadgen/routes/next_hop_words.hpp"

namespace barrage {

class CsvRoutes final : public RouteLines {
public:
    /// `placeholders`: where a route has no next hop, that of the documentation.
    explicit CsvRoutes(bool placeholders) : placeholders_(placeholders) {}

    std::optional<LineError> read(std::string_view line, GatheredRoutes& into) override;
    [[nodiscard]] bool is_open() const override { return !record_.empty(); }
    std::optional<LineError> finish() override;
    [[nodiscard]] bool names_next_hops() const override { return names_next_hops_; }

    /// Whether a line may be such a header: one of its columns is.
    static bool is_header(std::string_view line);
    /// "prefix, next_hop, …"
    static std::string column_names();

private:
    struct Route {
        WordedPrefix prefix = {};
        std::optional<NextHopAddress> next_hop = {};
        std::optional<PathId> path_id = {};
        WordedAttributes attributes = {};
    };
    struct Column;
    struct Field {
        std::string text;         // without its quotes
        std::size_t column = 1;   // where it begins
    };
    enum class Split : std::uint8_t { whole, open, wrong };

    static std::span<const Column> known_columns();
    Split split(std::string_view record, LineError& error);
    std::optional<LineError> take_header(std::string_view line);
    std::optional<LineError> take_route(std::string_view line, GatheredRoutes& into);

    bool placeholders_;
    bool names_next_hops_ = false;
    std::vector<const Column*> columns_;   // of the header
    std::vector<Field> fields_;            // of the record at hand, from the front …
    std::size_t field_count_ = 0;          // … so many
    std::string record_;                   // of more lines than one, so far
    std::uint64_t record_lines_ = 0;
    std::size_t open_at_ = 1;   // the column of the quote that is open
    Route route_;
    Octets octets_, next_hop_, nlri_;
};

}   // namespace barrage
