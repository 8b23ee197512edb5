#include "loadgen/exabgp/api/api_channel.hpp"

#include <utility>

#include "codec/describe.hpp"

namespace barrage::exabgp {

namespace {

constexpr std::size_t write_octets = 64 * 1024;   // what a pipe holds: pipe(7)
constexpr int most_drain_reads = 32;

}   // namespace

ApiChannel::ApiChannel(Engine& engine, PipeReader input, PipeWriter output, std::shared_ptr<ApiConversation> conversation,
                       Surroundings surroundings)
    : engine_(engine), input_(std::move(input)), output_(std::move(output)), conversation_(std::move(conversation)),
      surroundings_(std::move(surroundings))
{
}

ApiChannel::~ApiChannel() { stop(); }

void ApiChannel::start()
{
    const std::weak_ptr<ApiChannel> weak = weak_from_this();
    conversation_->on_progress = [weak] {
        if (const auto alive = weak.lock(); alive && !alive->taking_) alive->write();
    };
    input_watch_ = engine_.watch(input_.fd(), {.read = true, .write = false}, [weak](const Waiter::Ready&) {
        if (const auto alive = weak.lock()) alive->on_readable();
    });
    takes_input_ = true;
    if (output_.fd() >= 0) watch_output();
}

void ApiChannel::watch_output()
{
    const std::weak_ptr<ApiChannel> weak = weak_from_this();
    wants_output_ = false;
    output_watch_ = engine_.watch(output_.fd(), {}, [weak](const Waiter::Ready&) {
        if (const auto alive = weak.lock()) alive->write();   // held: it may be its last
    });
}

void ApiChannel::stop()
{
    if (input_watch_) engine_.unwatch(*std::exchange(input_watch_, std::nullopt));
    if (output_watch_) engine_.unwatch(*std::exchange(output_watch_, std::nullopt));
}

/// One read, and all whole lines of it. False at the end of the input.
bool ApiChannel::take_lines()
{
    const auto read = input_.fill();
    const auto next = [&]() -> std::optional<std::string_view> {
        while (const auto line = input_.next()) {
            constexpr std::size_t most_shown = 200;
            if (line->unfinished) {
                // Half a command is none: it may have been cut anywhere.
                surroundings_.log(conversation_->name() + " ended in the middle of a line, which is not carried out: " +
                                  printable(line->text.substr(0, most_shown)));
                continue;
            }
            if (line->too_long) {
                surroundings_.log(conversation_->name() + " wrote a line of more than 1 MiB, which is not carried out");
                return std::string_view{};   // answered as an empty line is: error
            }
            return line->text;
        }
        return std::nullopt;
    };
    taking_ = true;
    surroundings_.take_lines(conversation_, next);
    taking_ = false;
    return read.status != ReadResult::Status::closed && read.status != ReadResult::Status::error;
}

void ApiChannel::on_readable()
{
    const auto keep_alive = shared_from_this();   // a command may end whoever gave it
    if (!take_lines() && input_watch_) {
        engine_.unwatch(*std::exchange(input_watch_, std::nullopt));
        input_ended_ = true;
    }
    write();
}

void ApiChannel::drain()
{
    if (input_ended_) return;
    for (int reads = 0; reads < most_drain_reads; ++reads)
        if (!take_lines()) break;
}

/// Until all is sent or something waits: only what waits is watched for.
void ApiChannel::fill_output()
{
    auto& client_output = conversation_->client_output();
    std::string text;
    if (output_.waiting() != 0) (void)output_.flush();
    while (output_.waiting() == 0 && !client_output.empty()) {
        text.clear();
        client_output.take(text, write_octets);
        if (output_.offer(text) == PipeWriter::Offer::broken || output_.flush().status == WriteResult::Status::error) {
            client_output.clear();
            if (surroundings_.open_output && output_watch_) {
                engine_.unwatch(*std::exchange(output_watch_, std::nullopt));
                output_.close();
            }
            return;
        }
    }
}

void ApiChannel::write()
{
    auto& client_output = conversation_->client_output();
    if (output_.fd() < 0 && surroundings_.open_output && !client_output.empty()) {
        if (auto opened = surroundings_.open_output()) {
            output_ = PipeWriter{std::move(opened), input_high_watermark};
            watch_output();
        } else {
            client_output.clear();   // nobody listens
        }
    }
    fill_output();
    if (client_output.left_out() != 0 && !std::exchange(loss_reported_, true))
        surroundings_.log(conversation_->name() + " does not read what it is sent: what exceeds 8 MiB is left out");
    if (client_output.empty() && output_.waiting() == 0 && std::exchange(loss_reported_, false))
        surroundings_.log(conversation_->name() + " reads again; " + std::to_string(client_output.take_left_out()) +
                          " lines were left out");
    set_interests();
    if (input_ended_ && all_output_taken() && surroundings_.on_end) surroundings_.on_end(*this);
}

void ApiChannel::set_interests()
{
    if (const bool wants = output_.waiting() != 0; output_watch_ && wants != wants_output_) {
        wants_output_ = wants;
        engine_.set_interest(*output_watch_, {.read = false, .write = wants});
    }
    if (const bool takes = conversation_->may_take_more(); input_watch_ && takes != takes_input_) {
        takes_input_ = takes;
        engine_.set_interest(*input_watch_, {.read = takes, .write = false});
    }
}

}   // namespace barrage::exabgp
