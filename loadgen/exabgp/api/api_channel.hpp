#pragma once
// A conversation over two descriptors: lines in, answers and events out. A program's pipes, a pair of named pipes, a connection. Lines of one
// read are taken together; reading stops while too many commands are open, and so the writer meets back-pressure; what is not read waits in
// the conversation, bounded, and holds up nobody. With the engine's waiting, on the speaker's thread.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/engine.hpp"
#include "io/pipe.hpp"
#include "loadgen/exabgp/api/api_conversation.hpp"

namespace barrage::exabgp {

class ApiChannel : public std::enable_shared_from_this<ApiChannel> {
public:
    static constexpr std::size_t longest_line = std::size_t{1} << 20;
    static constexpr std::size_t input_high_watermark = 64 * 1024;

    struct Surroundings {
        /// `next` gives the lines one by one.
        std::function<void(const std::shared_ptr<ApiConversation>&, const std::function<std::optional<std::string_view>()>& next)>
            take_lines;
        std::function<void(const std::string&)> log;
        /// All is sent that will be, of one that writes no more: a connection is then closed.
        std::function<void(ApiChannel&)> on_end = {};
        /// Named pipes: who reads opens and closes; empty where the descriptor is there once and for all. One that is not open: -1.
        std::function<FileDescriptor()> open_output = {};
    };

    ApiChannel(Engine& engine, PipeReader input, PipeWriter output, std::shared_ptr<ApiConversation> conversation,
               Surroundings surroundings);
    ~ApiChannel();

    /// Once it is held by a shared_ptr.
    void start();
    /// Nothing is read or written from now on. The descriptors stay open until the channel goes.
    void stop();
    /// Takes what was written before the other side went: a full pipe at most.
    void drain();

    [[nodiscard]] ApiConversation& conversation() noexcept { return *conversation_; }
    /// The other side writes no more, and all that it wrote was taken.
    [[nodiscard]] bool ended() const noexcept { return input_ended_; }
    /// All that was asked is answered, and the answers are with the kernel.
    [[nodiscard]] bool all_output_taken() noexcept
    {
        return conversation_->all_answered() && conversation_->client_output().empty() && output_.waiting() == 0;
    }

private:
    bool take_lines();
    void on_readable();
    void write();
    void fill_output();
    void set_interests();
    void watch_output();

    Engine& engine_;
    PipeReader input_;
    PipeWriter output_;
    std::shared_ptr<ApiConversation> conversation_;
    Surroundings surroundings_;
    std::optional<Waiter::WatchId> input_watch_, output_watch_;
    bool takes_input_ = false;
    bool wants_output_ = false;
    bool loss_reported_ = false;
    bool taking_ = false;   // lines: answers given meanwhile are written after them, together
    bool input_ended_ = false;
};

}   // namespace barrage::exabgp
