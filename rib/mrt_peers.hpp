#pragma once
// Who sent the routes of a dump, numbered in order of appearance, and which of them are wanted. One thread.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/mrt/table_dump_v2.hpp"

namespace barrage {

/// Which peers of a dump: what `--mrt-peer` takes.
struct MrtPeerChoice {
    enum class By : std::uint8_t { most_routes, all, index, address, as };
    By by = By::most_routes;
    std::uint32_t number = 0;   // index or AS
    IpAddress address = {};

    /// "all", "most", an index ("3"), an address or an AS ("AS65001"); nothing for other text.
    static std::optional<MrtPeerChoice> from_text(std::string_view text) noexcept;
    /// Whether it names a peer, which a dump may not have.
    [[nodiscard]] constexpr bool is_one() const noexcept { return by != By::most_routes && by != By::all; }
    /// "peer 3", "peer 192.0.2.1", "peer of AS65001".
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool matches(std::size_t index, const MrtPeer& peer) const noexcept;
    friend bool operator==(const MrtPeerChoice&, const MrtPeerChoice&) = default;
};

class MrtPeers {
public:
    explicit MrtPeers(const MrtPeerChoice& choice) : choice_(choice) {}

    /// The number of a peer, new or known.
    std::size_t number_of(const MrtPeer& peer);
    /// The peers that entries speak of by index from now on; a dump may have several tables. The first one keeps its
    /// indices as numbers, so that what other tools print is what `--mrt-peer` takes.
    void set_table(const std::vector<MrtPeer>& table);
    /// Nothing where the table has no such peer.
    [[nodiscard]] std::optional<std::size_t> number_at(std::uint16_t table_index) const noexcept
    {
        if (table_index >= table_.size()) return std::nullopt;
        return table_[table_index];
    }

    [[nodiscard]] bool is_wanted(std::size_t number) const noexcept { return wanted_[number] != 0; }
    [[nodiscard]] bool any_wanted() const noexcept { return any_wanted_; }
    [[nodiscard]] const std::vector<MrtPeer>& all() const noexcept { return peers_; }

private:
    std::size_t add(const MrtPeer& peer);

    MrtPeerChoice choice_;
    std::vector<MrtPeer> peers_;
    std::vector<std::uint8_t> wanted_;   // beside peers_
    std::map<MrtPeer, std::size_t> numbers_;
    std::vector<std::size_t> table_;
    bool any_wanted_ = false;
};

}   // namespace barrage
