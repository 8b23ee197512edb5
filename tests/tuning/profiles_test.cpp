#include "tests/support/doctest.hpp"

#include <filesystem>
#include <fstream>
#include <string>

TEST_CASE("every setting of a sysctl profile has its reason above it, and none behind its value")
{
    int profiles = 0;
    for (const auto& entry : std::filesystem::directory_iterator{BARRAGE_SOURCE_DIR "/tuning/profiles"}) {
        if (entry.path().extension() != ".conf") continue;
        ++profiles;
        std::ifstream in{entry.path()};
        bool reason = false;
        for (std::string line; std::getline(in, line);) {
            CAPTURE(line);
            if (line.empty()) {
                reason = false;
            } else if (line.starts_with('#')) {
                reason = true;
            } else {
                CHECK(reason);
                CHECK(line.find(" = ") != std::string::npos);
                CHECK(line.find('#') == std::string::npos);   // sysctl.conf(5): it would be part of the value
            }
        }
    }
    CHECK(profiles > 0);
}
