#pragma once
// Service addresses on the loopback interface, as a health check sets them up and takes them away: by ip(8), with sudo where that is wanted. Main thread.

#include <string>
#include <vector>

namespace barrage {

struct LoopbackChoice {
    std::string label;   // of `lo:LABEL…`; empty: any
    bool sudo = false;
};

/// "10.0.0.1/32", each network as its addresses. One that is too long to be meant is left as it is.
std::vector<std::string> addresses_of(const std::vector<std::string>& networks);

/// Host addresses of the interface beside those of the loopback network; with `label_only` none without a label.
std::vector<std::string> loopback_addresses(const LoopbackChoice& choice, bool label_only);
/// Those that are missing. False where one could not be set up.
bool add_loopback_addresses(const LoopbackChoice& choice, const std::vector<std::string>& addresses);
void remove_loopback_addresses(const LoopbackChoice& choice, const std::vector<std::string>& addresses);

}   // namespace barrage
