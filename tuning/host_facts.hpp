#pragma once
// Which machine this is, for reports: a figure without its machine says little. Read once; any thread.

#include <string>

namespace barrage {

struct HostFacts {
    std::string name = {};     // of the host
    std::string kernel = {};   // "Linux 6.1.0-18-amd64"
    std::string cpu = {};      // "AMD EPYC 7763"; empty where the kernel does not say
    unsigned cores = 0;        // that this process may use
};

/// "tester1, Linux 6.1.0-18-amd64, 16 cores of AMD EPYC 7763".
std::string to_text(const HostFacts& host);
HostFacts host_facts();

}   // namespace barrage
