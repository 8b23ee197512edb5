#include "loadgen/exabgp/api/api_conversation.hpp"

namespace barrage::exabgp {

ApiConversation::Number ApiConversation::open(std::uint64_t lines)
{
    places_.push_back({.parts = {}, .lines = lines});
    open_lines_ += lines;
    return first_place_ + places_.size() - 1;
}

void ApiConversation::add(Number place, std::string_view lines, std::uint64_t times)
{
    if (lines.empty() || times == 0) return;
    auto& parts = places_[place - first_place_].parts;
    if (!parts.empty() && parts.back().lines == lines)
        parts.back().times += times;
    else
        parts.push_back({std::string{lines}, times});
}

void ApiConversation::close(Number place)
{
    places_[place - first_place_].closed = true;
    const bool was_full = !may_take_more();
    bool client_output = false;
    while (!places_.empty() && places_.front().closed) {
        const bool begins = !client_output_.full();   // an answer is sent whole, or where it found no room not at all
        for (const auto& part : places_.front().parts) client_output |= client_output_.add(part.lines, part.times, begins);
        open_lines_ -= places_.front().lines;
        places_.pop_front();
        ++first_place_;
    }
    if (on_progress && (client_output || (was_full && may_take_more()))) on_progress();
    if (on_all_answered && places_.empty()) on_all_answered();
}

void ApiConversation::send_event(std::string_view lines)
{
    if (client_output_.add(lines) && on_progress) on_progress();
}

}   // namespace barrage::exabgp
