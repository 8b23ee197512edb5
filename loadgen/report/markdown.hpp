#pragma once
// A report in Markdown, for tickets and for the summary of a CI job. Pure; any thread.

#include <boost/json.hpp>

#include <string>

namespace barrage {

std::string markdown_report(const boost::json::object& report);

}   // namespace barrage
