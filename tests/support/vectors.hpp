#pragma once
// The message vectors of shared data: one message a line with what it is and whether it is right.

#include <string>
#include <vector>

#include "codec/session_options.hpp"
#include "codec/writer.hpp"

namespace barrage {

struct MessageVector {
    std::string name;
    std::string kind;   // "update/ipv4", "open", …: without the session's context
    SessionOptions options;
    bool valid = false;
    Octets message;
};

/// All of them but the disputed ones, and those of the cases; empty where there is no shared data.
std::vector<MessageVector> message_vectors();

/// What the one labeled route of a vector of the cases is: "100:100 10.1.2.0/24 label 16".
struct LabeledRouteRow {
    std::string name;   // of the vector
    std::string text;
};
std::vector<LabeledRouteRow> labeled_route_rows();

}   // namespace barrage
