#include "loadgen/routes/file_octets.hpp"

#include <algorithm>

namespace barrage {

namespace {

/// `first` again, then what is left of the file.
OctetSource octets_of(std::shared_ptr<InputFile> file, Octets first)
{
    auto read = [file, first = std::move(first), at = std::size_t{0}](std::span<std::uint8_t> into) mutable {
        if (at == first.size()) return file->read(into);
        const auto now = OctetView{first}.subspan(at, std::min(first.size() - at, into.size()));
        std::ranges::copy(now, into.begin());
        at += now.size();
        return now.size();
    };
    return {.read = std::move(read), .problem = [file] { return file->problem(); }};
}

}   // namespace

FileOctets::FileOctets(std::string path, InputFile file)
    : path_(std::move(path)), file_(std::make_unique<InputFile>(std::move(file)))
{
}

std::expected<FileOctets, std::string> FileOctets::open(const std::string& path)
{
    auto file = InputFile::open(path);
    if (!file) return std::unexpected(file.error());
    return FileOctets{path, std::move(*file)};
}

OctetView FileOctets::first(std::size_t count)
{
    auto have = first_.size();
    if (have < count) first_.resize(count);
    while (have < count) {
        const auto got = file_->read(std::span{first_}.subspan(have));
        if (got == 0) break;
        have += got;
    }
    first_.resize(have);
    return OctetView{first_}.first(std::min(count, have));
}

OpenOctets FileOctets::opener(std::string advice) &&
{
    return [path = std::move(path_), file = std::move(file_), first = std::move(first_),
            advice = std::move(advice)]() mutable -> std::expected<OctetSource, std::string> {
        if (file) return octets_of(std::shared_ptr<InputFile>{std::move(file)}, std::move(first));
        if (path == "-") return std::unexpected("too long to be read twice from standard input: " + advice);
        auto again = InputFile::open(path);
        if (!again) return std::unexpected("cannot be opened again");
        return octets_of(std::make_shared<InputFile>(std::move(*again)), {});
    };
}

}   // namespace barrage
