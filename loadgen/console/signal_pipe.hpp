#pragma once
// Signals as octets of a pipe, so that they are taken between two turns like everything else. One at a time, as signals belong to
// the process; programs that are started meanwhile get none of it.

#include <csignal>
#include <initializer_list>
#include <vector>

#include "io/file_descriptor.hpp"

namespace barrage::exabgp {

class SignalPipe {
public:
    explicit SignalPipe(std::initializer_list<int> signals);
    ~SignalPipe();
    SignalPipe(const SignalPipe&) = delete;
    SignalPipe& operator=(const SignalPipe&) = delete;

    /// To be watched for reading.
    [[nodiscard]] int fd() const noexcept { return read_.get(); }
    /// The signals that came, in their order, each once.
    std::vector<int> take();

private:
    struct Before {
        int signal;
        struct sigaction action;
    };
    FileDescriptor read_;
    FileDescriptor write_;
    std::vector<Before> before_;
};

}   // namespace barrage::exabgp
