#pragma once
// Every section and key of ExaBGP's environment, of 4.2, 5.0 and the later version: what it is when nobody sets it, and whether it does anything
// here. Pure; any thread.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/exabgp/speaker/environment.hpp"

namespace barrage::exabgp {

struct EnvironmentKey {
    std::string_view section, key;
    std::string_view value;       // by default, as the INI file has it
    std::string_view no_effect;   // why it does nothing; empty: it does something
};

/// By section, then by key.
std::span<const EnvironmentKey> environment_keys() noexcept;

/// A line for each key that was set to something else than its default and does nothing, and for each that nobody knows.
std::vector<std::string> environment_remarks(const Environment& environment);

enum class EnvironmentForm : std::uint8_t { ini, shell };
/// All keys with their values, or those alone that are not as by default.
std::string environment_text(const Environment& environment, EnvironmentForm form, bool only_changed);

}   // namespace barrage::exabgp
