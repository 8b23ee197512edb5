#include "io/text_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "io/file_descriptor.hpp"

namespace barrage {

namespace {

constexpr std::size_t piece_octets = 256 * 1024;

std::string size_text(std::size_t octets)
{
    constexpr std::size_t mebi = std::size_t{1} << 20;
    return octets % mebi == 0 ? std::to_string(octets / mebi) + " MiB" : std::to_string(octets) + " octets";
}

}   // namespace

std::expected<std::string, std::string> read_text_file(const std::string& path, TextFileLimits limits)
{
    // O_NONBLOCK: a FIFO that nobody writes is opened at once.
    FileDescriptor file{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    if (!file) return std::unexpected(std::strerror(errno));
    struct stat about{};
    if (::fstat(file.get(), &about) != 0) return std::unexpected(std::strerror(errno));
    if (S_ISDIR(about.st_mode)) return std::unexpected(std::strerror(EISDIR));
    if (S_ISREG(about.st_mode) && static_cast<std::uint64_t>(about.st_size) > limits.most_octets)
        return std::unexpected("larger than " + size_text(limits.most_octets));
    if (!S_ISREG(about.st_mode)) {
        if (!limits.takes_pipes) return std::unexpected("not a regular file");
        ::fcntl(file.get(), F_SETFL, ::fcntl(file.get(), F_GETFL) & ~O_NONBLOCK);
    }
    std::string text;
    if (S_ISREG(about.st_mode)) text.reserve(static_cast<std::size_t>(about.st_size) + piece_octets);
    for (;;) {
        const auto have = text.size();
        if (have > limits.most_octets) return std::unexpected("larger than " + size_text(limits.most_octets));
        text.resize(have + piece_octets);
        ssize_t got = 0;
        do got = ::read(file.get(), text.data() + have, text.size() - have);
        while (got < 0 && errno == EINTR);
        if (got < 0) return std::unexpected(std::strerror(errno));
        text.resize(have + static_cast<std::size_t>(got));
        if (got == 0) return text;
    }
}

}   // namespace barrage
