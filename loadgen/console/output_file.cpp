#include "loadgen/console/output_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace barrage {

namespace {

std::unexpected<std::string> cannot_write(const std::string& path, int error)
{
    return std::unexpected("cannot write " + path + ": " + std::strerror(error));
}

}   // namespace

std::expected<void, std::string> check_writable(std::span<const std::string> paths)
{
    for (const auto& path : paths) {
        if (path.empty()) continue;
        std::error_code ignored;
        // A link that leads nowhere stays: what is removed is what was made here.
        const bool was_there = std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
        auto* file = std::fopen(path.c_str(), "a");
        if (!file) return cannot_write(path, errno);
        std::fclose(file);
        if (!was_there) std::remove(path.c_str());   // nothing is left of what is not begun
    }
    return {};
}

std::expected<void, std::string> write_file(const std::string& path, const std::string& text)
{
    // A device or a pipe (/dev/stdout) is not to be replaced by a file.
    std::error_code ignored;
    const bool plain = !std::filesystem::exists(path, ignored) || std::filesystem::is_regular_file(path, ignored);
    const auto first = plain ? path + ".part" : path;
    auto* file = std::fopen(first.c_str(), "w");
    if (!file) return cannot_write(path, errno);
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    const int error = errno;
    if (std::fclose(file) != 0 || !written) {
        if (plain) std::remove(first.c_str());
        return cannot_write(path, written ? errno : error);
    }
    if (plain && std::rename(first.c_str(), path.c_str()) != 0) return cannot_write(path, errno);
    return {};
}

}   // namespace barrage
