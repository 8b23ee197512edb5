#include "loadgen/console/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "io/file_descriptor.hpp"

namespace barrage {

namespace {

std::unexpected<std::string> cannot_write(const std::string& path, int error)
{
    return std::unexpected("cannot write " + path + ": " + std::strerror(error));
}

/// What stands there now. A device or a pipe (/dev/stdout) is written to; a link, wherever it leads, is replaced like a file, unless it leads to such.
struct Standing {
    explicit Standing(const std::string& path)
    {
        struct stat about{};
        exists = ::stat(path.c_str(), &about) == 0;
        mode = about.st_mode;
    }
    [[nodiscard]] bool is_replaced() const noexcept { return !exists || S_ISREG(mode) || S_ISDIR(mode); }

    bool exists = false;
    mode_t mode = 0;
};

/// A new file beside `path`, which no link and no other program has put there.
struct Part {
    explicit Part(const std::string& path)
    {
        constexpr int most_tries = 100;
        for (int i = 0; i < most_tries; ++i) {
            name = path + '.' + std::to_string(::getpid()) + (i == 0 ? "" : '-' + std::to_string(i)) + ".part";
            file = FileDescriptor{::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666)};
            error = errno;
            if (file || error != EEXIST) return;
        }
    }
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;
    ~Part()
    {
        if (file) ::unlink(name.c_str());
    }

    std::string name;
    FileDescriptor file;
    int error = 0;   // where there is none
};

/// 0, or an errno.
int write_all(int file, std::string_view text) noexcept
{
    while (!text.empty()) {
        const auto written = ::write(file, text.data(), text.size());
        if (written >= 0)
            text.remove_prefix(static_cast<std::size_t>(written));
        else if (errno != EINTR)
            return errno;
    }
    return 0;
}

/// A name survives a loss of power only with its folder on the disk. Where that cannot be had, it is as safe as it was.
void sync_folder_of(const std::string& path) noexcept
{
    const auto slash = path.rfind('/');
    const auto folder = slash == std::string::npos ? std::string{"."} : path.substr(0, slash + 1);
    const FileDescriptor opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (opened) ::fsync(opened.get());
}

}   // namespace

std::expected<void, std::string> check_writable(std::span<const std::string> paths)
{
    for (const auto& path : paths) {
        if (path.empty()) continue;
        const Standing standing{path};
        if (S_ISDIR(standing.mode)) return cannot_write(path, EISDIR);
        if (standing.exists && ::access(path.c_str(), W_OK) != 0) return cannot_write(path, errno);
        if (!standing.is_replaced()) continue;
        if (const Part part{path}; !part.file) return cannot_write(path, part.error);   // gone again with its scope
    }
    return {};
}

std::expected<void, std::string> write_file(const std::string& path, const std::string& text)
{
    const Standing standing{path};
    if (S_ISDIR(standing.mode)) return cannot_write(path, EISDIR);
    if (!standing.is_replaced()) {
        const FileDescriptor file{::open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC)};
        if (!file) return cannot_write(path, errno);
        if (const auto error = write_all(file.get(), text); error != 0) return cannot_write(path, error);
        return {};
    }
    Part part{path};
    if (!part.file) return cannot_write(path, part.error);
    if (standing.exists) ::fchmod(part.file.get(), standing.mode & 07777);
    if (const auto error = write_all(part.file.get(), text); error != 0) return cannot_write(path, error);
    if (::fsync(part.file.get()) != 0) return cannot_write(path, errno);
    if (::rename(part.name.c_str(), path.c_str()) != 0) return cannot_write(path, errno);
    part.file = {};   // there is no such name any more
    sync_folder_of(path);
    return {};
}

}   // namespace barrage
