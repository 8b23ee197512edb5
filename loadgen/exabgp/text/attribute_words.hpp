#pragma once
// Path attributes in ExaBGP's words: "origin igp as-path [ 65001 65002 ] med 5", and the fields of "attribute": { … }. In the order of their
// type codes, whatever order they came in; without next hop and multiprotocol attributes, which stand with the routes. The text is read
// back as the same octets: where words do not say them all (an order, flags, a TLV), `attribute [ 0xCODE 0xFLAGS 0xDATA ]` stands
// before them, and of a repeated attribute the first one counts.

#include <string>
#include <vector>

#include "codec/attribute/registry.hpp"

namespace barrage::exabgp {

struct AttributeForm {
    bool shows_empty_path = false;   // of routes that are sent: one without an AS_PATH gets the own AS in it
    bool merges_as4 = true;          // of messages: AS4_PATH and AS4_AGGREGATOR into what they widen (RFC 6793 section 4.2.3)
    bool as_event = false;           // ExaBGP's own words (event_attributes.hpp), which are not all read back
    int version = 5;                 // of events
};

/// Each attribute with a blank before it; empty where there is none.
std::string attribute_text(const std::vector<ReceivedAttribute>& attributes, AttributeForm form = {});
/// `"origin": "igp", "med": 5`.
std::string attribute_json(const std::vector<ReceivedAttribute>& attributes, AttributeForm form = {});

}   // namespace barrage::exabgp
