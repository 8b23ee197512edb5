#pragma once
// A report as JUnit's XML, which CI systems show as tests: the run itself is one, and each threshold. Pure; any thread.

#include <boost/json.hpp>

#include <string>

namespace barrage {

std::string junit_report(const boost::json::object& report);

}   // namespace barrage
