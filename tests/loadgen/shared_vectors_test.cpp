// Every row of the shared vectors through `loadgen decode` and `encode`, in one run that counts by family: what is right goes
// from digits to JSON and back to the same digits, what is malformed asks for what its RFC says, and of what is disputed the
// reading is docs/disputed.md.

#include "tests/support/doctest.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "codec/attribute/attribute_view.hpp"
#include "loadgen/words/message_line.hpp"
#include "tests/loadgen/malformed_rows.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/vectors.hpp"

using namespace barrage;

namespace {

struct Counts {
    int valid = 0;
    int with_octets = 0;   // of these: with attributes that are not known
    int malformed = 0;
    std::map<std::string_view, int> actions;
};

/// "update/ipv4+ipv6" counts for both; another message for its type.
std::set<std::string> families_of(const std::string& kind)
{
    const auto slash = kind.find('/');
    if (slash == std::string::npos) return {kind};
    std::set<std::string> families;
    std::istringstream names{kind.substr(slash + 1)};
    for (std::string name; std::getline(names, name, '+');) families.insert(name);
    return families;
}

bool has_unknown_attribute(const MessageVector& vector)
{
    if (!vector.kind.starts_with("update/")) return false;
    const auto view = split_update(vector.message);
    if (!view) return false;
    Reader in{view->attributes};
    while (const auto attribute = next_attribute(in))
        if (!codec_of(attribute->type).decode) return true;
    return false;
}

/// NLRI that the codec keeps as octets would make every row of that family valid.
bool has_unknown_family(const MessageVector& vector)
{
    const auto view = vector.kind.starts_with("update/") ? split_update(vector.message) : Checked<UpdateView>{};
    const auto unknown = [](const auto& routes) { return routes && !nlri_codec(routes->family()); };
    return view && (unknown(view->mp_reach) || unknown(view->mp_unreach));
}

const MalformedRow* row_of(std::string_view name)
{
    const auto* found = std::ranges::find(malformed::rows, name, &MalformedRow::name);
    return found == std::ranges::end(malformed::rows) ? nullptr : found;
}

void check_valid(const MessageVector& vector, const DecodedMessage& decoded, const std::string& digits)
{
    const auto json = to_json_line(decoded);
    CAPTURE(json);
    CHECK(boost::json::parse(json).as_object().at("valid").as_bool());
    const auto again = encode_line(json, vector.options);
    REQUIRE_MESSAGE(again, again.error());
    CHECK(*again == digits);
    CHECK_FALSE(has_unknown_family(vector));
}

/// The strongest of what is asked for.
Recovery check_malformed(const MessageVector& vector, const DecodedMessage& decoded)
{
    const auto json = boost::json::parse(to_json_line(decoded));
    CHECK_FALSE(json.as_object().at("valid").as_bool());
    REQUIRE_FALSE(decoded.problems.empty());
    for (const auto& problem : decoded.problems) {
        CHECK_FALSE(problem.text.empty());
        CHECK(problem.offset <= vector.message.size());
    }
    return std::ranges::max(decoded.problems, {}, &Problem::action).action;
}

std::string table(const std::map<std::string, Counts>& by_family)
{
    std::ostringstream out;
    out << "valid (of them with unknown attributes), malformed: actions\n";
    for (const auto& [family, counts] : by_family) {
        out << "  " << family << ": " << counts.valid << " (" << counts.with_octets << "), " << counts.malformed;
        for (const char* between = ": "; const auto& [action, count] : counts.actions) {
            out << between << count << " " << action;
            between = ", ";
        }
        out << "\n";
    }
    return out.str();
}

}   // namespace

TEST_CASE("every row of the shared vectors: right ones both ways, malformed ones with the action of their RFC")
{
    std::map<std::string, Counts> by_family;
    int without_reading = 0;
    for (const auto& vector : message_vectors()) {
        CAPTURE(vector.name);
        const auto digits = to_hex(vector.message);
        CAPTURE(digits);
        const auto decoded = decode_line(digits, vector.options);
        std::string_view action;
        if (vector.valid) {
            check_valid(vector, decoded, digits);
        } else {
            const auto strongest = check_malformed(vector, decoded);
            action = name(strongest);
            const auto* row = row_of(vector.name);
            if (row) {
                CAPTURE(row->section);
                CHECK(action == name(row->action));
            }
            without_reading += !row;
        }
        for (const auto& family : families_of(vector.kind)) {
            auto& counts = by_family[family];
            if (vector.valid)
                ++counts.valid;
            else
                ++counts.malformed;
            counts.with_octets += vector.valid && has_unknown_attribute(vector);
            if (!vector.valid) ++counts.actions[action];
        }
    }
    if (by_family.empty())
        MESSAGE("skipped: no shared vectors; the tables of tests/codec have rows of every family");
    else
        MESSAGE(table(by_family) << without_reading << " malformed rows are not in malformed_rows.hpp");
}

namespace {

/// "100:100 10.1.2.0/24 label 16".
std::string labeled_text(const AnyRoutes& routes)
{
    return std::visit(
        []<class Routes>(const Routes& of_family) -> std::string {
            if constexpr (requires { of_family.routes.front().nlri.labels; }) {
                const auto& nlri = of_family.routes.front().nlri;
                std::string text;
                if constexpr (requires { nlri.rd; }) text = to_text(nlri.rd) + " ";
                return text + to_text(nlri.prefix) + " label " + std::to_string(nlri.labels.labels.front());
            }
            return {};
        },
        routes);
}

}   // namespace

TEST_CASE("labeled routes of the cases are what their notes say: one label, whatever its bits are")
{
    const auto vectors = message_vectors();
    const auto rows = labeled_route_rows();
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto vector = std::ranges::find(vectors, row.name, &MessageVector::name);
        REQUIRE(vector != vectors.end());
        const auto decoded = decode_line(to_hex(vector->message), vector->options);
        REQUIRE(decoded.message);
        std::string text;
        for (const auto& attribute : std::get<Update>(*decoded.message).attributes) {
            if (const auto* reach = std::get_if<MpReachNlri>(&attribute.value)) text = labeled_text(reach->nlri);
            if (const auto* unreach = std::get_if<MpUnreachNlri>(&attribute.value)) text = labeled_text(unreach->nlri);
        }
        CHECK(text == row.text);
    }
    if (rows.empty()) MESSAGE("skipped: no shared cases; tests/codec/nlri_labeled_test has such rows");
}
