#include "loadgen/exabgp/api/client_output.hpp"

#include <algorithm>

namespace barrage::exabgp {

namespace {

constexpr std::size_t longest_repeated = 64;      // "done", "error": longer lines are not compared
constexpr std::size_t longest_part = 64 * 1024;   // one write to a pipe

}   // namespace

bool ClientOutput::add(std::string_view lines, std::uint64_t times, bool even_when_full)
{
    if (lines.empty() || times == 0) return true;
    if (!parts_.empty()) {
        auto& last = parts_.back();
        if (lines.size() <= longest_repeated && last.lines == lines) {
            last.times += times;
            return true;
        }
    }
    if (full() && !even_when_full) {
        left_out_ += times;
        return false;
    }
    octets_ += lines.size();
    // A part with what repeats stays alone; all else is written together.
    if (times == 1 && lines.size() > longest_repeated && !parts_.empty() && parts_.back().times == 1 &&
        parts_.back().lines.size() + lines.size() <= longest_part)
        parts_.back().lines.append(lines);
    else
        parts_.push_back({std::string{lines}, times});
    return true;
}

void ClientOutput::take(std::string& into, std::size_t most_octets)
{
    while (!parts_.empty() && into.size() < most_octets) {
        auto& part = parts_.front();
        const auto fit = std::max<std::uint64_t>(1, (most_octets - into.size()) / part.lines.size());
        const auto now = std::min(fit, part.times);
        into.reserve(into.size() + now * part.lines.size());
        for (std::uint64_t i = 0; i < now; ++i) into.append(part.lines);
        part.times -= now;
        if (part.times != 0) return;
        octets_ -= part.lines.size();
        parts_.pop_front();
    }
}

void ClientOutput::clear() noexcept
{
    parts_.clear();
    octets_ = 0;
}

}   // namespace barrage::exabgp
