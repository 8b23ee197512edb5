#include "loadgen/exabgp/api/named_pipes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace barrage::exabgp {

namespace {

bool is_pipe(const std::string& path)
{
    struct stat found{};
    return ::lstat(path.c_str(), &found) == 0 && S_ISFIFO(found.st_mode);   // a link could lead anywhere
}

}   // namespace

std::vector<std::string> pipe_folders(const std::string& root)
{
    const auto user = std::to_string(::getuid());
    std::vector<std::string> folders;
    for (const auto* run : {"/run/", "/var/run/"})
        for (const auto& below : {std::string{"exabgp/"}, user + "/", std::string{}}) folders.push_back(root + run + below);
    return folders;
}

std::optional<NamedPipes> find_named_pipes(const std::vector<std::string>& folders, const std::string& name)
{
    for (const auto& folder : folders) {
        NamedPipes pipes{folder + name + ".in", folder + name + ".out"};
        if (is_pipe(pipes.in) && is_pipe(pipes.out)) return pipes;
    }
    return std::nullopt;
}

IoResult<FileDescriptor> open_command_pipe(const NamedPipes& pipes)
{
    // Also for writing: with a writer that stays, reading never finds the end of the input (fifo(7)).
    FileDescriptor pipe{::open(pipes.in.c_str(), O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)};
    if (!pipe) return io_error(errno, "open " + pipes.in);
    return pipe;
}

FileDescriptor open_answer_pipe(const NamedPipes& pipes)
{
    return FileDescriptor{::open(pipes.out.c_str(), O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)};
}

}   // namespace barrage::exabgp
