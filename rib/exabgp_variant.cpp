#include "rib/exabgp_variant.hpp"

#include "codec/attribute/attribute_view.hpp"

namespace barrage {

namespace {

constexpr std::uint8_t well_known = flag_transitive;
constexpr std::uint8_t optional_transitive = flag_optional | flag_transitive;
constexpr std::uint32_t default_local_pref = 100;

/// Flags are written as they are: what an `attribute [ … ]` of the configuration says stays so. Only a length that needs it is
/// extended.
void put(Octets& into, std::uint8_t flags, AttributeType type, OctetView value)
{
    Writer out{into};
    put_attribute(out, flags, type, value);
}

/// What a route does not say stands between what it says, in the order of the types.
class Walk {
public:
    Walk(const PackOptions& options, OctetView next_hop, Octets& out)
        : options_(options), next_hop_(next_hop), out_(out), begin_(out.size())
    {
    }

    void attribute(std::uint8_t flags, AttributeType type, OctetView value)
    {
        fill_before(static_cast<unsigned>(type));
        filled_ = std::max(filled_, static_cast<unsigned>(type));
        switch (type) {
        case AttributeType::local_pref:
            if (!options_.external) put(out_, flags, type, value);
            break;
        case AttributeType::as_path: as_path(flags, value); break;
        case AttributeType::aggregator: aggregator(flags, value); break;
        default: put(out_, flags, type, value);
        }
    }
    VariantOffsets finish()
    {
        fill_before(256);
        return offsets_;
    }

private:
    /// Those below `type` that are due and were neither given nor filled in.
    void fill_before(unsigned type)
    {
        const auto due = [&](AttributeType missing) {
            const auto number = static_cast<unsigned>(missing);
            if (number >= type || number <= filled_) return false;
            filled_ = number;
            return true;
        };
        if (due(AttributeType::origin)) put(out_, well_known, AttributeType::origin, OctetView{igp_});
        if (due(AttributeType::as_path)) default_path();
        if (due(AttributeType::next_hop) && !next_hop_.empty()) {
            put(out_, well_known, AttributeType::next_hop, next_hop_);
            offsets_.next_hop = out_.size() - begin_ - next_hop_.size();
        }
        if (due(AttributeType::local_pref) && !options_.external) {
            Octets value;
            Writer{value}.u32(default_local_pref);
            put(out_, well_known, AttributeType::local_pref, value);
        }
    }

    /// Nothing within an AS, the own AS to another one.
    void default_path()
    {
        Octets path;
        if (options_.external) {
            Writer writer{path};
            writer.u8(static_cast<std::uint8_t>(SegmentType::as_sequence));
            writer.u8(1);
            writer.u32(options_.own_as.value);
        }
        as_path(well_known, path);
        if (options_.external && options_.four_octet_as) offsets_.own_as = out_.size() - begin_ - 4;
    }

    void as_path(std::uint8_t flags, OctetView value)
    {
        if (options_.four_octet_as) return put(out_, flags, AttributeType::as_path, value);
        Octets narrow;
        const bool lossy = narrow_as_path(value, narrow);
        put(out_, flags, AttributeType::as_path, narrow);
        if (lossy) put(out_, optional_transitive, AttributeType::as4_path, value);
    }

    void aggregator(std::uint8_t flags, OctetView value)
    {
        if (options_.four_octet_as || value.size() != 8) return put(out_, flags, AttributeType::aggregator, value);
        Reader in{value};
        const Asn asn{in.u32()};
        const auto address = in.rest();
        Octets narrow;
        Writer writer{narrow};
        writer.u16(asn.two_octets());
        writer.octets(address);
        put(out_, flags, AttributeType::aggregator, narrow);
        if (!asn.fits_two_octets()) put(out_, optional_transitive, AttributeType::as4_aggregator, value);
    }

    static constexpr std::uint8_t igp_[1] = {0};
    const PackOptions& options_;
    OctetView next_hop_;
    Octets& out_;
    std::size_t begin_;
    unsigned filled_ = 0;   // the highest type that is settled
    VariantOffsets offsets_;
};

}   // namespace

VariantOffsets encode_exabgp_variant(const AttributeSet* attributes, const PackOptions& options, OctetView next_hop, Octets& out)
{
    Walk walk{options, next_hop, out};
    for (Reader in{attributes ? attributes->octets() : OctetView{}}; const auto attribute = next_attribute(in);)
        walk.attribute(attribute->flags, attribute->type, attribute->value);
    return walk.finish();
}

}   // namespace barrage
