#pragma once
// The routes of a table in an MRT dump (TABLE_DUMP, TABLE_DUMP_V2: RFC 6396 sections 4.2 and 4.3), in batches of one peer, family and set of
// attributes. One thread.

#include <optional>

#include "codec/mrt/table_dump_v2.hpp"
#include "rib/canonical_attributes.hpp"
#include "rib/mrt_reading.hpp"

namespace barrage {

class MrtTable {
public:
    /// `reading` outlives it.
    explicit MrtTable(MrtReading& reading) noexcept : reading_(reading) {}

    /// Valid until the next call; false at the end.
    bool next(RouteBatch& batch);
    /// Reads everything; nothing where there is no route at all.
    std::optional<MrtSource::FullestPeer> find_fullest_peer();
    [[nodiscard]] const std::optional<MrtSource::Collector>& collector() const noexcept { return collector_; }

private:
    /// One route, as views into the record it stands in, or into table_dump_nlri_.
    struct Entry {
        std::size_t peer = 0;
        Family family = ipv4_unicast;
        OctetView nlri;
        std::optional<PathId> path_id;
        OctetView attributes;
        bool four_octet_as = true;
    };
    static void put_nlri(const Entry& entry, Octets& into);

    /// Takes attributes, peer and time of the entry that waits.
    bool begin_batch();
    void fill_in_next_hop();
    void fill_in_attributes();
    /// Makes `entry_` the next one of a peer that is wanted, unless one waits already; false at the end.
    bool next_entry();
    void take_rib_entry();
    void take_record();
    [[nodiscard]] bool is_wanted_snapshot() const noexcept
    {
        return !reading_.snapshot || *reading_.snapshot == reading_.counters.snapshots;
    }
    void take_table_dump();

    MrtReading& reading_;
    std::optional<MrtSource::Collector> collector_;
    RibRecord rib_;                    // entry_count: how many are left
    std::uint16_t most_entries_ = 0;   // that its octets have room for, whatever it says
    Entry entry_;
    bool entry_waits_ = false;
    Octets table_dump_nlri_;
    Octets attributes_;   // as they stand in the dump, of the batch being made
    Octets nlri_;
    CanonicalAttributes canonical_;
};

}   // namespace barrage
