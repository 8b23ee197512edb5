#pragma once
// JSON as it is written: the one way from a document to its octets, whatever peers, files and people put into its texts. Pure; any thread.

#include <boost/json/value.hpp>

#include <string>

namespace barrage {

/// On one line, without a line feed; always valid UTF-8 (RFC 8259 section 8.1) and fit for a terminal: see valid_json().
std::string json_text(const boost::json::value& document);

}   // namespace barrage
