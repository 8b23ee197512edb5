#include "rib/attribute_variant.hpp"

#include <array>
#include <cstring>

#include "codec/attribute/attribute_view.hpp"
#include "codec/attribute/registry.hpp"
#include "rib/short_copy.hpp"

namespace barrage {

namespace {

constexpr std::uint32_t default_local_pref = 100;
constexpr std::size_t max_segment = 255;   // ASes: its count is one octet

/// A four-octet AS path with the own AS in front where asked for. `own_as_at`: where it stands, from the path's first octet.
struct Path {
    Octets octets;
    std::size_t own_as_at = 0;
    bool prepended = false;
};

Path prepended_path(OctetView path, const PackOptions& options)
{
    Path result;
    Writer out{result.octets};
    if (!options.external || !options.prepend) {
        out.octets(path);
        return result;
    }
    Reader in{path};
    const bool begins_with_sequence =
        path.size() >= 2 && SegmentType{path[0]} == SegmentType::as_sequence && path[1] < max_segment;
    out.u8(static_cast<std::uint8_t>(SegmentType::as_sequence));
    if (begins_with_sequence) {
        in.skip(1);
        out.u8(static_cast<std::uint8_t>(in.u8() + 1));
    } else {
        out.u8(1);
    }
    result.own_as_at = out.size();
    result.prepended = true;
    out.u32(options.own_as.value);
    out.octets(in.rest());
    return result;
}

/// Attributes that the walk below has to put between those of the set, each before the first of a higher type.
struct Variant {
    const PackOptions& options;
    OctetView next_hop;
    Octets& octets;
    VariantOffsets offsets;
    std::size_t begin;
    Octets as4_path;
    Octets as4_aggregator;
    bool has_as_path = false;
    bool has_local_pref = false;
    std::array<bool, 256> inserted{};

    void as_path(OctetView value)
    {
        has_as_path = true;
        Writer out{octets};
        const auto path = prepended_path(value, options);
        if (options.four_octet_as) {
            put_attribute_header(out, well_known, AttributeType::as_path, path.octets.size());
            if (path.prepended) offsets.own_as = out.size() - begin + path.own_as_at;
            out.octets(path.octets);
            return;
        }
        Octets narrow;
        if (narrow_as_path(path.octets, narrow)) as4_path = path.octets;
        put_attribute(out, well_known, AttributeType::as_path, narrow);
    }

    void aggregator(std::uint8_t flags, OctetView value)
    {
        Writer out{octets};
        if (options.four_octet_as || value.size() != 8) {
            put_attribute(out, flags, AttributeType::aggregator, value);
            return;
        }
        Reader in{value};
        const Asn asn{in.u32()};
        if (!asn.fits_two_octets()) as4_aggregator.assign(value.begin(), value.end());
        put_attribute_header(out, flags, AttributeType::aggregator, 6);
        out.u16(asn.two_octets());
        out.octets(in.rest());
    }

    /// What has to stand before an attribute of `type` and is not in the set.
    void insert_before(std::size_t type)
    {
        Writer out{octets};
        const auto due = [&](AttributeType missing) {
            const auto number = static_cast<std::size_t>(missing);
            return number < type && !std::exchange(inserted[number], true);
        };
        if (due(AttributeType::as_path) && !has_as_path) as_path({});
        if (due(AttributeType::next_hop) && !next_hop.empty()) {
            put_attribute_header(out, well_known, AttributeType::next_hop, next_hop.size());
            offsets.next_hop = out.size() - begin;
            out.octets(next_hop);
        }
        if (due(AttributeType::local_pref) && !options.external && !has_local_pref) {
            put_attribute_header(out, well_known, AttributeType::local_pref, 4);
            out.u32(default_local_pref);
        }
        if (due(AttributeType::as4_path) && !as4_path.empty()) {
            put_attribute(out, optional_transitive, AttributeType::as4_path, as4_path);
        }
        if (due(AttributeType::as4_aggregator) && !as4_aggregator.empty()) {
            put_attribute(out, optional_transitive, AttributeType::as4_aggregator, as4_aggregator);
        }
    }
};

}   // namespace

bool narrow_as_path(OctetView path, Octets& into)
{
    Writer out{into};
    bool lossy = false;
    for (Reader in{path}; !in.empty();) {
        out.u8(in.u8());
        const auto asns = in.u8();
        out.u8(asns);
        for (unsigned i = 0; i < asns && !in.failed(); ++i) {
            const Asn asn{in.u32()};
            lossy |= !asn.fits_two_octets();
            out.u16(asn.two_octets());
        }
    }
    return lossy;
}

VariantOffsets encode_variant(const AttributeSet& attributes, const PackOptions& options, OctetView next_hop, Octets& out)
{
    Variant variant{.options = options, .next_hop = next_hop, .octets = out, .begin = out.size()};
    variant.has_as_path = attributes.as_path_at() != attributes.as_path_end();
    variant.has_local_pref = attributes.has_local_pref();
    for (Reader in{attributes.octets()}; const auto attribute = next_attribute(in);) {
        const auto flags = without_extended_length(attribute->flags);
        const auto type = attribute->type;
        const auto value = attribute->value;
        variant.insert_before(static_cast<std::size_t>(type));
        if (options.external && codec_of(type).internal_only) continue;
        if (type == AttributeType::as_path) {
            variant.as_path(value);
        } else if (type == AttributeType::aggregator) {
            variant.aggregator(flags, value);
        } else {
            Writer writer{out};
            put_attribute(writer, flags, type, value);
        }
    }
    variant.insert_before(256);
    return variant.offsets;
}

std::size_t encode_common_variant(const AttributeSet& attributes, const PackOptions& options, OctetView next_hop,
                                  std::uint8_t* out, VariantOffsets& offsets)
{
    const auto octets = attributes.octets();
    const auto path_at = attributes.as_path_at();
    const auto path_end = attributes.as_path_end();
    const auto path_octets = static_cast<std::size_t>(path_end - path_at);   // with its header of three
    if (!options.four_octet_as || path_octets < 3 || path_octets > 3 + 0xff - 6) return 0;
    // A path of one octet is malformed (a dump may hold one), and flags that encode_variant() would set right are rare.
    if (path_octets == 4 || octets[path_at] != well_known) return 0;
    if (options.external && attributes.has_internal_only()) return 0;

    const auto* const begin = out;
    const auto* from = octets.data();
    short_copy(out, from, path_at);
    out += path_at;
    if (options.external && options.prepend) {
        const auto* path = from + path_at;
        const bool is_empty = path_octets == 3;
        if (!is_empty && (SegmentType{path[3]} != SegmentType::as_sequence || path[4] == max_segment)) return 0;
        out[0] = path[0];
        out[1] = path[1];
        out[2] = static_cast<std::uint8_t>(path_octets - 3 + (is_empty ? 6 : 4));
        out[3] = static_cast<std::uint8_t>(SegmentType::as_sequence);
        out[4] = static_cast<std::uint8_t>(is_empty ? 1 : path[4] + 1);
        offsets.own_as = static_cast<std::size_t>(out + 5 - begin);
        for (int i = 0; i < 4; ++i) out[5 + i] = static_cast<std::uint8_t>(options.own_as.value >> (24 - 8 * i));
        if (!is_empty) short_copy(out + 9, path + 5, path_octets - 5);
        out += path_octets + (is_empty ? 6 : 4);
    } else {
        short_copy(out, from + path_at, path_octets);
        out += path_octets;
    }
    if (!next_hop.empty()) {
        out[0] = well_known;
        out[1] = static_cast<std::uint8_t>(AttributeType::next_hop);
        out[2] = static_cast<std::uint8_t>(next_hop.size());
        offsets.next_hop = static_cast<std::size_t>(out + 3 - begin);
        std::memcpy(out + 3, next_hop.data(), next_hop.size());
        out += 3 + next_hop.size();
    }
    std::size_t rest_at = path_end;
    if (!options.external && !attributes.has_local_pref()) {
        if (octets.size() > rest_at && AttributeType{octets[rest_at + 1]} == AttributeType::multi_exit_disc) {
            if (octets[rest_at] & flag_extended_length) return 0;   // malformed, out of a dump
            const std::size_t med_octets = 3u + octets[rest_at + 2];
            short_copy(out, from + rest_at, med_octets);
            out += med_octets;
            rest_at += med_octets;
        }
        static constexpr std::array<std::uint8_t, 7> local_pref{
            well_known, static_cast<std::uint8_t>(AttributeType::local_pref), 4, 0, 0, 0, default_local_pref};
        std::memcpy(out, local_pref.data(), local_pref.size());
        out += local_pref.size();
    }
    short_copy(out, from + rest_at, octets.size() - rest_at);
    out += octets.size() - rest_at;
    return static_cast<std::size_t>(out - begin);
}

}   // namespace barrage
