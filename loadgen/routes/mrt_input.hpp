#pragma once
// A file, compressed or not, as the MRT dump that is in it: joins io's InputFile to rib's MrtSource.

#include <expected>
#include <string>

#include "loadgen/routes/file_octets.hpp"
#include "rib/mrt_source.hpp"

namespace barrage {

/// "-" is standard input. The error is one line for a person, with the path in it.
std::expected<MrtSource, std::string> open_mrt_file(const std::string& path, const MrtSourceOptions& options);
/// The same of one that is open already.
std::expected<MrtSource, std::string> open_mrt_file(const std::string& path, FileOctets file, const MrtSourceOptions& options);

}   // namespace barrage
