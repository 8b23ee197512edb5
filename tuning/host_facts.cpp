#include "tuning/host_facts.hpp"

#include <sys/utsname.h>

#include <fstream>

#include "tuning/cpu_affinity.hpp"

namespace barrage {

namespace {

/// Of /proc/cpuinfo: x86 says "model name", others "Processor", "cpu model" or nothing.
std::string cpu_name()
{
    std::ifstream file{"/proc/cpuinfo"};
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with("model name") && !line.starts_with("cpu model") && !line.starts_with("Processor")) continue;
        const auto colon = line.find(':');
        if (colon == std::string::npos) continue;
        const auto begin = line.find_first_not_of(" \t", colon + 1);
        if (begin != std::string::npos) return line.substr(begin);
    }
    return {};
}

}   // namespace

std::string to_text(const HostFacts& host)
{
    return host.name + ", " + host.kernel + ", " + std::to_string(host.cores) + (host.cores == 1 ? " core" : " cores") +
           (host.cpu.empty() ? "" : " of " + host.cpu);
}

HostFacts host_facts()
{
    HostFacts facts{.cpu = cpu_name(), .cores = static_cast<unsigned>(usable_cores().size())};
    utsname names{};
    if (uname(&names) == 0) {
        facts.name = names.nodename;
        facts.kernel = std::string{names.sysname} + " " + names.release;
    }
    return facts;
}

}   // namespace barrage
