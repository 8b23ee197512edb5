#pragma once
// A Unix stream socket for commands, a line each; `loadgen cli` speaks to it. Whoever may open its file may command: it is made for its owner
// only. The server side is one thread's, with the engine's waiting.

#include <functional>
#include <memory>
#include <string>

#include "engine/engine.hpp"
#include "io/file_descriptor.hpp"
#include "io/io_error.hpp"

namespace barrage::exabgp {

class ControlSocket {
public:
    /// A socket file that nobody listens on any more is replaced; one that is in use, or is no socket, is an error.
    static IoResult<std::unique_ptr<ControlSocket>> listen(Engine& engine, const std::string& path,
                                                           std::function<void(FileDescriptor)> accepted);
    /// Closes, and takes its file away.
    ~ControlSocket();

private:
    ControlSocket(Engine& engine, std::string path, FileDescriptor socket, std::function<void(FileDescriptor)> accepted);
    void accept();

    Engine& engine_;
    std::string path_;
    FileDescriptor socket_;
    std::function<void(FileDescriptor)> accepted_;
    Waiter::WatchId watch_ = 0;
};

/// The other side of it: blocking.
IoResult<FileDescriptor> connect_control_socket(const std::string& path);

}   // namespace barrage::exabgp
