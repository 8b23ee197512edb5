#pragma once
// How a run hands its result over: the document or the summary on standard output, and what went wrong where errors are read.
// Main thread.

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/console/exit_status.hpp"

namespace barrage {

struct ResultOutput {
    std::string_view command;   // "run": what its errors begin with
    bool json = false;
    bool quiet = false;

    /// An error of the command, in one line.
    ExitStatus wrong(std::string_view text, ExitStatus status = ExitStatus::usage) const;
    /// The result as it stands, for who wants no summary. `status`, unless it cannot be written.
    [[nodiscard]] ExitStatus print_text(std::string_view text, ExitStatus status) const;
    /// `status`, unless it cannot be written.
    [[nodiscard]] ExitStatus print(const boost::json::value& document, const std::string& summary,
                                   const std::vector<std::string>& problems, ExitStatus status) const;
};

}   // namespace barrage
