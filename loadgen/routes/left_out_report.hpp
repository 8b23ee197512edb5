#pragma once
// Routes that were left out, as reports say it: for programs, for people, and as a verdict. Pure; any thread.

#include <boost/json.hpp>

#include <string>
#include <vector>

#include "rib/left_out.hpp"

namespace barrage {

/// `[{reason, routes, sample}]`.
boost::json::array to_json(const LeftOut& left_out);
/// "5 routes were left out: 3 of a family that …, 2 …": a problem, or where it is allowed a warning.
std::string left_out_text(const LeftOut& left_out, bool allowed);
/// One line for each reason, with its first route.
std::vector<std::string> left_out_lines(const LeftOut& left_out);

}   // namespace barrage
