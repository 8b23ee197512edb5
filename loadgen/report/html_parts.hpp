#pragma once
// The parts of a report's page: pictures and tables, each made of the document's part `scenario`, or of the whole document where
// it says so. Empty where the document has nothing to show. Pure; any thread.

#include <boost/json.hpp>

#include <optional>
#include <string>

namespace barrage::html {

using boost::json::object;

// html_charts
std::string routes_over_time(const object& scenario);
std::string latency_shares(const object& scenario);        // the cumulative distribution
std::string latency_percentiles(const object& scenario);   // the same from its slow end
std::string cores_over_time(const object& scenario);
std::string receivers_heat_map(const object& scenario);

// html_tables
std::string thresholds(const object& scenario);
std::string routes_at_end(const object& scenario);
std::string phases(const object& scenario);
std::string peers(const object& scenario);
std::string left_out(const object& report);         // of any report; empty where nothing was
std::string plain_phases(const object& report);     // of a report without a scenario
std::string plain_sessions(const object& report);   // likewise

// Numbers in cells; what is not there is a dash.
std::string time_text(std::optional<double> seconds);
std::string count_text(std::optional<double> count);
std::string rate_text(std::optional<double> rate);

}   // namespace barrage::html
