#include "loadgen/routes/mrt_input.hpp"

#include "loadgen/routes/file_octets.hpp"

namespace barrage {

std::expected<MrtSource, std::string> open_mrt_file(const std::string& path, const MrtSourceOptions& options)
{
    auto file = FileOctets::open(path);
    if (!file) return std::unexpected(file.error());
    return open_mrt_file(path, std::move(*file), options);
}

std::expected<MrtSource, std::string> open_mrt_file(const std::string& path, FileOctets file, const MrtSourceOptions& options)
{
    auto source = MrtSource::open(std::move(file).opener("name a peer"), options);
    if (!source) return std::unexpected(path + ": " + source.error());
    return source;
}

}   // namespace barrage
