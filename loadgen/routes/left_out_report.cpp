#include "loadgen/routes/left_out_report.hpp"

#include <fmt/format.h>

#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

std::string routes_text(std::uint64_t routes) { return full_number(routes) + (routes == 1 ? " route" : " routes"); }

}   // namespace

boost::json::array to_json(const LeftOut& left_out)
{
    boost::json::array all;
    left_out.for_each([&](const LeftOutWords& words, const LeftOut::OfReason& of) {
        all.push_back(boost::json::object{{"reason", words.word}, {"routes", of.routes}, {"sample", of.sample}});
    });
    return all;
}

std::string left_out_text(const LeftOut& left_out, bool allowed)
{
    std::string text = routes_text(left_out.routes()) + (left_out.routes() == 1 ? " was" : " were") + " left out";
    std::string_view before = ": ";
    left_out.for_each([&](const LeftOutWords& words, const LeftOut::OfReason& of) {
        text += fmt::format("{}{} {}", before, full_number(of.routes), words.description);
        before = "; ";
    });
    return allowed ? text : text + " (--allow-left-out accepts that)";
}

std::vector<std::string> left_out_lines(const LeftOut& left_out)
{
    std::vector<std::string> lines;
    left_out.for_each([&](const LeftOutWords& words, const LeftOut::OfReason& of) {
        lines.push_back(fmt::format("{}: {}, the first {}", words.word, routes_text(of.routes), of.sample));
    });
    return lines;
}

}   // namespace barrage
