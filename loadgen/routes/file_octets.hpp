#pragma once
// A file, compressed or not, as octets that rib's sources read: joins io's InputFile to OctetSource. What is in it is seen by its first
// octets, which can be looked at before. One thread.

#include <expected>
#include <memory>
#include <string>

#include "codec/writer.hpp"
#include "io/input_file.hpp"
#include "rib/octet_source.hpp"

namespace barrage {

class FileOctets {
public:
    /// "-" is standard input. The error is one line for a person, with the path in it.
    static std::expected<FileOctets, std::string> open(const std::string& path);

    /// The first `count` octets, decompressed; fewer where there are no more. They are read all the same.
    OctetView first(std::size_t count);
    /// Opens them from their beginning: the first time the file that is open already, then the path again. `advice` is for who gives
    /// standard input where a file is read twice.
    [[nodiscard]] OpenOctets opener(std::string advice) &&;

private:
    FileOctets(std::string path, InputFile file);

    std::string path_;
    std::unique_ptr<InputFile> file_;
    Octets first_;
};

}   // namespace barrage
