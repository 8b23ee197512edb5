#include "loadgen/routes/route_file.hpp"

#include "codec/mrt/mrt_record.hpp"
#include "loadgen/routes/mrt_input.hpp"

namespace barrage {

namespace {

/// By the type of the first record, whose first octet is 0 and so in no text.
bool begins_mrt(OctetView octets)
{
    Reader in{octets};
    const auto header = MrtHeader::read(in);
    return !in.failed() && is_known(header.type);
}

}   // namespace

std::expected<RouteFileSource, std::string> open_route_file(const std::string& path, const TextRoutesOptions& options,
                                                            std::optional<std::uint32_t> snapshot)
{
    auto file = FileOctets::open(path);
    if (!file) return std::unexpected(file.error());
    if (begins_mrt(file->first(mrt_header_octets))) {
        auto dump =
            open_mrt_file(path, std::move(*file), {.peer = options.peer, .with_local = options.with_local, .snapshot = snapshot});
        if (!dump) return std::unexpected(std::move(dump.error()));
        if (snapshot && dump->is_ordered()) return std::unexpected(path + ": is a dump of updates, and has no snapshots");
        return std::move(*dump);
    }
    if (snapshot) return std::unexpected(path + ": is no MRT dump, and has no snapshots");
    auto text = TextRoutes::open(path, std::move(*file).opener("give the path of the file"), options);
    if (!text) return std::unexpected(std::move(text.error()));
    return std::move(*text);
}

}   // namespace barrage
