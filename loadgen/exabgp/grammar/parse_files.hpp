#pragma once
// Configuration files that may come and go: each has processes of its own, also while it is the only one.

#include "loadgen/exabgp/grammar/parse.hpp"

namespace barrage::exabgp {

std::expected<Configuration, std::vector<TextError>> parse_fleet(const std::vector<std::string>& files, AttributePool& pool);

}   // namespace barrage::exabgp
