#pragma once
// One NLRI of a family as octets and as text: decoded, printed, encoded back and cut at every octet.

#include <string_view>

#include "codec/error.hpp"

namespace barrage {

struct FamilyVector {
    std::string_view family;   // as known_families names it
    const char* octets;
    const char* text;   // null: refused
    bool withdrawn = false;
    Recovery refused = Recovery::session_reset;   // where it is: what that asks for
};

void check_family_vector(const FamilyVector& vector);

}   // namespace barrage
