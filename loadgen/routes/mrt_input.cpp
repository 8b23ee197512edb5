#include "loadgen/routes/mrt_input.hpp"

#include <memory>
#include <optional>

#include "io/input_file.hpp"

namespace barrage {

namespace {

OctetSource octets_of(InputFile file)
{
    auto shared = std::make_shared<InputFile>(std::move(file));
    return {.read = [shared](std::span<std::uint8_t> into) { return shared->read(into); },
            .problem = [shared] { return shared->problem(); }};
}

}   // namespace

std::expected<MrtSource, std::string> open_mrt_file(const std::string& path, const MrtSourceOptions& options)
{
    auto file = InputFile::open(path);
    if (!file) return std::unexpected(file.error());
    auto first = std::make_unique<InputFile>(std::move(*file));
    auto source = MrtSource::open(
        [first = std::move(first), path]() mutable -> std::expected<OctetSource, std::string> {
            if (const auto opened = std::move(first)) return octets_of(std::move(*opened));
            if (path == "-") return std::unexpected("too long to be read twice from standard input: name a peer");
            auto again = InputFile::open(path);
            if (!again) return std::unexpected("cannot be opened again");
            return octets_of(std::move(*again));
        },
        options);
    if (!source) return std::unexpected(path + ": " + source.error());
    return source;
}

}   // namespace barrage
