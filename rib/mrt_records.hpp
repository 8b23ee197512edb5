#pragma once
// The records of an MRT dump, one after the other, out of a stream of octets. A record is found by the length of the one
// before it, whatever is inside. Memory: one record of at most `max_record_octets`; longer ones are read over and
// reported. One thread.

#include <optional>
#include <string>
#include <vector>

#include "codec/mrt/mrt_record.hpp"
#include "rib/octet_source.hpp"

namespace barrage {

class MrtRecords {
public:
    /// A RIB record of 1,000 peers has some 100,000 octets.
    static constexpr std::size_t max_record_octets = std::size_t{16} << 20;

    explicit MrtRecords(OctetSource source);

    /// Nothing at the end. A record's octets are good until the next call.
    std::optional<MrtDecoded<MrtRecord>> next();

    /// After the end: empty, or why it came early.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
    /// … and what the source of the octets alone says about it.
    [[nodiscard]] std::string source_problem() { return source_.problem ? source_.problem() : std::string{}; }
    /// The type of a record whose body is cut.
    [[nodiscard]] std::optional<MrtType> cut_type() const noexcept { return cut_type_; }
    /// Octets of the dump in the records so far.
    [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

private:
    [[nodiscard]] std::size_t waiting() const noexcept { return end_ - begin_; }
    /// Whether at least `count` octets wait, after reading what it takes.
    bool wait_for(std::size_t count);
    bool skip(std::uint64_t count);
    void end(std::uint64_t record, bool inside);

    OctetSource source_;
    std::vector<std::uint8_t> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::uint64_t offset_ = 0;
    bool ended_ = false;
    std::string problem_;
    std::optional<MrtType> cut_type_;
};

}   // namespace barrage
