#include "loadgen/routes/bgpdump_lines.hpp"

#include <charconv>

#include <fmt/format.h>

#include "rib/attribute_octets.hpp"
#include "rib/prefix_range.hpp"

namespace barrage {

namespace {

/// Seconds since 1970, as many as an MRT header holds, with up to nine digits behind the point → nanoseconds.
std::optional<std::int64_t> parse_time(std::string_view text) noexcept
{
    const auto point = text.find('.');
    std::uint32_t seconds = 0;
    const auto whole = text.substr(0, point);
    const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), seconds);
    if (error != std::errc{} || end != whole.data() + whole.size()) return std::nullopt;
    std::int64_t nanoseconds = 0;
    if (point != std::string_view::npos) {
        const auto digits = text.substr(point + 1);
        if (digits.empty() || digits.size() > 9) return std::nullopt;
        std::int64_t unit = 100'000'000;
        for (const auto digit : digits) {
            if (digit < '0' || digit > '9') return std::nullopt;
            nanoseconds += (digit - '0') * unit;
            unit /= 10;
        }
    }
    return std::int64_t{seconds} * 1'000'000'000 + nanoseconds;
}

/// bgpdump writes 0 where there is no such attribute.
std::optional<WrongWord> read_unless_0(std::string_view word, std::optional<std::uint32_t>& into)
{
    std::uint32_t value = 0;
    if (auto wrong = read_number32(word, value)) return wrong;
    if (value != 0) into = value;
    return std::nullopt;
}

std::string lines_text(std::uint64_t count, std::string_view what)
{
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}   // namespace

std::optional<LineError> BgpdumpAttributes::read(std::string_view line, std::string_view words)
{
    if (is_known_ && known_ == words) return std::nullopt;
    is_known_ = false;
    attributes_.clear();
    auto& all = attributes_;
    auto rest = words;
    auto field = take_field(rest);
    if (const auto wrong = read_as_path(field, all.as_path)) return error_in(line, *wrong);
    field = take_field(rest);
    if (const auto wrong = read_origin(field, all.origin)) return error_in(line, *wrong);

    field = take_field(rest);
    next_hop_ = IpAddress::from_text(field);
    if (!next_hop_ && !field.empty()) return error_in(line, {field, "the address of a next hop"});
    if (next_hop_ == IpAddress{Ipv4Address{0xffffffff}}) next_hop_.reset();   // how bgpdump says that it has none

    field = take_field(rest);
    if (const auto wrong = read_unless_0(field, all.local_pref)) return error_in(line, *wrong);
    field = take_field(rest);
    if (const auto wrong = read_unless_0(field, all.multi_exit_disc)) return error_in(line, *wrong);

    // Of type 5 without communities not even their empty field is there.
    const auto is_atomic = [](std::string_view word) { return word == "AG" || word == "NAG"; };
    field = take_field(rest);
    if (!is_atomic(field)) {
        if (const auto wrong = read_communities(field, all.communities)) return error_in(line, *wrong);
        field = take_field(rest);
    }
    if (!is_atomic(field)) {
        if (const auto wrong = read_large_communities(field, all.large_communities)) return error_in(line, *wrong);
        field = take_field(rest);
    }
    if (!is_atomic(field)) return error_in(line, {field, "AG or NAG"});
    all.atomic_aggregate = field == "AG";
    field = take_field(rest);
    if (const auto wrong = read_aggregator(field, all.aggregator)) return error_in(line, *wrong);
    field = take_field(rest);
    if (const auto wrong = read_other_attributes(field, all.others)) return error_in(line, *wrong);
    if (!rest.empty()) return error_in(line, {rest, "the end of the line"});
    if (!encode(all, octets_)) return error_in(line, attributes_too_long, column_of(line, words));
    known_ = words;
    is_known_ = true;
    return std::nullopt;
}

void BgpdumpLines::look(std::string_view line)
{
    const auto fields = BgpdumpFields::of(line);
    if (fields.what == "B")
        peers_.count(fields.peer(), true);
    else if (fields.what == "A" || fields.what == "W")
        peers_.count(fields.peer(), false);
}

std::optional<LineError> BgpdumpLines::read(std::string_view line, GatheredRoutes& into)
{
    const auto fields = BgpdumpFields::of(line);
    const auto wrong = [line](std::string_view word, std::string_view expected) { return error_in(line, {word, expected}); };
    if (!fields.is_known_type())
        return wrong(fields.type, "a line of bgpdump -m, which begins with TABLE_DUMP2|, BGP4MP| or the like");
    const auto time = parse_time(fields.time);
    if (!time) return wrong(fields.time, "seconds since 1970, as bgpdump -m writes them (-M writes dates, and no next hops)");
    if (fields.what == "STATE") {
        ++states_;
        return std::nullopt;
    }
    if (fields.is_table() && fields.what != "B") return wrong(fields.what, "B, a route of a RIB");
    if (!fields.is_table() && fields.what != "A" && fields.what != "W") return wrong(fields.what, "A, W or STATE");
    const auto& peer = peers_.find(fields.peer());
    if (!peer.is_one) {
        if (!IpAddress::from_text(fields.address)) return wrong(fields.address, "the address of the peer");
        return wrong(fields.as, "the AS of the peer");
    }
    if (fields.is_local() && !options_.with_local) {
        ++local_;
        return std::nullopt;
    }
    return peer.wanted ? take_route(line, fields, peer, *time, into) : std::nullopt;
}

std::optional<LineError> BgpdumpLines::take_route(std::string_view line, const BgpdumpFields& fields,
                                                  const BgpdumpPeers::Peer& peer, std::int64_t time, GatheredRoutes& into)
{
    auto rest = fields.rest;
    const auto word = take_field(rest);
    const auto prefix = parse_prefix(word);
    // Bits behind the length are as they came from the peer, and cleared as those of a dump.
    if (!prefix) return error_in(line, {word, "a prefix such as 192.0.2.0/24 or 2001:db8::/32"});
    RouteBatch batch{.family = prefix->family(), .has_path_ids = fields.has_path_id(), .routes = 1};
    nlri_.clear();
    if (batch.has_path_ids) {
        std::uint32_t id = 0;
        if (const auto wrong = read_number32(take_field(rest), id)) return error_in(line, *wrong);
        Writer{nlri_}.u32(id);
    }
    prefix->encode(nlri_);
    batch.nlri = nlri_;
    if (is_ordered()) batch.time = time;
    if (fields.what == "W") {
        if (!rest.empty()) return error_in(line, {rest, "the end of the line behind a prefix that is withdrawn"});
        batch.kind = RouteBatch::Kind::withdraw;
    } else {
        if (auto error = attributes_.read(line, rest)) return error;
        choose_next_hop(peer, batch.family);
        batch.attributes = attributes_.octets();
        batch.next_hop = next_hop_;
    }
    into.add(batch);
    return std::nullopt;
}

/// Where there is none the peer's address stands in, as for dumps: for IPv6 routes an IPv4 one as RFC 4798 writes it.
void BgpdumpLines::choose_next_hop(const BgpdumpPeers::Peer& peer, Family family)
{
    next_hop_.clear();
    if (attributes_.next_hop()) return write_next_hop_octets(*attributes_.next_hop(), {}, next_hop_);
    ++next_hops_filled_in_;
    const bool is_unspecified = peer.address == IpAddress{Ipv4Address{}} || peer.address == IpAddress{Ipv6Address{}};
    if (!is_unspecified) {
        if (family.afi == Afi::ipv6 && peer.address.is_v4()) {
            next_hop_.assign(10, 0);
            next_hop_.insert(next_hop_.end(), 2, 0xff);
        }
        Writer out{next_hop_};
        write_address(peer.address, out);
    } else if (options_.placeholders) {
        write_next_hop_octets(placeholder_next_hop(family), {}, next_hop_);
    }
}

std::vector<std::string> BgpdumpLines::notes() const
{
    std::vector<std::string> notes;
    if (states_ != 0)
        notes.push_back(fmt::format("{}, which {} no route, passed over", lines_text(states_, "STATE line"),
                                    states_ == 1 ? "carries" : "carry"));
    if (local_ != 0)
        notes.push_back(
            fmt::format("{} of what the collector itself sent left out; --mrt-local takes them", lines_text(local_, "line")));
    if (next_hops_filled_in_ != 0)
        notes.push_back(fmt::format("{} without a next hop in the text; the peer's address stands in",
                                    lines_text(next_hops_filled_in_, "route")));
    return notes;
}

}   // namespace barrage
