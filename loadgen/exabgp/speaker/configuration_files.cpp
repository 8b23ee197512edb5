#include "loadgen/exabgp/speaker/configuration_files.hpp"

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

namespace barrage::exabgp {

namespace {

namespace fs = std::filesystem;

/// Files, by their names.
std::vector<std::string> files_of(const std::string& pattern)
{
    std::vector<std::string> files;
    glob_t found{};
    if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
        for (std::size_t i = 0; i < found.gl_pathc; ++i) {
            std::error_code ignored;
            if (fs::is_regular_file(found.gl_pathv[i], ignored)) files.emplace_back(found.gl_pathv[i]);
        }
    ::globfree(&found);
    return files;
}

/// What a word with no wildcard in it is as a pattern.
std::string escaped(const std::string& text)
{
    std::string pattern;
    for (const char c : text) {
        if (c == '*' || c == '?' || c == '[' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern;
}

/// "/etc/exabgp/*.conf" for one of its files.
std::string pattern_beside(const fs::path& file)
{
    const auto folder = file.parent_path().string();
    const auto star = "*" + escaped(file.extension().string());
    return folder.empty() ? star : escaped(folder) + "/" + star;
}

}   // namespace

std::expected<ConfigurationFiles, std::string> ConfigurationFiles::of(const std::vector<std::string>& words, bool in_order)
{
    ConfigurationFiles all;
    std::map<std::string, std::set<std::string>> beside;   // by pattern, the files that were given
    for (const auto& word : words) {
        std::error_code ignored;
        if (fs::is_directory(word, ignored)) {
            all.places_.push_back({escaped(word) + "/*.conf", true});
        } else if (fs::exists(word, ignored)) {
            all.places_.push_back({word, false});
            beside[pattern_beside(word)].insert(word);
        } else if (word.find_first_of("*?[") != std::string::npos) {
            all.places_.push_back({word, true});
        } else {
            return std::unexpected(word + ": no such file");
        }
        all.is_fleet_ |= all.places_.back().is_pattern;
        if (all.places_.back().is_pattern && files_of(all.places_.back().text).empty())
            return std::unexpected(word + ": no file there");
    }
    for (const auto& [pattern, given] : beside) {
        const auto there = files_of(pattern);
        const bool is_all = !in_order && given.size() > 1 && std::ranges::equal(there, given);
        if (!is_all) continue;
        all.is_fleet_ = true;
        bool placed = false;
        std::erase_if(all.places_, [&](Place& place) {
            if (place.is_pattern || !given.contains(place.text)) return false;
            if (std::exchange(placed, true)) return true;
            place = {pattern, true};
            return false;
        });
    }
    return all;
}

std::vector<std::string> ConfigurationFiles::now() const
{
    std::vector<std::string> files;
    const auto add = [&](const std::string& file) {
        if (std::ranges::find(files, file) == files.end()) files.push_back(file);
    };
    for (const auto& place : places_) {
        if (!place.is_pattern)
            add(place.text);
        else
            for (const auto& file : files_of(place.text)) add(file);
    }
    return files;
}

}   // namespace barrage::exabgp
