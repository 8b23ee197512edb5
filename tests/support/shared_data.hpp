#pragma once
// Real data that tests may find beside the source tree, or where the environment variable BARRAGE_SHARED says.

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace barrage {

/// The path of a shared file; nothing where it is not there, so that the test says it is skipped.
inline std::optional<std::string> shared_file(const std::string& name)
{
    const char* folder = std::getenv("BARRAGE_SHARED");
    const auto path = std::filesystem::path{folder ? folder : BARRAGE_SOURCE_DIR "/../shared"} / name;
    if (!std::filesystem::exists(path)) return std::nullopt;
    return path.string();
}

}   // namespace barrage
