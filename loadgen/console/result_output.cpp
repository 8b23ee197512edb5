#include "loadgen/console/result_output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "loadgen/console/print_error.hpp"
#include "loadgen/console/terminal.hpp"
#include "loadgen/words/json_text.hpp"

namespace barrage {

ExitStatus ResultOutput::wrong(std::string_view text, ExitStatus status) const
{
    print_error(command, text);
    return status;
}

ExitStatus ResultOutput::print_text(std::string_view text, ExitStatus status) const
{
    fmt::print("{}", text);
    if (std::fflush(stdout) != 0) return wrong("cannot write the result to standard output", ExitStatus::incomplete);
    return status;
}

ExitStatus ResultOutput::print(const boost::json::value& document, const std::string& summary,
                               const std::vector<std::string>& problems, ExitStatus status) const
{
    const auto text = json ? json_text(document) + "\n" : wrapped(summary, terminal_columns(STDOUT_FILENO));
    if (const auto printed = print_text(text, ExitStatus::passed); printed != ExitStatus::passed) return printed;
    // The summary is for people and may go nowhere; a failure is always printed where errors are read.
    if (quiet || json)
        for (const auto& problem : problems) wrong(problem);
    return status;
}

}   // namespace barrage
