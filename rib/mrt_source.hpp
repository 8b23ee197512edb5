#pragma once
// An MRT dump as a source of routes. A RIB (TABLE_DUMP, TABLE_DUMP_V2) is a table: any order will do, and of its peers the
// one with most routes is taken unless another choice is made. A file of updates (BGP4MP) is given in its order, all peers.
// Malformed records and entries are counted and left out; a dump that is cut gives what was before the cut.
//
// To know which peer has most routes the dump is read twice: the octets of the first time are kept (up to `keep_octets`)
// and read again from memory; of a longer one nothing is kept and it is opened again.

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rib/left_out.hpp"
#include "rib/mrt_peers.hpp"
#include "rib/octet_source.hpp"
#include "rib/route_source.hpp"

namespace barrage {

struct MrtSourceOptions {
    /// Nothing: of a RIB the peer with most routes, of updates all of them.
    std::optional<MrtPeerChoice> peer = {};
    std::size_t keep_octets = std::size_t{512} << 20;
    /// Also what the collector itself sent to its peers (BGP4MP_MESSAGE_LOCAL and the like), as if it came from them.
    bool with_local = false;
    /// Of several tables of peers, each with a RIB behind it, only this one: from 1. Nothing: all, one behind the other.
    std::optional<std::uint32_t> snapshot = {};
};

/// What was read so far, of all peers where nothing else is said.
struct MrtCounters {
    struct Peer {
        std::uint64_t announced = 0;   // routes of the batches given out, and so only of peers that are wanted
        std::uint64_t withdrawn = 0;
        std::uint64_t updates = 0;
        std::uint64_t state_changes = 0;
    };
    std::uint64_t records = 0;
    std::optional<std::int64_t> first_time = {};   // of the earliest record and of the latest: nanoseconds since 1970
    std::optional<std::int64_t> last_time = {};
    std::uint64_t announced = 0;   // routes of the batches given out
    std::uint64_t withdrawn = 0;
    std::uint64_t messages = 0;                                           // of BGP
    std::uint64_t updates = 0;                                            // of those
    std::uint64_t snapshots = 0;                                          // tables of peers, each with a RIB behind it
    std::uint64_t local_messages = 0;                                     // of BGP, that the collector sent, left out
    std::uint64_t next_hops_filled_in = 0;                                // RIB entries without one, see mrt_table.cpp
    std::uint64_t attributes_filled_in = 0;                               // RIB entries without any
    std::map<std::pair<MrtType, std::uint16_t>, std::uint64_t> by_type;   // records of a type and subtype
    std::map<std::string_view, std::uint64_t> skipped;                    // records and entries by reason
    std::vector<Peer> peers;                                              // beside MrtSource::peers()
};

class MrtSource {
public:
    /// Reads as far as the kind of the dump shows, and all of it once where the peer with most routes is to be found.
    /// The error is one line for a person: cannot be opened, or is no MRT dump.
    static std::expected<MrtSource, std::string> open(OpenOctets open, const MrtSourceOptions& options);

    MrtSource(MrtSource&&) noexcept;
    MrtSource& operator=(MrtSource&&) noexcept;
    ~MrtSource();

    bool next(RouteBatch& batch);
    [[nodiscard]] std::string problem() const;
    [[nodiscard]] bool is_ordered() const noexcept;

    /// Of the batch given last: when the collector got it, in nanoseconds since 1970, and from whom, as index of peers().
    [[nodiscard]] std::int64_t last_time() const noexcept;
    [[nodiscard]] std::size_t last_peer() const noexcept;

    /// Those of the tables of peers, or those that sent an UPDATE, or what may be one, or changed state; in order of appearance, complete at the end.
    [[nodiscard]] const std::vector<MrtPeer>& peers() const noexcept;
    /// The one that was found to have most routes, with its index in what peers() will be.
    struct FullestPeer {
        std::size_t index;
        MrtPeer peer;
    };
    [[nodiscard]] const std::optional<FullestPeer>& fullest_peer() const noexcept;
    [[nodiscard]] const MrtCounters& counters() const noexcept;
    /// Of the last PEER_INDEX_TABLE: who collected, and the name of the view.
    struct Collector {
        Ipv4Address bgp_identifier;
        std::string view_name;
    };
    [[nodiscard]] const std::optional<Collector>& collector() const noexcept;
    /// Of peers that are wanted, and of whose nobody can tell: what was passed over. Samples name the octet of the dump.
    [[nodiscard]] const LeftOut& left_out() const noexcept;
    /// The first record that was malformed, with its offset, as a line for a person; empty where there was none.
    [[nodiscard]] const std::string& first_error() const noexcept;

private:
    class State;
    explicit MrtSource(std::unique_ptr<State> state) noexcept;
    std::unique_ptr<State> state_;
};

static_assert(RouteSource<MrtSource>);

}   // namespace barrage
