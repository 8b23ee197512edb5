#include "loadgen/scenario/scenario_setting.hpp"

#include <fmt/format.h>

#include <optional>
#include <sstream>

namespace barrage {

namespace {

/// The item of a list that a word of a setting means.
std::optional<std::size_t> item_of(const YAML::Node& list, const std::string& word)
{
    if (!word.empty() && word.find_first_not_of("0123456789") == std::string::npos && word.size() < 6) {
        const auto index = std::stoul(word);
        return index < list.size() ? std::optional{index} : std::nullopt;
    }
    for (const bool by_name : {true, false})
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (!list[i].IsMap()) continue;
            if (by_name && list[i]["name"].IsDefined() && list[i]["name"].IsScalar() && list[i]["name"].Scalar() == word)
                return i;
            if (!by_name && list[i][word].IsDefined()) return i;
        }
    return std::nullopt;
}

}   // namespace

void apply(yaml::Problems& problems, const YAML::Node& root, const Setting& setting)
{
    YAML::Node at = root;
    const auto wrong = [&](std::size_t depth) {
        problems.add(YAML::Mark::null_mark(),
                     fmt::format("--set {}: there is no '{}'", fmt::join(setting.path, "."), setting.path[depth]));
    };
    for (std::size_t depth = 0; depth + 1 < setting.path.size(); ++depth) {
        const auto& word = setting.path[depth];
        YAML::Node next;
        if (at.IsSequence()) {
            const auto item = item_of(at, word);
            if (!item) return wrong(depth);
            next.reset(at[*item]);
            // A phase is meant, and what is inside it.
            if (next.IsMap() && next[word].IsDefined() && next[word].IsMap() && depth + 2 <= setting.path.size() &&
                !next[setting.path[depth + 1]].IsDefined())
                next.reset(next[word]);
        } else if (at.IsMap()) {
            if (!at[word].IsDefined()) return wrong(depth);
            next.reset(at[word]);
        } else {
            return wrong(depth);
        }
        at.reset(next);
    }
    const auto last = setting.path.size() - 1;
    if (at.IsSequence()) {
        const auto item = item_of(at, setting.path[last]);
        if (!item) return wrong(last);
        at[*item] = setting.value;
    } else if (at.IsMap()) {
        at[setting.path[last]] = setting.value;
    } else {
        wrong(last);
    }
}

std::expected<Setting, std::string> parse_setting(const std::string& text)
{
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        return std::unexpected("'" + text + "': expected KEY.KEY…=VALUE, such as peers.senders.count=2");
    Setting setting{.path = {}, .value = text.substr(equals + 1)};
    std::istringstream words{text.substr(0, equals)};
    for (std::string word; std::getline(words, word, '.');) {
        if (word.empty()) return std::unexpected("'" + text + "': an empty key");
        setting.path.push_back(word);
    }
    return setting;
}

}   // namespace barrage
