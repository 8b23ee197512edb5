#pragma once
// ExaBGP's named pipes: commands are written to NAME.in, and answers read from NAME.out, both made beforehand by mkfifo in one of ExaBGP's
// folders. Here they are found and opened; nothing is made. One thread.

#include <optional>
#include <string>
#include <vector>

#include "io/file_descriptor.hpp"
#include "io/io_error.hpp"

namespace barrage::exabgp {

struct NamedPipes {
    std::string in;   // paths
    std::string out;
};

/// Where ExaBGP looks, in its order: /run/exabgp, /run/UID, /run, and the same below /var/run; below `root` where one is given.
std::vector<std::string> pipe_folders(const std::string& root = {});
/// The first folder that has both; nothing where none has.
std::optional<NamedPipes> find_named_pipes(const std::vector<std::string>& folders, const std::string& name);

/// For reading; it does not end when a writer goes, for another may come.
IoResult<FileDescriptor> open_command_pipe(const NamedPipes& pipes);
/// For writing; -1 while nobody reads.
FileDescriptor open_answer_pipe(const NamedPipes& pipes);

}   // namespace barrage::exabgp
