#include "loadgen/sink/sink_result.hpp"

#include <fmt/format.h>

#include <charconv>

#include "codec/describe.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

/// 16 digits of hex, so that no reader of JSON rounds it.
boost::json::value digest_json(const std::optional<std::uint64_t>& digest)
{
    if (!digest) return nullptr;
    return boost::json::string(fmt::format("{:016x}", *digest));
}

void put_counts(boost::json::object& object, const SinkSession& counts)
{
    object["announced"] = counts.announced;
    object["withdrawn"] = counts.withdrawn;
    object["distinct"] = counts.distinct;
    object["live"] = counts.live;
    object["malformed"] = counts.malformed;
    object["not_negotiated"] = counts.not_negotiated;
    object["digest"] = digest_json(counts.digest);
    object["seconds"] = counts.seconds;
    object["routes_per_second"] = counts.routes_per_second;
}

}   // namespace

std::optional<std::uint64_t> SinkResult::digest() const
{
    std::uint64_t sum = 0;
    for (const auto& session : sessions) {
        if (!session.digest) return std::nullopt;
        sum += *session.digest;
    }
    return sum;
}

SinkSession SinkResult::total() const
{
    SinkSession all{.digest = digest(), .seconds = seconds};
    for (const auto& session : sessions) {
        all.announced += session.announced;
        all.withdrawn += session.withdrawn;
        all.distinct += session.distinct;
        all.live += session.live;
        all.malformed += session.malformed;
        all.not_negotiated += session.not_negotiated;
    }
    if (seconds > 0) all.routes_per_second = static_cast<double>(all.announced) / seconds;
    return all;
}

boost::json::object to_json(const SinkResult& result)
{
    boost::json::object object;
    object["sessions"] = result.sessions.size();
    put_counts(object, result.total());
    object["seconds_from_established"] = result.seconds_from_established;
    boost::json::array sessions;
    for (const auto& session : result.sessions) {
        boost::json::object each;
        each["remote"] = session.remote;
        each["as"] = session.as.value;
        put_counts(each, session);
        each["end"] = session.end;
        sessions.push_back(std::move(each));
    }
    object["refused_connections"] = result.refused;
    object["per_session"] = std::move(sessions);
    return object;
}

std::expected<SinkResult, std::string> sink_result_from_json(const std::string& text)
{
    try {
        const auto document = boost::json::parse(text);
        SinkResult result{.seconds = document.at("seconds").to_number<double>(),
                          .seconds_from_established = document.at("seconds_from_established").to_number<double>()};
        for (const auto& each : document.at("per_session").as_array()) {
            const auto count = [&](const char* key) { return each.at(key).to_number<std::uint64_t>(); };
            SinkSession session{.remote = boost::json::value_to<std::string>(each.at("remote")),
                                .as = {each.at("as").to_number<std::uint32_t>()},
                                .announced = count("announced"),
                                .withdrawn = count("withdrawn"),
                                .distinct = count("distinct"),
                                .live = count("live"),
                                .malformed = count("malformed"),
                                .not_negotiated = count("not_negotiated"),
                                .seconds = each.at("seconds").to_number<double>(),
                                .routes_per_second = each.at("routes_per_second").to_number<double>(),
                                .end = boost::json::value_to<std::string>(each.at("end"))};
            if (const auto* digits = each.at("digest").if_string()) {
                std::uint64_t digest = 0;
                std::from_chars(digits->data(), digits->data() + digits->size(), digest, 16);
                session.digest = digest;
            }
            result.sessions.push_back(std::move(session));
        }
        return result;
    } catch (const std::exception& error) {
        return std::unexpected(std::string{"no result of a sink: "} + error.what());
    }
}

std::string to_text(const SinkResult& result)
{
    constexpr auto row = "{:<28}{:>11}{:>13}{:>12}{:>13}{:>13}{:>11}{:>11}{:>12}  {:<16}  {}\n";
    auto text = fmt::format(row, "session", "AS", "announced", "withdrawn", "distinct", "live", "malformed", "time", "routes/s",
                            "digest", "end");
    const auto line = [&](const std::string& name, const std::string& as, const SinkSession& counts) {
        text += fmt::format(row, name, as, full_number(counts.announced), full_number(counts.withdrawn),
                            full_number(counts.distinct), full_number(counts.live), full_number(counts.malformed),
                            duration_text(std::chrono::nanoseconds{static_cast<std::int64_t>(counts.seconds * 1e9)}),
                            short_number(counts.routes_per_second), counts.digest ? fmt::format("{:016x}", *counts.digest) : "-",
                            printable(counts.end));
    };
    for (const auto& session : result.sessions) line(session.remote, std::to_string(session.as.value), session);
    line(fmt::format("{} in all", result.sessions.size()), "", result.total());
    if (result.refused != 0)
        text += fmt::format("{} connections were refused for lack of file descriptors\n", full_number(result.refused));
    return text;
}

}   // namespace barrage
