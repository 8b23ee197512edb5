#include "io/child_process.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" {   // glibc 2.36 forgot that in the header itself
#include <sys/pidfd.h>
}

#include <algorithm>
#include <utility>

namespace barrage {

namespace {

struct Pipe {
    FileDescriptor read_end;
    FileDescriptor write_end;
};

// Never 0, 1 or 2, even if we were started without them: the child's dup2() onto those would then lose one.
FileDescriptor above_standard(int fd) noexcept
{
    FileDescriptor owned{fd};
    if (fd > STDERR_FILENO) return owned;
    return FileDescriptor{::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
}

IoResult<Pipe> make_pipe()
{
    int fds[2];
    if (::pipe2(fds, O_CLOEXEC) != 0) return io_error(errno, "make a pipe", errno == EMFILE ? "raise `ulimit -n`" : "");
    Pipe pipe{above_standard(fds[0]), above_standard(fds[1])};
    if (!pipe.read_end || !pipe.write_end) return io_error(errno, "make a pipe", "raise `ulimit -n`");
    return pipe;
}

void never_block(const FileDescriptor& fd) noexcept { ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK); }

/// All the child needs, made before it is: between vfork() and exec it shares our memory and may allocate nothing.
struct Launch {
    std::vector<char*> argv;
    std::vector<char*> environment;
    const char* directory = nullptr;
    int input = -1;
    int output = -1;
    int errors = -1;   // -1: ours
    int report = -1;   // takes the errno of what failed; closed by a successful exec
    pid_t parent = 0;
};

std::vector<char*> pointers(const std::vector<std::string>& texts)
{
    std::vector<char*> result;
    for (const auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
    result.push_back(nullptr);
    return result;
}

std::vector<std::string> environment_over_ours(const std::vector<std::string>& changes)
{
    const auto name = [](std::string_view variable) { return variable.substr(0, variable.find('=')); };
    std::vector<std::string> result;
    for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
        const auto is_same = [&](const std::string& change) { return name(change) == name(*variable); };
        if (std::ranges::none_of(changes, is_same)) result.emplace_back(*variable);
    }
    result.insert(result.end(), changes.begin(), changes.end());
    return result;
}

// Our handlers must not run in the child, whose memory is ours; what we ignore it ignores too (nohup), but SIGPIPE.
void reset_signals() noexcept
{
    for (int signal = 1; signal < NSIG; ++signal) {
        struct sigaction action{};
        if (::sigaction(signal, nullptr, &action) != 0) continue;
        if (action.sa_handler == SIG_DFL || (action.sa_handler == SIG_IGN && signal != SIGPIPE)) continue;
        action = {};
        action.sa_handler = SIG_DFL;
        ::sigaction(signal, &action, nullptr);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become(const Launch& launch) noexcept
{
    reset_signals();
    bool ready = ::setpgid(0, 0) == 0;
    // SIGKILL and not SIGTERM: after a kill -9 of ours nobody is left to wait for the grace to pass.
    ready = ready && ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
    if (::getppid() != launch.parent) ::_exit(127);   // we were killed before the line above
    ready = ready && ::dup2(launch.input, STDIN_FILENO) >= 0 && ::dup2(launch.output, STDOUT_FILENO) >= 0;
    if (launch.errors >= 0) ready = ready && ::dup2(launch.errors, STDERR_FILENO) >= 0;
    if (launch.directory != nullptr) ready = ready && ::chdir(launch.directory) == 0;
    // Ours are close-on-exec already; this is for those that others opened. Before Linux 5.11 it does nothing.
    ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    if (ready) ::execvpe(launch.argv.front(), launch.argv.data(), launch.environment.data());
    const int number = errno;
    [[maybe_unused]] const auto reported = ::write(launch.report, &number, sizeof number);
    ::_exit(127);
}

// vfork() and not fork(): copying the page tables of a process with many million routes would stop this thread for long.
[[gnu::noinline]] pid_t spawn(const Launch& launch) noexcept
{
    const pid_t pid = ::vfork();
    if (pid == 0) become(launch);
    return pid;
}

pid_t spawn_with_signals_blocked(const Launch& launch) noexcept
{
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid = spawn(launch);
    const int number = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = number;
    return pid;
}

void ignore_sigpipe_and_keep_ends() noexcept
{
    struct sigaction action{};
    if (::sigaction(SIGPIPE, nullptr, &action) == 0 && action.sa_handler == SIG_DFL) ::signal(SIGPIPE, SIG_IGN);
    // Inherited as ignored, the kernel would reap by itself and forget how a program ended: wait(2), NOTES.
    if (::sigaction(SIGCHLD, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) ::signal(SIGCHLD, SIG_DFL);
}

int read_report(const FileDescriptor& report) noexcept
{
    int number = 0;
    std::ptrdiff_t octets = 0;
    do {
        octets = ::read(report.get(), &number, sizeof number);
    } while (octets < 0 && errno == EINTR);
    return octets == sizeof number ? number : 0;
}

/// waitid(2) as the kernel has it: with what the process used, which the function of the library leaves out.
int wait_with_usage(int pidfd, siginfo_t& info, int options, rusage& used) noexcept
{
    return static_cast<int>(::syscall(SYS_waitid, P_PIDFD, pidfd, &info, options, &used));
}

void wait_for_end(pid_t pid) noexcept
{
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
}

std::string_view start_advice(int number) noexcept
{
    switch (number) {
    case ENOENT: return "no such program (or directory): check the path";
    case EACCES: return "it may not be executed: chmod +x";
    case ENOEXEC: return "it is no program: a script begins with #!";
    case EAGAIN: return "too many processes: raise `ulimit -u`";
    case EMFILE: return "raise `ulimit -n`";
    default: return {};
    }
}

}   // namespace

IoResult<ChildProcess> ChildProcess::start(const Program& program)
{
    if (program.argv.empty()) return io_error(EINVAL, "start a program", "it has no name");
    const auto what = "start " + program.argv.front();
    ignore_sigpipe_and_keep_ends();

    auto input = make_pipe();
    if (!input) return std::unexpected{input.error()};
    auto output = make_pipe();
    if (!output) return std::unexpected{output.error()};
    auto report = make_pipe();
    if (!report) return std::unexpected{report.error()};
    IoResult<Pipe> errors;
    if (program.captures_errors) {
        errors = make_pipe();
        if (!errors) return std::unexpected{errors.error()};
        never_block(errors->read_end);
    }
    never_block(input->write_end);
    never_block(output->read_end);

    const auto environment = environment_over_ours(program.environment);
    const Launch launch{.argv = pointers(program.argv),
                        .environment = pointers(environment),
                        .directory = program.directory.empty() ? nullptr : program.directory.c_str(),
                        .input = input->read_end.get(),
                        .output = output->write_end.get(),
                        .errors = errors->write_end.get(),
                        .report = report->write_end.get(),
                        .parent = ::getpid()};
    const pid_t pid = spawn_with_signals_blocked(launch);
    if (pid < 0) return io_error(errno, what, start_advice(errno));

    report->write_end.reset();
    if (const int number = read_report(report->read_end); number != 0) {
        wait_for_end(pid);
        return io_error(number, what, start_advice(number));
    }
    ChildProcess child;
    child.pid_ = pid;
    child.pidfd_.reset(::pidfd_open(pid, 0));
    if (!child.pidfd_) {
        const int number = errno;
        ::kill(-pid, SIGKILL);
        wait_for_end(pid);
        return io_error(number, what, number == ENOSYS ? "the kernel needs pidfd_open: Linux 5.3" : start_advice(number));
    }
    child.input_ = PipeWriter{std::move(input->write_end), program.input_high_watermark};
    child.output_ = PipeReader{std::move(output->read_end), program.longest_line};
    child.errors_ = PipeReader{std::move(errors->read_end), program.longest_line};
    return child;
}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept
{
    if (this == &other) return *this;
    std::destroy_at(this);
    return *std::construct_at(this, std::move(other));
}

ChildProcess::~ChildProcess()
{
    if (!pidfd_ || end_) return;
    signal_group(SIGKILL);
    siginfo_t info{};
    while (::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED) != 0 && errno == EINTR) {
    }
}

std::optional<ProcessEnd> ChildProcess::reap() noexcept
{
    if (end_ || !pidfd_) return end_;
    siginfo_t info{};
    rusage used{};
    if (wait_with_usage(pidfd_.get(), info, WEXITED | WNOHANG, used) != 0) {
        if (errno == ECHILD) end_ = ProcessEnd{.exit_status = -1};   // somebody else reaped it
    } else if (info.si_pid != 0) {
        end_ = info.si_code == CLD_EXITED ? ProcessEnd{.exit_status = info.si_status} : ProcessEnd{.signal = info.si_status};
    }
    if (end_) {
        kill_at_.reset();
        usage_ = process_usage(used);
    }
    return end_;
}

void ChildProcess::terminate(Clock::time_point now, Clock::duration grace) noexcept
{
    if (!pidfd_ || end_ || std::exchange(terminating_, true)) return;
    signal_group(SIGTERM);
    kill_at_ = now + grace;
}

void ChildProcess::advance(Clock::time_point now) noexcept
{
    if (!kill_at_ || now < *kill_at_) return;
    kill_at_.reset();
    signal_group(SIGKILL);
}

// Only before it is reaped: until then neither its number nor its group's can belong to another.
void ChildProcess::signal_group(int signal) const noexcept
{
    ::kill(-pid_, signal);
    if (::getpgid(pid_) != pid_) ::pidfd_send_signal(pidfd_.get(), signal, nullptr, 0);   // it went to a group of its own
}

}   // namespace barrage
