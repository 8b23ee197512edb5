#include "loadgen/play/floor.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "loadgen/words/document_json.hpp"
#include "loadgen/words/json_text.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

constexpr const char* schema = "barrage.calibration/1";
constexpr int near = 2;   // times the floor

std::string environment(const char* name)
{
    const char* value = std::getenv(name);
    return value ? value : "";
}

std::optional<Floor::Time> time_of(const boost::json::object& from, const char* key)
{
    const auto value = document::number(from, key);
    if (!value || *value < 0 || *value > 1e6) return std::nullopt;
    return Floor::Time{static_cast<std::int64_t>(*value * 1e9 + 0.5)};
}

std::optional<Floor> floor_from_json(const boost::json::value& json)
{
    const auto* object = json.if_object();
    if (!object || document::text(*object, "schema") != schema) return std::nullopt;
    Floor floor{.host = document::text(*object, "host"),
                .date = document::text(*object, "date"),
                .version = document::text(*object, "version"),
                .engine = document::text(*object, "engine")};
    const auto p50 = time_of(*object, "p50_seconds"), p99 = time_of(*object, "p99_seconds"),
               max = time_of(*object, "max_seconds");
    if (floor.host.empty() || !p50 || !p99 || !max) return std::nullopt;
    floor.p50 = *p50;
    floor.p99 = *p99;
    floor.max = *max;
    floor.lateness_p99 = time_of(*object, "lateness_p99_seconds").value_or(Floor::Time{});
    floor.rate_per_second = document::number(*object, "rate_per_second").value_or(0);
    floor.measuring_cost = document::number(*object, "measuring_cost").value_or(0);
    return floor;
}

}   // namespace

std::string floor_file(const std::string& host)
{
    if (const auto named = environment("BARRAGE_CALIBRATION"); !named.empty()) return named;
    auto state = environment("XDG_STATE_HOME");
    if (state.empty()) {
        const auto home = environment("HOME");
        state = (home.empty() ? "/var/lib" : home + "/.local/state");
    }
    return state + "/barrage/calibration-" + host + ".json";
}

std::expected<std::optional<Floor>, std::string> read_floor(const std::string& path)
{
    std::error_code none;
    if (!std::filesystem::exists(path, none)) return std::nullopt;
    constexpr std::streamsize most_octets = 65'536;
    std::ifstream file{path, std::ios::binary};
    std::string text(most_octets, '\0');
    file.read(text.data(), most_octets);
    if (file.bad() || (!file && !file.eof())) return std::unexpected(path + ": cannot be read");
    text.resize(static_cast<std::size_t>(file.gcount()));
    boost::system::error_code error;
    const auto json = boost::json::parse(text, error);
    auto floor = error ? std::nullopt : floor_from_json(json);
    if (!floor) return std::unexpected(path + ": no calibration; `loadgen calibrate` writes it anew");
    return floor;
}

boost::json::object to_json(const Floor& floor)
{
    return {{"schema", schema},
            {"host", floor.host},
            {"date", floor.date},
            {"version", floor.version},
            {"engine", floor.engine},
            {"p50_seconds", seconds(floor.p50)},
            {"p99_seconds", seconds(floor.p99)},
            {"max_seconds", seconds(floor.max)},
            {"lateness_p99_seconds", seconds(floor.lateness_p99)},
            {"rate_per_second", floor.rate_per_second},
            {"measuring_cost", floor.measuring_cost}};
}

std::expected<void, std::string> write_floor(const std::string& path, const Floor& floor)
{
    std::error_code error;
    if (const auto folder = std::filesystem::path{path}.parent_path(); !folder.empty())
        std::filesystem::create_directories(folder, error);
    // Whole or not at all: a run that reads it meanwhile sees the old one.
    const auto beside = path + ".new";
    std::ofstream file{beside, std::ios::binary | std::ios::trunc};
    file << json_text(to_json(floor)) << '\n';
    file.close();
    if (file) std::filesystem::rename(beside, path, error);
    if (!file || error) return std::unexpected(path + ": cannot be written");
    return {};
}

std::optional<Floor> floor_of_host(const std::string& host, std::vector<std::string>& warnings)
{
    auto floor = read_floor(floor_file(host));
    if (!floor) {
        warnings.push_back(floor.error());
        return std::nullopt;
    }
    if (*floor && (*floor)->host != host) {
        warnings.push_back(fmt::format("{}: is of another machine, {}", floor_file(host), (*floor)->host));
        return std::nullopt;
    }
    return *floor;
}

std::string floor_text(const std::optional<Floor>& floor, const std::vector<MeasuredTime>& times)
{
    if (!floor) return "not known: `loadgen calibrate` finds in seconds, without a router, what this machine adds to times";
    std::string text;
    for (const auto& time : times)
        text += fmt::format("of {} p99 ({}) up to {} are this machine's own; ", duration_text(time.p99), time.what,
                            duration_text(floor->p99));
    if (times.empty())
        text = fmt::format("this machine's own are {} p50, {} p99, {} at most; ", duration_text(floor->p50),
                           duration_text(floor->p99), duration_text(floor->max));
    return text + fmt::format("{}/s were held; calibrated {}", short_number(floor->rate_per_second), floor->date);
}

std::vector<Finding> find_near_floor(const std::optional<Floor>& floor, const std::vector<MeasuredTime>& times)
{
    std::vector<Finding> findings;
    if (!floor) return findings;
    for (const auto& time : times) {
        const auto within = [&](const char* which, Floor::Time measured, Floor::Time own) {
            if (own.count() <= 0 || measured >= near * own) return false;
            findings.push_back(
                {FindingKind::near_floor, fmt::format("{}: {} {} is within twice of this machine's own {}", time.what,
                                                      duration_text(measured), which, duration_text(own))});
            return true;
        };
        if (!within("p99", time.p99, floor->p99)) within("p50", time.p50, floor->p50);
    }
    return findings;
}

}   // namespace barrage
