#include "loadgen/words/session_name.hpp"

#include <algorithm>

namespace barrage {

namespace {

std::string as_text(const std::optional<Asn>& asn) { return asn ? "AS" + std::to_string(asn->value) : "any AS"; }

/// The more of it, the higher `detail`.
std::string name_in_detail(const SessionId& session, int detail)
{
    auto name = to_text(session.peer);
    if (session.prefix_length) name += '/' + std::to_string(*session.prefix_length);
    if (detail == 0) return name;
    name += " (from " + (session.local ? to_text(*session.local) : std::string{"any address"});
    if (detail > 1) name += ", " + as_text(session.local_as) + " to " + as_text(session.peer_as);
    if (detail > 2 && !session.more.empty()) name += ", " + session.more;
    return name + ")";
}

}   // namespace

std::string session_name(const SessionId& session, std::span<const SessionId> others)
{
    constexpr int most_detail = 3;
    for (int detail = 0; detail < most_detail; ++detail) {
        auto name = name_in_detail(session, detail);
        if (std::ranges::none_of(others, [&](const SessionId& other) { return name_in_detail(other, detail) == name; }))
            return name;
    }
    return name_in_detail(session, most_detail);
}

}   // namespace barrage
