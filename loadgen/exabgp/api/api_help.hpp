#pragma once
// What `help` answers.

#include <string>

namespace barrage::exabgp {

std::string help_text();
std::string help_json();

}   // namespace barrage::exabgp
