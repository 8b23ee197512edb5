#include "codec/nlri/label_stack.hpp"

#include "codec/iana.hpp"

namespace barrage {

void LabelStack::encode(Writer& out) const
{
    if (octets) return out.octets(*octets);
    for (std::size_t i = 0; i < labels.size(); ++i) out.u24(labels[i] << 4 | (i + 1 == labels.size() ? 1u : 0u));
}

std::optional<LabelStack> LabelStack::read(Reader& in, std::size_t bits, bool withdrawn)
{
    LabelStack stack;
    auto look = in;
    const auto ends = [](std::uint32_t entry) { return entry & 1 || entry == withdrawn_label || entry == 0; };
    bool regular = true;
    bool ended = false;
    while (!ended && bits >= 24 && look.remaining() >= 3) {
        const auto entry = look.u24();
        bits -= 24;
        ended = ends(entry);
        regular = regular && (entry & 15) == (ended ? 1u : 0u);
        stack.labels.push_back(entry >> 4);
    }
    if (!ended) {
        // RFC 8277 section 2.4: of a withdrawn route the one field is ignored, whatever its bits are
        if (!withdrawn || stack.labels.empty()) return std::nullopt;
        stack.labels.resize(1);
        regular = false;
    }
    const auto taken = in.octets(3 * stack.labels.size());
    if (!regular) stack.octets = Octets(taken.begin(), taken.end());
    return stack;
}

LabelStack LabelStack::withdraw_label()
{
    Octets octets;
    Writer{octets}.u24(withdrawn_label);
    return {{withdrawn_label >> 4}, std::move(octets)};
}

}   // namespace barrage
