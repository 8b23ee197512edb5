#include "codec/nlri/label_stack.hpp"

#include "codec/iana.hpp"
#include "codec/nlri/nlri_fields.hpp"

namespace barrage {

namespace {

constexpr std::size_t label_field_octets = 3;

}   // namespace

void LabelStack::encode(Writer& out) const
{
    if (octets) return out.octets(*octets);
    for (std::size_t i = 0; i < labels.size(); ++i) out.u24(labels[i] << 4 | (i + 1 == labels.size() ? 1u : 0u));
}

std::optional<std::size_t> LabelStack::extent(Reader in, std::size_t bits, NlriField field) noexcept
{
    const bool is_stack = !field.withdrawn && field.max_labels > 1;
    for (std::size_t octets = label_field_octets; 8 * octets <= bits; octets += label_field_octets) {
        const auto entry = in.u24();
        if (in.failed()) return std::nullopt;
        if (!is_stack || entry & 1 || entry == withdrawn_label) return octets;
    }
    return std::nullopt;
}

LabelStack LabelStack::read(Reader& in, std::size_t octets)
{
    LabelStack stack;
    auto look = in;
    bool regular = true;
    stack.labels.reserve(octets / label_field_octets);
    for (std::size_t left = octets; left > 0; left -= label_field_octets) {
        const auto entry = look.u24();
        regular = regular && (entry & 15) == (left == label_field_octets ? 1u : 0u);
        stack.labels.push_back(entry >> 4);
    }
    const auto taken = in.octets(octets);
    if (!regular) stack.octets = Octets(taken.begin(), taken.end());
    return stack;
}

LabelStack LabelStack::withdraw_label()
{
    Octets octets;
    Writer{octets}.u24(withdrawn_label);
    return {{withdrawn_label >> 4}, std::move(octets)};
}

Decoded<LabeledParts> split_labeled(Reader& in, std::size_t before_prefix, std::size_t max_prefix_bits, NlriField field)
{
    const std::size_t bits = in.u8();
    LabeledParts parts{in.take((bits + 7) / 8)};
    if (parts.value.failed()) return nlri_error("labeled prefix cut short");
    const auto others = 8 * before_prefix;
    if (bits < 8 * label_field_octets + others) return nlri_error("no room for a label and what is before the prefix");
    const auto labels = LabelStack::extent(parts.value, bits - others, field);
    if (!labels) return nlri_error("the label stack has no end inside the length");
    parts.labels = *labels;
    parts.prefix_bits = bits - others - 8 * parts.labels;
    if (parts.prefix_bits > max_prefix_bits) return nlri_error("prefix length too large");
    // RFC 8277 section 2.1; in a stack that is right in itself
    if (!field.withdrawn && parts.labels / label_field_octets > field.max_labels)
        return nlri_error("more labels than were agreed on", Recovery::treat_as_withdraw);
    return parts;
}

}   // namespace barrage
