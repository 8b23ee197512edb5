#include "rib/canonical_attributes.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "codec/asn.hpp"
#include "codec/attribute/attribute_view.hpp"

namespace barrage {

namespace {

struct Attribute {
    AttributeType type;
    std::uint8_t flags;   // without that of an extended length
    OctetView value;
};

/// Attributes of one message in ascending order of type, the first of each.
struct Sorted {
    std::array<Attribute, 256> attributes;
    std::size_t count = 0;

    void insert(const Attribute& attribute)
    {
        auto at = count;
        while (at > 0 && attributes[at - 1].type > attribute.type) --at;
        if (at > 0 && attributes[at - 1].type == attribute.type) return;   // RFC 7606 section 3.g
        std::copy_backward(attributes.begin() + static_cast<std::ptrdiff_t>(at),
                           attributes.begin() + static_cast<std::ptrdiff_t>(count),
                           attributes.begin() + static_cast<std::ptrdiff_t>(count + 1));
        attributes[at] = attribute;
        ++count;
    }
    [[nodiscard]] const Attribute* find(AttributeType type) const noexcept
    {
        for (std::size_t i = 0; i < count; ++i)
            if (attributes[i].type == type) return &attributes[i];
        return nullptr;
    }
};

/// How many ASes a path counts: a set counts one, confederation segments none. RFC 4271 9.1.2.2, RFC 5065 5.3.
std::size_t path_count(OctetView path, std::size_t as_octets)
{
    std::size_t count = 0;
    for (Reader in{path}; !in.empty();) {
        const auto type = SegmentType{in.u8()};
        const auto asns = in.u8();
        in.skip(asns * as_octets);
        if (type == SegmentType::as_sequence) count += asns;
        if (type == SegmentType::as_set) count += 1;
    }
    return count;
}

/// RFC 6793 section 6: whether whole segments of defined types, none of them empty, fill the attribute; none of AS 0 (RFC 7607).
bool is_well_formed_as4_path(OctetView path)
{
    if (path.size() < 6) return false;
    Reader in{path};
    while (!in.empty()) {
        const auto type = SegmentType{in.u8()};
        const auto asns = in.u8();
        for (unsigned i = 0; i < asns; ++i)
            if (in.u32() == 0) return false;
        if (asns == 0 || type < SegmentType::as_set || type > SegmentType::confed_set) return false;
    }
    return in.finished();
}

/// A four-octet path segment by segment; remembers the last one, so that a segment cut in two can be made one again.
class PathWriter {
public:
    explicit PathWriter(Octets& path) : path_(path), out_(path) {}

    void segment(SegmentType type, std::size_t asns)
    {
        last_at_ = path_.size();
        out_.u8(static_cast<std::uint8_t>(type));
        out_.u8(static_cast<std::uint8_t>(asns));
    }
    void asn(std::uint32_t asn) { out_.u32(asn); }
    /// What was written last is the beginning of a sequence that goes on in what is appended next.
    void last_was_cut() { cut_ = true; }

    /// Confederation segments are dropped: RFC 6793 section 6.
    void append_as4_path(OctetView path)
    {
        for (Reader in{path}; !in.empty();) {
            const auto type = SegmentType{in.u8()};
            const std::size_t asns = in.u8();
            const auto octets = in.octets(asns * 4);
            if (type != SegmentType::as_sequence && type != SegmentType::as_set) continue;
            if (std::exchange(cut_, false) && type == SegmentType::as_sequence && path_[last_at_ + 1] + asns <= 0xff)
                path_[last_at_ + 1] = static_cast<std::uint8_t>(path_[last_at_ + 1] + asns);
            else
                segment(type, asns);
            out_.octets(octets);
        }
    }

private:
    Octets& path_;
    Writer out_;
    std::size_t last_at_ = 0;
    bool cut_ = false;
};

/// The first `keep` ASes of a two-octet path, widened to four, with the confederation segments that lead them or adjoin them.
/// `keep` at least the path's count keeps all of it.
void widen_path(OctetView path, std::size_t keep, PathWriter& out)
{
    for (Reader in{path}; !in.empty();) {
        const auto type = SegmentType{in.u8()};
        const std::size_t asns = in.u8();
        Reader segment = in.take(asns * 2);
        if (segment.failed()) return;
        auto taken = asns;
        if (type == SegmentType::as_sequence) {
            taken = std::min(asns, keep);
            keep -= taken;
        } else if (type == SegmentType::as_set) {
            if (keep == 0) return;
            keep -= 1;
        }
        if (taken > 0) out.segment(type, taken);
        for (std::size_t i = 0; i < taken; ++i) out.asn(segment.u16());
        if (taken < asns) {
            if (taken > 0) out.last_was_cut();
            return;
        }
    }
}

/// RFC 6793 section 4.2.3: the path that a two-octet speaker passed on, put together again.
void put_merged_path(const Sorted& sorted, const Attribute& as_path, Writer& out)
{
    Octets merged;
    PathWriter path{merged};
    const auto* as4_path = sorted.find(AttributeType::as4_path);
    if (as4_path && !is_well_formed_as4_path(as4_path->value)) as4_path = nullptr;
    const auto* aggregator = sorted.find(AttributeType::aggregator);
    if (as4_path && aggregator && sorted.find(AttributeType::as4_aggregator) && Reader{aggregator->value}.u16() != as_trans)
        as4_path = nullptr;   // an old speaker aggregated after the AS4 attributes were made
    const auto all = path_count(as_path.value, 2);
    const auto known = as4_path ? path_count(as4_path->value, 4) : 0;
    if (as4_path && known <= all) {
        widen_path(as_path.value, all - known, path);
        path.append_as4_path(as4_path->value);
    } else {
        widen_path(as_path.value, as_path.value.size(), path);
    }
    put_attribute_header(out, as_path.flags, as_path.type, merged.size());
    out.octets(merged);
}

void put_merged_aggregator(const Sorted& sorted, const Attribute& aggregator, Writer& out)
{
    if (aggregator.value.size() != 6) {   // malformed, and so left as it is
        put_attribute_header(out, aggregator.flags, aggregator.type, aggregator.value.size());
        out.octets(aggregator.value);
        return;
    }
    Reader in{aggregator.value};
    std::uint32_t asn = in.u16();
    auto address = in.rest();
    if (const auto* as4 = sorted.find(AttributeType::as4_aggregator); as4 && asn == as_trans && as4->value.size() == 8) {
        Reader wide{as4->value};
        if (const auto four_octets = wide.u32(); four_octets != 0) {   // RFC 7607 section 2
            asn = four_octets;
            address = wide.rest();
        }
    }
    put_attribute_header(out, aggregator.flags, aggregator.type, 4 + address.size());
    out.u32(asn);
    out.octets(address);
}

/// Two IPv6 addresses with a route distinguisher each. Longer would be taken for the AFI of BGP-LS, 0x4004.
constexpr std::size_t longest_next_hop = 48;

/// Of MP_REACH_NLRI.
void take_next_hop(OctetView value, OctetView& next_hop)
{
    if (!value.empty() && value[0] != 0 && value[0] <= longest_next_hop && value[0] == value.size() - 1) {
        next_hop = value.subspan(1);   // RFC 6396 section 4.3.4: a RIB entry has the next hop alone
    } else {
        Reader in{value};
        in.skip(3);   // AFI, SAFI
        const auto length = in.u8();
        next_hop = in.octets(length);
    }
}

}   // namespace

Decoded<void> canonical_attributes(OctetView attributes, const SessionOptions& options, CanonicalAttributes& into)
{
    Sorted sorted;
    OctetView next_hop;
    std::optional<OctetView> plain_next_hop;
    for (Reader in{attributes}; !in.empty();) {
        const auto at = in.offset();
        const auto found = next_attribute(in);
        if (!found)
            return std::unexpected(DecodeError{Recovery::treat_as_withdraw, UpdateSubcode::malformed_attribute_list,
                                               "a path attribute reaches past the end of the attributes", at});
        const Attribute attribute{found->type, without_extended_length(found->flags), found->value};
        if (attribute.type == AttributeType::mp_reach_nlri)
            take_next_hop(attribute.value, next_hop);
        else if (attribute.type == AttributeType::next_hop)
            plain_next_hop = plain_next_hop.value_or(attribute.value);   // the first counts, as of all others
        else if (attribute.type != AttributeType::mp_unreach_nlri)
            sorted.insert(attribute);
    }
    // RFC 4760 section 3: NLRI in MP_REACH_NLRI have the next hop of that, whatever NEXT_HOP says.
    if (plain_next_hop && next_hop.empty()) next_hop = *plain_next_hop;

    into.octets.clear();
    Writer out{into.octets};
    for (std::size_t i = 0; i < sorted.count; ++i) {
        const auto& attribute = sorted.attributes[i];
        // RFC 6793 section 4.1: between new speakers the AS4 attributes mean nothing; else they are merged here.
        if (attribute.type == AttributeType::as4_path || attribute.type == AttributeType::as4_aggregator) continue;
        if (!options.four_octet_as && attribute.type == AttributeType::as_path) {
            put_merged_path(sorted, attribute, out);
        } else if (!options.four_octet_as && attribute.type == AttributeType::aggregator) {
            put_merged_aggregator(sorted, attribute, out);
        } else {
            put_attribute(out, attribute.flags, attribute.type, attribute.value);
        }
    }
    into.next_hop.assign(next_hop.begin(), next_hop.end());
    if (plain_next_hop)
        into.plain_next_hop.assign(plain_next_hop->begin(), plain_next_hop->end());
    else
        into.plain_next_hop.clear();
    if (into.octets.size() > 0xffff || into.next_hop.size() > 0xff || into.plain_next_hop.size() > 0xff)
        return std::unexpected(DecodeError{Recovery::treat_as_withdraw, UpdateSubcode::attribute_length_error,
                                           "path attributes of more than 65535 octets"});
    return {};
}

}   // namespace barrage
