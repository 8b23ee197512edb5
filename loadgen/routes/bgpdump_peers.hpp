#pragma once
// Who sent the routes of a text of `bgpdump -m`, numbered in order of appearance, and which of them are wanted: all lines are counted
// before the first is read. One thread.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>

#include "rib/mrt_peers.hpp"

namespace barrage {

class BgpdumpPeers {
public:
    struct Peer {
        std::size_t number = 0;
        IpAddress address = {};
        Asn as = {};
        bool is_one = false;   // the text names an address and an AS
        bool wanted = false;
        std::uint64_t routes = 0;   // of a RIB
    };

    /// Nothing: of a table the peer with most routes, of updates all of them.
    explicit BgpdumpPeers(const std::optional<MrtPeerChoice>& choice) : choice_(choice.value_or(MrtPeerChoice{})) {}

    /// One line; `name` is "address|AS".
    void count(std::string_view name, bool in_rib);
    /// That was the last one: from here on it is known who is wanted.
    void settle();
    [[nodiscard]] bool has_updates() const noexcept { return updates_ != 0; }
    /// Good until the next call. Hot: the same comes again and again.
    [[nodiscard]] const Peer& find(std::string_view name) { return peer(name); }
    /// Why nobody is wanted; empty where somebody is.
    [[nodiscard]] std::string problem() const;

private:
    Peer& peer(std::string_view name);

    struct HashText : std::hash<std::string_view> {
        using is_transparent = void;
    };
    MrtPeerChoice choice_;
    boost::unordered_flat_map<std::string, Peer, HashText, std::equal_to<>> peers_;
    std::string last_name_;
    Peer* last_ = nullptr;
    std::uint64_t updates_ = 0;   // lines
};

}   // namespace barrage
