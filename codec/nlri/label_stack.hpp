#pragma once
// The labels before a prefix. RFC 8277 sections 2.2 to 2.4.
//
//     +----------------------------+----------------+-----------------+
//     | Label (20 bits)            | Rsrv (3 bits)  | S: last (1 bit) |
//     +----------------------------+----------------+-----------------+
//
// One such field, whose S is ignored, where the session has not agreed on several (section 2.2); else one after the other until S
// (section 2.3). A withdrawn route always has one field, and a reader ignores what is in it (section 2.4).

#include <optional>
#include <vector>

#include "codec/nlri/nlri_family.hpp"
#include "codec/writer.hpp"

namespace barrage {

struct LabelStack {
    std::vector<std::uint32_t> labels;
    std::optional<Octets> octets;   // where they are not what the labels alone give: reserved bits, 0x800000

    [[nodiscard]] std::size_t encoded_size() const noexcept { return octets ? octets->size() : 3 * labels.size(); }
    void encode(Writer& out) const;

    /// How many octets of `in`, and of the first `bits` of it, are labels; nothing where they do not end in them.
    static std::optional<std::size_t> extent(Reader in, std::size_t bits, NlriField field) noexcept;
    /// So many octets, which extent() has told.
    static LabelStack read(Reader& in, std::size_t octets);

    /// As a withdrawn route has it.
    static LabelStack withdraw_label();

    friend bool operator==(const LabelStack&, const LabelStack&) = default;
};

/// The length before labels and prefix, which fails where it does not fit its octet.
inline void write_bit_length(std::size_t bits, Writer& out)
{
    if (bits > 0xff) out.fail();
    out.u8(static_cast<std::uint8_t>(bits));
}

/// A length in bits and as many octets: labels, what stands before the prefix, and the prefix.
struct LabeledParts {
    Reader value;             // behind the length
    std::size_t labels = 0;   // octets
    std::size_t prefix_bits = 0;
};

/// Takes one NLRI with labels and `before_prefix` octets before its prefix, whose length is looked at.
Decoded<LabeledParts> split_labeled(Reader& in, std::size_t before_prefix, std::size_t max_prefix_bits, NlriField field);

}   // namespace barrage
