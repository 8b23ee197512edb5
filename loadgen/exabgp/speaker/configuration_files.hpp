#pragma once
// The configuration files of a run, as they are now: files, patterns (`/etc/exabgp/*.conf`) and folders. A shell puts files in the place of a
// pattern; who was given all files of a folder with one ending is taken to mean the pattern, so that a file that is added there, or
// removed, is noticed when the configuration is read again. One thread.

#include <expected>
#include <string>
#include <vector>

namespace barrage::exabgp {

class ConfigurationFiles {
public:
    ConfigurationFiles() = default;
    /// An error where one of the words names no file. Files that are `in_order`, one after the other, are never taken for a pattern.
    static std::expected<ConfigurationFiles, std::string> of(const std::vector<std::string>& words, bool in_order = false);

    /// In the order of the words, those of a pattern by their names; none twice. A file that was removed since is left out, of a pattern alone.
    [[nodiscard]] std::vector<std::string> now() const;
    /// Whether files may come and go.
    [[nodiscard]] bool is_fleet() const noexcept { return is_fleet_; }

private:
    struct Place {
        std::string text;
        bool is_pattern = false;
    };
    std::vector<Place> places_;
    bool is_fleet_ = false;
};

}   // namespace barrage::exabgp
