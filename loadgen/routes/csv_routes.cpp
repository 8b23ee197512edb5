#include "loadgen/routes/csv_routes.hpp"

#include <algorithm>
#include <array>

#include "loadgen/exabgp/vocabulary/word_cursor.hpp"
#include "loadgen/routes/text_lines.hpp"
#include "rib/attribute_octets.hpp"
#include "rib/prefix_range.hpp"

namespace barrage {

/// A row of the one table of columns.
struct CsvRoutes::Column {
    std::string_view name;
    std::optional<WrongWord> (*read)(std::string_view text, Route& into);   // the text is not empty
};

namespace {

/// As columns are compared: small letters, `_` between words.
std::string column_key(std::string_view name)
{
    std::string key{exabgp::without_outer_blanks(name)};
    for (auto& c : key) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c == '-' || c == ' ' ? '_' : c;
    if (key == "communities" || key == "large_communities") key.replace(key.size() - 3, 3, "y");
    return key;
}

/// The column of a record of several lines becomes that of one of them; `lines` are behind the first.
void place(LineError& error, std::string_view record, std::uint64_t lines)
{
    const auto before = record.substr(0, error.column - 1);
    error.lines_before = lines - static_cast<std::uint64_t>(std::ranges::count(before, '\n'));
    error.column -= before.rfind('\n') + 1;   // npos + 1 is 0
}

std::optional<WrongWord> read_number_of(std::string_view text, std::optional<std::uint32_t>& into)
{
    std::uint32_t value = 0;
    if (auto wrong = read_number32(text, value)) return wrong;
    into = value;
    return std::nullopt;
}

}   // namespace

std::span<const CsvRoutes::Column> CsvRoutes::known_columns()
{
    static constexpr std::array columns{
        Column{"prefix", [](std::string_view text, Route& into) { return read_exact_prefix(text, into.prefix); }},
        Column{"next_hop",
               [](std::string_view text, Route& into) -> std::optional<WrongWord> {
                   into.next_hop = parse_next_hop(text);
                   if (!into.next_hop) return WrongWord{text, "an address such as 192.0.2.1, 2001:db8::1 or 2001:db8::1+fe80::1"};
                   return std::nullopt;
               }},
        Column{"as_path", [](std::string_view text, Route& into) { return read_as_path(text, into.attributes.as_path); }},
        Column{"origin", [](std::string_view text, Route& into) { return read_origin(text, into.attributes.origin); }},
        Column{"med", [](std::string_view text, Route& into) { return read_number_of(text, into.attributes.multi_exit_disc); }},
        Column{"local_pref", [](std::string_view text, Route& into) { return read_number_of(text, into.attributes.local_pref); }},
        Column{"community",
               [](std::string_view text, Route& into) { return read_communities(text, into.attributes.communities); }},
        Column{"large_community", [](std::string_view text,
                                     Route& into) { return read_large_communities(text, into.attributes.large_communities); }},
        Column{"path_id",
               [](std::string_view text, Route& into) -> std::optional<WrongWord> {
                   std::uint32_t id = 0;
                   if (auto wrong = read_number32(text, id)) return wrong;
                   into.path_id = PathId{id};
                   return std::nullopt;
               }},
    };
    return columns;
}

std::string CsvRoutes::column_names()
{
    std::string names;
    for (const auto& column : known_columns()) names.append(names.empty() ? "" : ", ").append(column.name);
    return names;
}

bool CsvRoutes::is_header(std::string_view line)
{
    const auto known = known_columns();
    while (!line.empty()) {
        const auto length = std::min(line.find(','), line.size());
        auto name = exabgp::without_outer_blanks(line.substr(0, length));
        if (name.size() > 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
        if (std::ranges::find(known, column_key(name), &Column::name) != known.end()) return true;
        line.remove_prefix(std::min(length + 1, line.size()));
    }
    return false;
}

/// Into fields_.
CsvRoutes::Split CsvRoutes::split(std::string_view record, LineError& error)
{
    field_count_ = 0;
    for (std::size_t at = 0;; ++at) {   // behind a comma
        if (field_count_ == fields_.size()) fields_.emplace_back();
        auto& field = fields_[field_count_++];
        field.text.clear();
        auto begin = std::min(record.find_first_not_of(" \t", at), record.size());
        field.column = begin + 1;
        if (begin == record.size() || record[begin] != '"') {
            const auto end = std::min(record.find(',', begin), record.size());
            field.text = exabgp::without_outer_blanks(record.substr(begin, end - begin));
            at = end;
        } else {
            open_at_ = begin + 1;
            field.column = begin + 2;   // of what is inside
            at = begin + 1;
            while (true) {
                const auto quote = record.find('"', at);
                if (quote == std::string_view::npos) return Split::open;
                field.text.append(record, at, quote - at);
                at = quote + 1;
                if (at == record.size() || record[at] != '"') break;
                field.text += '"';   // two of them are one
                ++at;
            }
            at = std::min(record.find_first_not_of(" \t", at), record.size());
            if (at != record.size() && record[at] != ',') {
                error = error_in(record, {record.substr(at, 1), "a comma or the end of the line behind the closing quote"});
                return Split::wrong;
            }
        }
        if (at == record.size()) return Split::whole;
    }
}

std::optional<LineError> CsvRoutes::read(std::string_view line, GatheredRoutes& into)
{
    // What is open keeps its line end, so that it is not empty.
    auto record = line;
    if (is_open()) {
        record_ += line;
        record = record_;
    }
    LineError error;
    const auto how = split(record, error);
    if (how == Split::open) {
        if (!is_open()) record_ = line;
        record_ += '\n';
        ++record_lines_;
        if (record_.size() > TextLines::longest_line) return finish();
        return std::nullopt;
    }
    std::optional<LineError> result = error;
    if (how == Split::whole) result = columns_.empty() ? take_header(record) : take_route(record, into);
    if (result) place(*result, record, record_lines_);
    record_.clear();
    record_lines_ = 0;
    return result;
}

std::optional<LineError> CsvRoutes::finish()
{
    if (!is_open()) return std::nullopt;
    LineError error{.column = open_at_, .text = "expected a closing quote for this one"};
    place(error, record_, record_lines_ - 1);
    return error;
}

std::optional<LineError> CsvRoutes::take_header(std::string_view line)
{
    const auto known = known_columns();
    const auto expected = "one of the columns " + column_names();
    for (std::size_t i = 0; i < field_count_; ++i) {
        const auto& field = fields_[i];
        const auto column = std::ranges::find(known, column_key(field.text), &Column::name);
        if (column == known.end()) return error_in(line, {field.text, expected}, field.column);
        if (std::ranges::find(columns_, &*column) != columns_.end())
            return error_in(line, {field.text, "each column once"}, field.column);
        columns_.push_back(&*column);
    }
    if (std::ranges::find(columns_, "prefix", &Column::name) == columns_.end())
        return error_in(line, {{}, "a column prefix in the header"});
    return std::nullopt;
}

std::optional<LineError> CsvRoutes::take_route(std::string_view line, GatheredRoutes& into)
{
    if (field_count_ != columns_.size()) {
        const auto expected = std::to_string(columns_.size()) + " fields, as the header has";
        const auto& last = fields_[std::min(field_count_, columns_.size()) - 1];
        return error_in(line, {std::to_string(field_count_), expected}, last.column);
    }
    auto& route = route_;
    route.next_hop.reset();
    route.path_id.reset();
    route.attributes.clear();
    for (std::size_t i = 0; i < field_count_; ++i) {
        const auto& [text, column] = fields_[i];
        if (text.empty()) {
            if (columns_[i]->name == "prefix")
                return error_in(line, {{}, "a prefix such as 192.0.2.0/24 or 2001:db8::/32"}, column);
            continue;
        }
        if (const auto wrong = columns_[i]->read(text, route))
            return error_in(line, *wrong, column + column_of(text, wrong->word) - 1);
    }
    const auto family = route.prefix.family();
    next_hop_.clear();
    if (route.next_hop) {
        if (family.afi == Afi::ipv6 && route.next_hop->address.is_v4()) {
            const auto at = std::ranges::find(columns_, "next_hop", &Column::name) - columns_.begin();
            const auto& field = fields_[static_cast<std::size_t>(at)];
            return error_in(line, {field.text, "a next hop of IPv6 for a prefix of IPv6"}, field.column);
        }
        names_next_hops_ = true;
        write_next_hop_octets(route.next_hop->address, route.next_hop->link_local, next_hop_);
    } else if (placeholders_) {
        write_next_hop_octets(placeholder_next_hop(family), {}, next_hop_);
    }
    if (!encode(route.attributes, octets_)) return error_in(line, attributes_too_long);
    nlri_.clear();
    if (route.path_id) Writer{nlri_}.u32(route.path_id->value);
    route.prefix.encode(nlri_);
    into.add({.family = family,
              .attributes = octets_,
              .next_hop = next_hop_,
              .nlri = nlri_,
              .has_path_ids = route.path_id.has_value(),
              .routes = 1});
    return std::nullopt;
}

}   // namespace barrage
