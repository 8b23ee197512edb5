#include "tests/support/doctest.hpp"

#include <algorithm>
#include <sstream>

#include "tests/support/temporary_folder.hpp"
#include "tuning/machine_needs.hpp"

using namespace barrage;

namespace {

using State = MachineNeed::State;

/// Its folder stands for /.
class Machine : public TemporaryFolder {
public:
    /// What `name` is said to be, for a run of so many peers.
    [[nodiscard]] MachineNeed need(std::string_view name, RunSize size = {}, ProcessLimits process = {1024, 1048576, 8}) const
    {
        const auto needs = machine_needs(size, process, path());
        const auto found = std::ranges::find(needs, name, &MachineNeed::name);
        REQUIRE(found != needs.end());
        return *found;
    }
};

}   // namespace

TEST_CASE("a kernel setting is enough, or the command that sets it is told")
{
    const Machine machine;
    machine.file("proc/sys/net/core/rmem_max", "212992\n");
    machine.file("proc/sys/net/core/wmem_max", "134217728\n");
    const auto lacking = machine.need("net.core.rmem_max");
    CHECK(lacking.state == State::lacking);
    CHECK(lacking.has == "212992");
    CHECK(lacking.command == "sudo sysctl -w net.core.rmem_max=67108864");
    CHECK(machine.need("net.core.wmem_max").state == State::enough);
    CHECK(machine.need("net.core.wmem_max").command.empty());
    CHECK(machine.need("net.core.somaxconn").state == State::absent);
}

TEST_CASE("of three octet counts the last one is what a buffer may grow to")
{
    const Machine machine;
    machine.file("proc/sys/net/ipv4/tcp_rmem", "4096\t131072\t6291456\n");   // as Linux has it, tabs and all
    machine.file("proc/sys/net/ipv4/tcp_wmem", "4096\t16384\t67108864\n");
    const auto lacking = machine.need("net.ipv4.tcp_rmem");
    CHECK(lacking.state == State::lacking);
    CHECK(lacking.has == "4096 131072 6291456");
    CHECK(lacking.command == "sudo sysctl -w 'net.ipv4.tcp_rmem=4096 262144 67108864'");
    CHECK(machine.need("net.ipv4.tcp_wmem").state == State::enough);
}

TEST_CASE("some settings are to be small")
{
    const Machine machine;
    machine.file("proc/sys/net/ipv4/tcp_notsent_lowat", "4294967295\n");
    machine.file("proc/sys/vm/swappiness", "0\n");
    CHECK(machine.need("net.ipv4.tcp_notsent_lowat").state == State::lacking);
    CHECK(machine.need("vm.swappiness").state == State::enough);
}

TEST_CASE("what grows with the peers is asked for by their number")
{
    const Machine machine;
    machine.file("proc/sys/net/core/somaxconn", "4096\n");
    machine.file("proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
    CHECK(machine.need("net.core.somaxconn").state == State::enough);
    CHECK(machine.need("net.core.somaxconn", {.peers = 5000}).command == "sudo sysctl -w net.core.somaxconn=5000");
    CHECK(machine.need("net.ipv4.ip_local_port_range", {.peers = 28232}).state == State::enough);
    const auto ports = machine.need("net.ipv4.ip_local_port_range", {.peers = 28233});
    CHECK(ports.state == State::lacking);
    CHECK(ports.command == "sudo sysctl -w 'net.ipv4.ip_local_port_range=10240 65000'");

    const ProcessLimits few{.open_files = 256, .most_open_files = 1063, .cores = 2};
    CHECK(machine.need("open files", {.peers = 1000}, few).command == "sudo prlimit --pid $$ --nofile=1064:1064");
    CHECK(machine.need("open files", {.peers = 999}, few).state == State::enough);   // the soft limit we raise ourselves
}

TEST_CASE("pages, governor, cores and memory")
{
    const Machine machine;
    CHECK(machine.need("transparent huge pages").state == State::absent);
    CHECK(machine.need("frequency governor").state == State::absent);   // as in most virtual machines
    machine.file("sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n");
    CHECK(machine.need("transparent huge pages").state == State::lacking);
    CHECK(machine.need("transparent huge pages").has == "never");
    machine.file("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    CHECK(machine.need("transparent huge pages").state == State::enough);

    machine.file("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
    CHECK(machine.need("frequency governor").state == State::enough);
    machine.file("sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "powersave\n");
    CHECK(machine.need("frequency governor").state == State::lacking);
    CHECK(machine.need("frequency governor").has == "powersave");

    CHECK(machine.need("cores", {}, {.cores = 1}).state == State::lacking);
    CHECK(machine.need("cores", {}, {.cores = 2}).state == State::enough);
    machine.file("proc/self/cgroup", "0::/\n");
    machine.file("sys/fs/cgroup/cpu.max", "150000 100000\n");
    CHECK(machine.need("cores", {}, {.cores = 8}).state == State::lacking);

    CHECK(machine.need("memory").state == State::absent);
    machine.file("proc/meminfo", "MemTotal: 4000000 kB\nMemAvailable: 1000000 kB\n");
    CHECK(machine.need("memory").state == State::lacking);
    CHECK(machine.need("memory", {.memory_octets = 1'000'000'000}).state == State::enough);
}

TEST_CASE("the profile that is shipped is the one that is asked for")
{
    std::ifstream in{BARRAGE_SOURCE_DIR "/tuning/profiles/big-run.conf"};
    std::ostringstream text;
    text << in.rdbuf();
    CHECK(text.str() == sysctl_profile());
}

TEST_CASE("a machine with the profile lacks no kernel setting")
{
    const Machine machine;
    std::istringstream profile{sysctl_profile()};
    int settings = 0;
    for (std::string line; std::getline(profile, line);) {
        const auto equals = line.find(" = ");
        if (line.starts_with('#') || equals == std::string::npos) continue;
        auto name = line.substr(0, equals);
        std::ranges::replace(name, '.', '/');
        machine.file("proc/sys/" + name, line.substr(equals + 3) + "\n");
        ++settings;
    }
    CHECK(settings == 16);
    const ProcessLimits process{.open_files = 1024, .most_open_files = 4096, .cores = 2};
    for (const auto& setting : {"net.core.rmem_max", "net.ipv4.tcp_wmem", "net.ipv4.tcp_notsent_lowat",
                                "net.ipv4.ip_local_port_range", "net.ipv4.neigh.default.gc_thresh3", "vm.swappiness"})
        CHECK(machine.need(setting, {}, process).state == State::enough);
}
