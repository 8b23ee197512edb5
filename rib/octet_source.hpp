#pragma once
// A stream of octets as rib sees it: who opens files stands above (loadgen joins io's InputFile to it). One thread at a time.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <span>
#include <string>

namespace barrage {

struct OctetSource {
    /// The next octets, fewer than there is room for where it likes; 0 at the end.
    std::move_only_function<std::size_t(std::span<std::uint8_t>)> read;
    /// After the end: empty, or why it came early. May be null.
    std::move_only_function<std::string()> problem = {};
};

/// Opens the same octets from their beginning, each time it is called; the error is a line for a person.
using OpenOctets = std::move_only_function<std::expected<OctetSource, std::string>()>;

}   // namespace barrage
