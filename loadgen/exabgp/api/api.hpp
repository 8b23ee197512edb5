#pragma once
// ExaBGP's API around one speaker: the programs of the configuration and whoever else gives commands, their commands, and the events that
// programs get events as the api sections of the neighbours say. On the speaker's thread.

#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "loadgen/exabgp/api/api_commands.hpp"
#include "loadgen/exabgp/api/api_programs.hpp"
#include "loadgen/exabgp/speaker/speaker.hpp"
#include "loadgen/exabgp/text/events.hpp"

namespace barrage::exabgp {

class Api final : public SpeakerListener {
public:
    struct Options {
        bool acks = true;                // api.ack
        bool respawn = true;             // api.respawn
        bool json_answers = false;       // api.version 6
        bool end_is_all = false;         // api.terminate
        std::string version = "5.0.0";   // of events
    };
    using Log = std::function<void(const std::string&)>;

    Api(Speaker& speaker, Options options, Log log);
    ~Api() override;

    /// Starts the programs; before Speaker::run(). Their commands are taken when it runs.
    void start();

    [[nodiscard]] ApiCommands& commands() noexcept { return commands_; }
    /// For others than programs: it addresses the neighbours of a process, or all, and is sent no events.
    [[nodiscard]] std::shared_ptr<ApiConversation> open_conversation(std::string name, std::string process = {}) const;
    /// Called when the speaker ends, before the programs are ended: whoever accepts commands stops.
    std::function<void()> on_end;
    /// Called when the configuration was read again, with its processes: whoever serves some of them follows.
    std::function<void(const std::vector<ProcessConfig>&)> on_processes;

    // ---- SpeakerListener.

    void on_connected(NeighborIndex neighbor) override;
    void on_up(NeighborIndex neighbor, const Negotiated& negotiated) override;
    void on_down(NeighborIndex neighbor, bool was_established, bool is_news) override;
    void on_state(NeighborIndex neighbor, State state) override;
    void on_message(NeighborIndex neighbor, Direction direction, OctetView message, const Negotiated* negotiated) override;
    void on_listener_trouble(const ListenerTrouble& trouble) override;
    void on_signal(int signal) override;
    void on_reloaded(bool restart_programs) override;
    void on_left_out(NeighborIndex neighbor, const LeftOutWords& reason, std::string_view sample) override;
    void on_members_changed() override { commands_.forget_neighbors(); }
    void on_remark(const std::string& text) override { log_(text); }
    void on_shutdown() override;

private:
    /// What one process gets of one neighbour: all its api sections together.
    struct Subscription {
        std::string process;
        ApiSection section;
        std::uint64_t counter = 0;   // of its JSON events
    };
    std::vector<Subscription>& subscriptions(NeighborIndex neighbor);
    [[nodiscard]] EventPeer event_peer(NeighborIndex neighbor) const;
    /// Calls `text(program, subscription)` for each running program that `wants(section)`, and sends it what that gives.
    void send_to_clients(NeighborIndex neighbor, auto&& wants, auto&& as_text, auto&& as_json);
    void forget();

    Speaker& speaker_;
    Options options_;
    Log log_;
    JsonEvents json_;
    TextEvents text_;
    ApiPrograms programs_;
    ApiCommands commands_;
    std::unordered_map<NeighborIndex, std::vector<Subscription>> subscriptions_;
    std::unordered_set<NeighborIndex> connected_;   // programs were sent so: only they can be down again
};

}   // namespace barrage::exabgp
