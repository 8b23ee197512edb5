#pragma once
// The records of an MRT dump one after the other, with what is counted and left out of them: what readers of tables and of updates share. One
// thread.

#include <optional>
#include <string>
#include <string_view>

#include "codec/mrt/mrt_record.hpp"
#include "codec/session_options.hpp"
#include "rib/mrt_records.hpp"
#include "rib/mrt_source.hpp"

namespace barrage {

class MrtReading {
public:
    // How octets of AS numbers are read, by the kind of the record.
    static constexpr SessionOptions four_octets{};
    static constexpr SessionOptions two_octets{.four_octet_as = false};

    MrtReading(MrtRecords records, const MrtPeerChoice& choice, const MrtSourceOptions& options);

    /// False where the octets are no MRT dump. One that is cut in its first record is one all the same.
    bool begin();
    /// Tables, not updates; once it has begun.
    [[nodiscard]] bool is_table() const noexcept { return is_table_; }

    /// The next record, malformed ones left out; false at the end.
    bool next_record();
    [[nodiscard]] const MrtRecord& record() const noexcept { return record_; }

    // ---- What of the record at hand is left out.

    void skip(std::string_view text, LeftOutReason reason, std::uint64_t routes = 1);
    void skip(const MrtError& error, LeftOutReason reason = LeftOutReason::malformed, std::uint64_t routes = 1);
    /// All of it: of a kind that nobody reads.
    void skip_record();

    MrtCounters::Peer& counters_of(std::size_t peer);
    /// The batch that is made now has this peer, and the time of the record at hand.
    void batch_is_of(std::size_t peer);
    /// A batch is given out.
    void count(const RouteBatch& batch);
    /// What ended it before its end, or what was asked for and is not there; empty: nothing.
    std::string problem_at_end();
    /// … of the octets themselves.
    [[nodiscard]] std::string source_problem() { return records_.source_problem(); }

    MrtPeerChoice choice;
    MrtPeers peers;
    bool with_local;
    std::optional<std::uint32_t> snapshot;
    MrtCounters counters;
    LeftOut left_out;
    std::string first_error;
    std::int64_t last_time = 0;   // nanoseconds since 1970, of the batch given out last
    std::size_t last_peer = 0;

private:
    /// It is the record at hand, unless it is malformed.
    bool take(const MrtDecoded<MrtRecord>& record);
    /// Whether the record at hand may hold routes.
    [[nodiscard]] bool holds_routes() const;

    MrtRecords records_;
    std::optional<MrtDecoded<MrtRecord>> first_;   // read to see what the dump is
    MrtRecord record_;
    bool is_table_ = false;
};

}   // namespace barrage
