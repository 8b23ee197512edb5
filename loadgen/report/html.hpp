#pragma once
// A report of barrage.report/1 → a page for people that needs nothing else: findings first, pictures as inline SVG, tables. Made
// from the document alone, so that an old report can be looked at any time. Pure; any thread.

#include <boost/json.hpp>

#include <string>

namespace barrage {

std::string html_report(const boost::json::object& report);
/// A page around `body`, which is HTML already.
std::string html_page(const std::string& title, const std::string& body);

}   // namespace barrage
