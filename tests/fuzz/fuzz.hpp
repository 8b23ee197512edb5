#pragma once
// What the fuzz targets share: the context of a session from the first octet of an input, and a check that ends the program.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "codec/session_options.hpp"

namespace barrage {

inline void require(bool holds, const char* what)
{
    if (holds) return;
    std::fprintf(stderr, "fuzz: %s\n", what);
    std::abort();
}

/// The lowest three bits: two-octet ASNs, path identifiers everywhere, extended messages.
inline SessionOptions options_from(std::uint8_t octet)
{
    SessionOptions options{.four_octet_as = (octet & 1) == 0, .extended_message = (octet & 4) != 0};
    if (octet & 2) options.add_path_receive = options.add_path_send = FamilySet::all();
    return options;
}

}   // namespace barrage
