#include "rib/mrt_records.hpp"

#include <algorithm>
#include <cstring>

namespace barrage {

namespace {

constexpr std::size_t first_buffer_octets = 256 * 1024;

}   // namespace

MrtRecords::MrtRecords(OctetSource source) : source_(std::move(source)), buffer_(first_buffer_octets) {}

bool MrtRecords::wait_for(std::size_t count)
{
    if (waiting() >= count) return true;
    std::memmove(buffer_.data(), buffer_.data() + begin_, waiting());
    end_ -= begin_;
    begin_ = 0;
    while (end_ < count) {
        // Grows with what really arrives: a length alone takes no memory.
        if (end_ == buffer_.size()) buffer_.resize(buffer_.size() * 2);
        const auto got = source_.read(std::span{buffer_}.subspan(end_));
        if (got == 0) return false;
        end_ += got;
    }
    return true;
}

bool MrtRecords::skip(std::uint64_t count)
{
    while (count > 0) {
        if (waiting() == 0 && !wait_for(1)) return false;
        const auto now = std::min<std::uint64_t>(count, waiting());
        begin_ += now;
        count -= now;
    }
    return true;
}

void MrtRecords::end(std::uint64_t record, bool inside)
{
    ended_ = true;
    problem_ = source_problem();
    if (!problem_.empty()) problem_ += "; ";
    if (inside)
        problem_ += "the dump ends inside the record at octet " + std::to_string(record);
    else if (!problem_.empty())
        problem_ += "the dump ends after " + std::to_string(record) + " octets";
}

std::optional<MrtDecoded<MrtRecord>> MrtRecords::next()
{
    if (ended_) return std::nullopt;
    const auto at = offset_;
    if (!wait_for(mrt_header_octets)) {
        end(at, waiting() > 0);
        return std::nullopt;
    }
    Reader in{OctetView{buffer_}.subspan(begin_, mrt_header_octets)};
    const auto header = MrtHeader::read(in);
    const auto size = mrt_header_octets + std::uint64_t{header.length};
    const bool too_long = size > max_record_octets;
    if (too_long ? !skip(size) : !wait_for(size)) {
        cut_type_ = header.type;
        end(at, true);
        return std::nullopt;
    }
    offset_ += size;
    if (too_long) return std::unexpected(MrtError{"a record of more than 16 MiB", at});
    const auto octets = OctetView{buffer_}.subspan(begin_ + mrt_header_octets, header.length);
    begin_ += size;
    return decode_mrt_record(header, octets, at);
}

}   // namespace barrage
