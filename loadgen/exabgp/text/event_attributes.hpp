#pragma once
// Path attributes that ExaBGP's events have in other words than those that are read back: paths in the other brackets, communities sorted,
// the TLVs of a PREFIX_SID and of BGP-LS. For attribute_words.cpp. Pure; any thread.

#include <optional>
#include <string>

#include "codec/attribute/registry.hpp"

namespace barrage::exabgp {

struct EventAttribute {
    std::string name;
    std::string text;        // of the text form, without its name
    std::string json;        // the field's value
    std::string text_name;   // where the text has another name than JSON; else empty
};

/// Nothing for an attribute whose words are the same. Version 4 has other ones of an AS_PATH.
std::optional<EventAttribute> event_attribute(const AnyAttribute& attribute, int version);

}   // namespace barrage::exabgp
