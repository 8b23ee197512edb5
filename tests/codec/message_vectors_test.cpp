// The shared vectors of the messages other than UPDATE: captures and other projects' tests.

#include "tests/support/doctest.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "codec/message/keepalive.hpp"
#include "codec/message/notification.hpp"
#include "codec/message/open.hpp"
#include "codec/message/route_refresh.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

struct Row {
    std::string name;
    std::string kind;
    bool valid;
    bool disputed;
    Octets message;
};

std::filesystem::path vectors_folder()
{
    const char* shared = std::getenv("BARRAGE_SHARED");
    return std::filesystem::path{shared ? shared : BARRAGE_SOURCE_DIR "/../shared"} / "vectors";
}

/// name | kind | valid or malformed | hex | note
std::vector<std::string> columns(const std::string& line)
{
    std::vector<std::string> parts;
    for (std::size_t at = 0; parts.size() < 4;) {
        const auto end = line.find(" | ", at);
        parts.push_back(line.substr(at, end - at));
        if (end == std::string::npos) break;
        at = end + 3;
    }
    return parts;
}

std::vector<Row> read_rows(const std::filesystem::path& folder)
{
    std::vector<Row> rows;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        if (entry.path().extension() != ".txt") continue;
        std::ifstream file{entry.path()};
        for (std::string line; std::getline(file, line);) {
            if (line.empty() || line[0] == '#') continue;
            const auto parts = columns(line);
            if (parts.size() < 4 || parts[1].starts_with("update")) continue;
            rows.push_back({parts[0], parts[1].substr(0, parts[1].find(' ')), parts[2] == "valid",
                            entry.path().filename() == "disputed.txt", hex(parts[3])});
        }
    }
    return rows;
}

/// The octets that encode gives for what decode read; nothing for an error.
template <class Decode>
std::optional<Octets> round_trip(Decode decode, OctetView message)
{
    const auto value = decode(message);
    if (!value) return std::nullopt;
    Octets out;
    encode(*value, out);
    return out;
}

std::optional<Octets> round_trip(const Row& row)
{
    if (row.kind == "open") return round_trip(decode_open, row.message);
    if (row.kind == "notification") return round_trip(decode_notification, row.message);
    if (row.kind == "keepalive") return round_trip(decode_keepalive, row.message);
    if (row.kind == "route-refresh")
        return round_trip([](OctetView message) { return decode_route_refresh(message); }, row.message);
    // "raw": what is no message at all
    const auto header = decode_header(row.message, max_message_octets);
    return header ? std::optional{row.message} : std::nullopt;
}

}   // namespace

TEST_CASE("the shared vectors decode and encode back, or fail")
{
    const auto folder = vectors_folder();
    if (!std::filesystem::exists(folder)) {
        MESSAGE("skipped: no vectors at " << folder.string());
        return;
    }
    int valid = 0;
    int malformed = 0;
    int disputed = 0;
    int disputed_otherwise = 0;
    for (const auto& row : read_rows(folder)) {
        CAPTURE(row.name);
        CAPTURE(to_hex(row.message));
        const auto octets = round_trip(row);
        if (row.disputed) {
            ++disputed;
            if (octets.has_value() != row.valid) {
                ++disputed_otherwise;
                MESSAGE("disputed row judged otherwise: " << row.name);
            }
        } else if (row.valid) {
            ++valid;
            CHECK(octets == row.message);
        } else {
            ++malformed;
            CHECK_FALSE(octets.has_value());
        }
    }
    MESSAGE(valid << " valid, " << malformed << " malformed, " << disputed << " disputed (" << disputed_otherwise
                  << " judged otherwise)");
    CHECK(valid > 0);
    CHECK(malformed > 0);
}

TEST_CASE("no vector, cut anywhere and flipped anywhere, overruns a decoder")
{
    const auto folder = vectors_folder();
    if (!std::filesystem::exists(folder)) {
        MESSAGE("skipped: no vectors at " << folder.string());
        return;
    }
    for (auto row : read_rows(folder)) {
        if (row.message.size() < header_octets) continue;
        const auto whole = row.message;
        for (std::size_t size = header_octets; size < whole.size(); ++size) {
            row.message = Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            row.message[16] = static_cast<std::uint8_t>(size >> 8);
            row.message[17] = static_cast<std::uint8_t>(size);
            if (const auto octets = round_trip(row)) CHECK(octets == row.message);
        }
        for (std::size_t at = header_octets; at < whole.size(); ++at)
            for (const auto value : {0x00, 0x01, 0x7f, 0xff}) {
                row.message = whole;
                row.message[at] = static_cast<std::uint8_t>(value);
                if (const auto octets = round_trip(row)) CHECK(octets == row.message);
            }
    }
}

}   // namespace barrage
