#include "tests/support/vectors.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/hex.hpp"

namespace barrage {

namespace {

std::filesystem::path shared_folder()
{
    const char* const shared = std::getenv("BARRAGE_SHARED");
    return shared ? std::filesystem::path{shared} : std::filesystem::path{BARRAGE_SOURCE_DIR} / ".." / "shared";
}

/// Rows whose context says less than their name: without a bottom of the stack is wrong only where there is a stack, RFC 8277 section 2.3.
bool is_about_stacks(const std::string& name) { return name.find("no-bottom-of-stack") != std::string::npos; }

/// "asn2,addpath=ipv4+ipv6".
SessionOptions options_from(const std::string& context)
{
    SessionOptions options;
    std::istringstream words{context};
    for (std::string word; std::getline(words, word, ',');) {
        if (word == "asn2") options.four_octet_as = false;
        if (word == "extmsg") options.extended_message = true;
        if (!word.starts_with("addpath=")) continue;
        std::istringstream families{word.substr(8)};
        for (std::string name; std::getline(families, name, '+');)
            if (const auto family = family_from_name(name)) options.add_path_receive.insert(*family);
    }
    options.add_path_send = options.add_path_receive;
    return options;
}

/// The next field of "name | kind | verdict | hex | note".
std::string next_field(std::istream& line)
{
    std::string field;
    std::getline(line, field, '|');
    const auto first = field.find_first_not_of(' ');
    const auto last = field.find_last_not_of(' ');
    return first == std::string::npos ? std::string{} : field.substr(first, last - first + 1);
}

/// A path of another project's reader of paths, for which AS 0 is a number like others: RFC 7607 section 2.
bool has_as_0_marked_valid(const std::string& name) { return name == "frr-aspath-BGP_AS_ZERO"; }

}   // namespace

std::vector<MessageVector> message_vectors()
{
    std::vector<MessageVector> all;
    std::error_code none;
    std::vector<std::filesystem::path> files;
    for (const auto* folder : {"vectors", "cases/vectors"})
        for (const auto& entry : std::filesystem::directory_iterator{shared_folder() / folder, none}) {
            const auto name = entry.path().filename().string();
            if (name.ends_with(".txt") && !name.ends_with(".nlri.txt") && name != "disputed.txt") files.push_back(entry.path());
        }
    std::ranges::sort(files);
    for (const auto& file : files) {
        std::ifstream lines{file};
        for (std::string text; std::getline(lines, text);) {
            if (text.empty() || text.starts_with('#')) continue;
            std::istringstream line{text};
            MessageVector vector;
            vector.name = next_field(line);
            const auto kind = next_field(line);
            const auto blank = kind.find(' ');
            vector.kind = kind.substr(0, blank);
            if (blank != std::string::npos) vector.options = options_from(kind.substr(blank + 1));
            if (is_about_stacks(vector.name)) vector.options.multiple_labels = FamilySet::all();
            vector.valid = next_field(line) == "valid" && !has_as_0_marked_valid(vector.name);
            vector.message = hex(next_field(line));
            all.push_back(std::move(vector));
        }
    }
    return all;
}

std::vector<LabeledRouteRow> labeled_route_rows()
{
    std::vector<LabeledRouteRow> all;
    std::ifstream lines{shared_folder() / "cases" / "vectors" / "wrong-values.nlri.txt"};
    for (std::string text; std::getline(lines, text);) {
        if (text.empty() || text.starts_with('#')) continue;
        std::istringstream line{text};
        LabeledRouteRow row;
        row.name = next_field(line);
        for (int skipped = 0; skipped < 3; ++skipped) next_field(line);   // family, announced or withdrawn, path identifier
        row.text = next_field(line);
        all.push_back(std::move(row));
    }
    return all;
}

}   // namespace barrage
