#include "loadgen/exabgp/api/api_help.hpp"

#include <array>
#include <string_view>

#include "loadgen/exabgp/text/json_text.hpp"

namespace barrage::exabgp {

namespace {

struct Listed {
    std::string_view command;
    bool selectable;   // a selector may stand before it
};
constexpr std::array listed{
    Listed{"announce route PREFIX next-hop ADDRESS [ATTRIBUTE …] [split /N]", true},
    Listed{"announce attributes ATTRIBUTE … nlri PREFIX …", true},
    Listed{"announce generate PREFIX count N next-hop ADDRESS [ATTRIBUTE …]", true},
    Listed{"announce ipv4|ipv6 FAMILY …", true},
    Listed{"announce flow route { match { … } then { … } }", true},
    Listed{"announce vpls …", true},
    Listed{"announce eor [AFI SAFI]", true},
    Listed{"announce route-refresh AFI SAFI", true},
    Listed{"announce operational KIND afi AFI safi SAFI …", true},
    Listed{"announce watchdog [NAME]", true},
    Listed{"withdraw route|attributes|generate|ipv4|ipv6|flow|vpls|watchdog …", true},
    Listed{"teardown SUBCODE", true},
    Listed{"flush adj-rib out", true},
    Listed{"clear adj-rib [in|out]", true},
    Listed{"group COMMAND ; COMMAND …", true},
    Listed{"group start|end", false},
    Listed{"show adj-rib in|out [extensive] [json] [inet|flow|l2vpn] [ADDRESS]", false},
    Listed{"show neighbor summary|extensive|configuration [ADDRESS] [json]", false},
    Listed{"create neighbor ADDRESS local-address ADDRESS local-as AS peer-as AS …", false},
    Listed{"delete neighbor SELECTOR", false},
    Listed{"enable-ack|disable-ack|silence-ack", false},
    Listed{"enable-sync|disable-sync", false},
    Listed{"version", false},
    Listed{"api version [4|6]", false},
    Listed{"ping", false},
    Listed{"status", false},
    Listed{"queue-status", false},
    Listed{"reset", false},
    Listed{"reload", false},
    Listed{"restart", false},
    Listed{"shutdown", false},
    Listed{"help", false},
};

}   // namespace

std::string help_text()
{
    std::string text =
        "\navailable API commands:\n=======================\n\n"
        "filter can be: [local-ip <ip>][local-as <asn>][peer-as <asn>][router-id <router-id>][family-allowed <families>]\n\n"
        "commands:\n---------\n\n";
    for (const auto& each : listed) {
        if (each.selectable) text += "[neighbor <ip> [filters]] ";
        text += each.command;
        text += '\n';
    }
    text += "\n`peer SELECTOR …`, `rib …`, `daemon …`, `session …` and `system …` say the same in the later words\n\n";
    return text;
}

std::string help_json()
{
    std::string text =
        R"({"description": "Available API commands", "peer_filters": ["local-ip", "local-as", "peer-as", "router-id", "family-allowed"], "commands": [)";
    bool first = true;
    for (const auto& each : listed) {
        if (!first) text += ", ";
        first = false;
        text +=
            R"({"command": )" + json_string(each.command) + R"(, "neighbor_support": )" + (each.selectable ? "true}" : "false}");
    }
    return text + "]}\n";
}

}   // namespace barrage::exabgp
