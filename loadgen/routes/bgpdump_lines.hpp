#pragma once
// Lines of `bgpdump -m`, also with -l (large communities), -u (attributes that it does not know) and -p (numbers of packets). What the
// text has in common with the dump comes out as from the dump itself. Lines of a RIB (B) are a table, of whose peers the one with most
// routes is taken unless another choice is made; where there are updates too (A, W) all lines count, in their order, with their times.
//
//     TABLE_DUMP2 | time | B | peer | AS | prefix | [path id] | path | origin | next hop | LOCAL_PREF | MED | communities |
//         [large communities] | AG or NAG | aggregator | [others]          path id: where the first field ends in _AP
//     BGP4MP      | time | A | … the same
//     BGP4MP      | time | W | peer | AS | prefix | [path id]
//     BGP4MP      | time | STATE | …
//
// Not in the text, and so not in the routes: LOCAL_PREF and MED of 0 (which stand for none), ORIGINATOR_ID, CLUSTER_LIST, the link-local
// next hop, flags, where one AS_SEQUENCE ends and the next begins; without -l and -u large communities and what bgpdump does not know.
// One thread.

#include "loadgen/routes/attribute_words.hpp"
#include "loadgen/routes/bgpdump_fields.hpp"
#include "loadgen/routes/bgpdump_peers.hpp"

namespace barrage {

/// What stands behind the prefix → octets. Neighbours often repeat it, and then it is not read again.
class BgpdumpAttributes {
public:
    std::optional<LineError> read(std::string_view line, std::string_view words);

    [[nodiscard]] const Octets& octets() const noexcept { return octets_; }
    /// Nothing: the dump has none, or bgpdump did not find it.
    [[nodiscard]] const std::optional<IpAddress>& next_hop() const noexcept { return next_hop_; }

private:
    std::string known_;   // what the others were made of
    bool is_known_ = false;
    WordedAttributes attributes_;
    Octets octets_;
    std::optional<IpAddress> next_hop_;
};

class BgpdumpLines final : public RouteLines {
public:
    struct Options {
        std::optional<MrtPeerChoice> peer = {};   // nothing: of a table the peer with most routes, of updates all
        bool with_local = false;                  // also what the collector itself sent
        bool placeholders = false;                // where neither route nor peer has an address: those of the documentation
    };
    explicit BgpdumpLines(const Options& options) : options_(options), peers_(options.peer) {}

    [[nodiscard]] bool looks_first() const override { return true; }
    void look(std::string_view line) override;
    void looked() override { peers_.settle(); }
    std::optional<LineError> read(std::string_view line, GatheredRoutes& into) override;
    [[nodiscard]] bool is_ordered() const override { return peers_.has_updates(); }
    [[nodiscard]] bool has_times() const override { return is_ordered(); }
    [[nodiscard]] std::vector<std::string> notes() const override;
    [[nodiscard]] std::string problem() const override { return peers_.problem(); }

private:
    std::optional<LineError> take_route(std::string_view line, const BgpdumpFields& fields, const BgpdumpPeers::Peer& peer,
                                        std::int64_t time, GatheredRoutes& into);
    void choose_next_hop(const BgpdumpPeers::Peer& peer, Family family);

    Options options_;
    BgpdumpPeers peers_;
    BgpdumpAttributes attributes_;
    Octets next_hop_, nlri_;
    std::uint64_t states_ = 0, local_ = 0;    // lines
    std::uint64_t next_hops_filled_in_ = 0;   // routes
};

}   // namespace barrage
