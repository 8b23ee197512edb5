#include "loadgen/exabgp/speaker/daemon.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "io/privileges.hpp"

namespace barrage::exabgp {

namespace {

namespace fs = std::filesystem;

std::string reason() { return std::generic_category().message(errno); }

std::unexpected<std::string> failure(std::string_view what)
{
    return std::unexpected(fmt::format("cannot {}: {}", what, reason()));
}

/// "0o137", "0137", "137".
std::optional<mode_t> octal_from(std::string_view text)
{
    if (text.starts_with("0o")) text.remove_prefix(2);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 8);
    if (error != std::errc{} || end != text.data() + text.size() || value > 0777) return std::nullopt;
    return static_cast<mode_t>(value);
}

bool is_stream(std::string_view log) noexcept { return log == "stdout" || log == "stderr"; }
bool is_system(std::string_view log) noexcept { return log.empty() || log == "syslog" || log.starts_with("host:"); }

/// A supervisor that gives a socket, or init itself, knows its children: they stay.
bool is_supervised()
{
    struct stat in{};
    return ::getppid() == 1 || (::fstat(STDIN_FILENO, &in) == 0 && S_ISSOCK(in.st_mode));
}

/// What the one in the background says: one octet once it is ready; its end without one, that it came to nothing.
int wait_for(int pipe, pid_t child)
{
    char octet = 0;
    for (;;) {
        const auto got = ::read(pipe, &octet, 1);
        if (got == 1) return 0;
        if (got == 0 || errno != EINTR) break;
    }
    int status = 0;
    if (::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) != 0) return WEXITSTATUS(status);
    return 1;
}

bool runs(pid_t pid) noexcept { return pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM); }

}   // namespace

std::expected<DaemonOptions, std::string> daemon_options(const Environment& environment)
{
    DaemonOptions options;
    std::string problem;
    const auto flag = [&](std::string_view section, std::string_view key, bool otherwise) {
        const auto value = environment.flag(section, key, otherwise);
        if (!value && problem.empty()) problem = value.error();
        return value.value_or(otherwise);
    };
    options.daemonize = flag("daemon", "daemonize", false);
    options.drop = flag("daemon", "drop", true);
    options.logs = flag("log", "enable", true);
    options.pid_file = environment.find("daemon", "pid").value_or("");
    options.user = environment.find("daemon", "user").value_or(options.user);
    options.log = environment.find("log", "destination").value_or(options.log);
    if (const auto mask = environment.find("daemon", "umask"); mask && !mask->empty()) {
        const auto value = octal_from(*mask);
        if (!value) problem = fmt::format("exabgp.daemon.umask is '{}': expected octal digits", *mask);
        options.umask = value.value_or(options.umask);
    }
    if (!problem.empty()) return std::unexpected(problem);
    return options;
}

Daemon::~Daemon()
{
    std::error_code ignored;
    if (has_pid_file_) fs::remove(options_.pid_file, ignored);
}

std::optional<int> Daemon::go_to_background()
{
    ::umask(options_.umask);
    if (!options_.daemonize || is_supervised()) return std::nullopt;
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
    FileDescriptor reads{ends[0]};
    FileDescriptor writes{ends[1]};
    const auto child = ::fork();
    if (child < 0) return std::nullopt;
    if (child > 0) {
        writes = FileDescriptor{};
        return wait_for(reads.get(), child);
    }
    ::setsid();
    waits_ = std::move(writes);
    in_background_ = true;
    return std::nullopt;
}

void Daemon::leave_terminal()
{
    if (!in_background_) return;
    if (is_stream(options_.log) || is_system(options_.log)) {   // what is said so far may have been read by a person
        const FileDescriptor nothing{::open("/dev/null", O_RDWR | O_CLOEXEC)};
        for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) (void)::dup2(nothing.get(), stream);
    }
    const FileDescriptor nothing{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    (void)::dup2(nothing.get(), STDIN_FILENO);
}

void Daemon::is_ready()
{
    if (!in_background_) return;
    const char octet = 1;
    (void)!::write(waits_.get(), &octet, 1);
    waits_ = FileDescriptor{};
}

std::expected<void, std::string> Daemon::open_log()
{
    if (!options_.logs || is_system(options_.log) || options_.log == "stderr") return {};
    if (options_.log == "stdout") {
        if (::dup2(STDOUT_FILENO, STDERR_FILENO) < 0) return failure("log to standard output");
        return {};
    }
    const FileDescriptor file{::open(options_.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)};
    if (!file) return failure("open " + options_.log);
    for (const int stream : {STDOUT_FILENO, STDERR_FILENO})
        if (::dup2(file.get(), stream) < 0) return failure("log to " + options_.log);
    return {};
}

std::expected<void, std::string> Daemon::prepare_pid_folder() const
{
    if (options_.pid_file.empty()) return {};
    const auto folder = fs::path{options_.pid_file}.parent_path();
    std::error_code error;
    if (folder.empty() || fs::exists(folder, error)) return {};
    constexpr mode_t for_all_to_enter = 022;
    const auto before = ::umask(for_all_to_enter);   // that of the daemon is for files
    fs::create_directories(folder, error);
    ::umask(before);
    if (error) return std::unexpected("cannot make " + folder.string() + ": " + error.message());
    if (const auto* user = ::getuid() == 0 ? ::getpwnam(options_.user.c_str()) : nullptr)
        (void)!::chown(folder.c_str(), user->pw_uid, user->pw_gid);
    return {};
}

std::expected<void, std::string> Daemon::take_user()
{
    if (::getuid() != 0 || options_.user == "root") return {};
    // Programs of ExaBGP's users call sudo, and so does its health check.
    if (const auto became = become_user(options_.user, GainByPrograms::yes); !became)
        return std::unexpected("exabgp.daemon.user: " + became.error().text);
    return {};
}

std::expected<void, std::string> Daemon::write_pid()
{
    const auto& path = options_.pid_file;
    if (path.empty()) return {};
    pid_t before = 0;
    if (std::ifstream{path} >> before && runs(before) && before != ::getpid())
        return std::unexpected(fmt::format("{} names process {}, which runs", path, before));
    // Readable for those who end it by it, whatever the umask.
    const FileDescriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
    const auto text = fmt::format("{}\n", ::getpid());
    if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return failure("write " + path);
    (void)!::fchmod(file.get(), 0644);
    has_pid_file_ = true;
    return {};
}

}   // namespace barrage::exabgp
