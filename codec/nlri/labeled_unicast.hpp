#pragma once
// IPv4 and IPv6 prefixes with MPLS labels: RFC 8277.
//
//     +----------------------+---------------------+----------+
//     | Length in bits (1)   | Labels (3 each)     | Prefix   |   the length is that of both
//     +----------------------+---------------------+----------+

#include "codec/nlri/label_stack.hpp"
#include "codec/nlri/nlri_family.hpp"
#include "codec/nlri/nlri_fields.hpp"

namespace barrage {

template <class PrefixType>
struct LabeledPrefix {
    LabelStack labels;
    PrefixType prefix;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("prefix", self.prefix);
        visit("labels", self.labels.labels);
        visit("label_octets", self.labels.octets);
    }
    friend bool operator==(const LabeledPrefix&, const LabeledPrefix&) = default;
};

template <Afi Af, class PrefixType>
struct LabeledUnicastFamily {
    using Nlri = LabeledPrefix<PrefixType>;

    static constexpr Afi afi = Af;
    static constexpr Safi safi = Safi::labeled_unicast;

    /// As for unicast: RFC 2545, RFC 8950; for IPv6 prefixes over IPv4 it is a mapped address (RFC 4798).
    static constexpr bool next_hop_fits(std::size_t octets) noexcept
    {
        return octets == 16 || octets == 32 || (afi == Afi::ipv4 && octets == 4);
    }

    static std::size_t encoded_size(const Nlri& nlri) noexcept { return nlri.labels.encoded_size() + nlri.prefix.encoded_size(); }
    static void encode(const Nlri& nlri, Writer& out)
    {
        write_bit_length(8 * nlri.labels.encoded_size() + nlri.prefix.length, out);
        nlri.labels.encode(out);
        write_prefix_bits(nlri.prefix, out);
    }

    static Decoded<Nlri> decode(Reader& in) { return decode(in, NlriField{}); }
    static Decoded<Nlri> decode(Reader& in, NlriField field)
    {
        auto parts = split(in, field);
        if (!parts) return std::unexpected(parts.error());
        auto labels = LabelStack::read(parts->value, parts->labels);
        return Nlri{std::move(labels), read_prefix_bits<PrefixType>(parts->value, parts->prefix_bits)};
    }
    static bool skip(Reader& in, NlriField field) { return split(in, field).has_value(); }

private:
    static Decoded<LabeledParts> split(Reader& in, NlriField field)
    {
        return split_labeled(in, 0, PrefixType::max_length, field);
    }
};

struct Ipv4LabeledUnicast : LabeledUnicastFamily<Afi::ipv4, Ipv4Prefix> {};
struct Ipv6LabeledUnicast : LabeledUnicastFamily<Afi::ipv6, Ipv6Prefix> {};

static_assert(NlriFamily<Ipv4LabeledUnicast> && NlriFamily<Ipv6LabeledUnicast>);

}   // namespace barrage
