#include "loadgen/routes/range_draft.hpp"

#include <algorithm>

namespace barrage {

RangeField* RangeDraft::find(std::string_view word)
{
    const auto found = std::ranges::find(fields, word, &RangeField::word);
    return found == fields.end() ? nullptr : &*found;
}

std::expected<NlriCounter, std::string> RangeDraft::counter_of(const RangeField& field) const
{
    const auto bits = field.bits();
    const auto cannot = std::unexpected(field.word + " cannot step");
    if (bits == 0 || bits > NlriCounter::most_bits) return cannot;
    const auto first = field.number();
    field.put(0);
    const auto zeros = encode();
    field.put(~Unsigned128{0} >> (NlriCounter::most_bits - bits));
    const auto ones = encode();
    field.put(first);
    if (zeros.size() != ones.size()) return cannot;
    const auto differs = [&](std::size_t bit) { return ((zeros[bit / 8] ^ ones[bit / 8]) << bit % 8 & 0x80) != 0; };
    NlriCounter counter{.bits = bits};
    const auto all = static_cast<std::uint32_t>(8 * zeros.size());
    while (counter.bit < all && !differs(counter.bit)) ++counter.bit;
    // All bits of the number, one behind the other, and no others.
    for (auto bit = counter.bit; bit < all; ++bit)
        if (differs(bit) != (bit < counter.bit + bits)) return cannot;
    if (counter.bit + bits > all || counter.bit % 8 + bits > NlriCounter::most_bits) return cannot;
    return counter;
}

std::string range_word(std::string_view field)
{
    std::string word{field};
    std::ranges::replace(word, '_', '-');
    return word;
}

}   // namespace barrage
