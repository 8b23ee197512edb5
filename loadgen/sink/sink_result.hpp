#pragma once
// What the receiving side counted, as programs and people read it. Programs rely on the keys. A value; any thread.

#include <boost/json.hpp>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "codec/asn.hpp"

namespace barrage {

struct SinkSession {
    std::string remote;   // address and port
    Asn as;
    std::uint64_t announced = 0;
    std::uint64_t withdrawn = 0;
    std::uint64_t distinct = 0;            // prefixes ever announced
    std::uint64_t live = 0;                // at the end of the session
    std::uint64_t malformed = 0;           // messages
    std::uint64_t not_negotiated = 0;      // messages that the OPENs did not settle: their routes count nowhere
    std::optional<std::uint64_t> digest;   // over live routes; nothing when counting only
    double seconds = 0;                    // from the first route to the last
    double routes_per_second = 0;
    std::string end;             // why it ended
    std::string first_problem;   // of malformed messages
};

struct SinkResult {
    double seconds = 0;                    // from the first route of any session to the last of any
    double seconds_from_established = 0;   // … from the first Established of any
    std::vector<SinkSession> sessions;
    std::uint64_t refused = 0;   // connections, for lack of descriptors

    /// Order-free over sessions as over routes: a sum. Nothing when counting only.
    [[nodiscard]] std::optional<std::uint64_t> digest() const;
    [[nodiscard]] SinkSession total() const;
};

boost::json::object to_json(const SinkResult& result);
/// Of what to_json() made; the error is a line for a person.
std::expected<SinkResult, std::string> sink_result_from_json(const std::string& text);
/// A table, one line a session and one in all.
std::string to_text(const SinkResult& result);

}   // namespace barrage
