#include "rib/nlri_progression.hpp"

#include <algorithm>
#include <cassert>

#include <boost/container/small_vector.hpp>

#include "rib/short_copy.hpp"

namespace barrage {

namespace {

constexpr std::size_t word_octets = 8;
constexpr std::size_t usual_counters = 8;

std::uint64_t upper_half(Unsigned128 number) noexcept { return static_cast<std::uint64_t>(number >> 64); }
std::uint64_t lower_half(Unsigned128 number) noexcept { return static_cast<std::uint64_t>(number); }

template <std::size_t Count>
void store_octets(std::uint8_t* at, std::uint64_t value) noexcept
{
    for (std::size_t i = 0; i < Count; ++i) at[i] = static_cast<std::uint8_t>(value >> (8 * (Count - 1 - i)));
}

/// The last `count` octets of a number, 1 to 8: a store of a constant size for each case.
void store_low(std::uint8_t* at, std::uint64_t value, std::size_t count) noexcept
{
    switch (count) {
    case 1: return store_octets<1>(at, value);
    case 2: return store_octets<2>(at, value);
    case 3: return store_octets<3>(at, value);
    case 4: return store_octets<4>(at, value);
    case 5: return store_octets<5>(at, value);
    case 6: return store_octets<6>(at, value);
    case 7: return store_octets<7>(at, value);
    default: return store_octets<word_octets>(at, value);
    }
}

/// A counter under way. The octets that it lies in are one number: it is added to, and bits of theirs that are not the counter's keep
/// their value, as it never overflows.
struct Running {
    std::uint64_t high, low;   // the octets now
    std::uint64_t stride_high, stride_low;
    std::uint64_t left;          // routes until the next value
    std::uint64_t values_left;   // until the first one again
    std::uint64_t every, wrap;
    std::uint64_t start_high, start_low;
    std::size_t at, octets;   // where, and how many: up to 16

    Running(const NlriCounter& counter, OctetView first_nlri, std::uint64_t first) noexcept
        : every(counter.every), wrap(counter.wrap == 0 ? ~std::uint64_t{0} : counter.wrap), at(counter.bit / 8),
          octets((counter.bit + counter.bits + 7) / 8 - counter.bit / 8)
    {
        Unsigned128 start = 0;
        for (const auto octet : first_nlri.subspan(at, octets)) start = start << 8 | octet;
        const auto stride = Unsigned128{counter.step} << (8 * (at + octets) - counter.bit - counter.bits);
        const auto value = first / every;
        const auto in_turn = value % wrap;
        const auto now = start + stride * in_turn;
        left = every - first % every;
        values_left = wrap - in_turn;
        start_high = upper_half(start), start_low = lower_half(start);
        stride_high = upper_half(stride), stride_low = lower_half(stride);
        high = upper_half(now), low = lower_half(now);
    }

    void write(std::uint8_t* nlri) const noexcept
    {
        if (octets <= word_octets) return store_low(nlri + at, low, octets);
        store_low(nlri + at, high, octets - word_octets);
        store_octets<word_octets>(nlri + at + octets - word_octets, low);
    }
    void step() noexcept
    {
        if (--left != 0) return;
        left = every;
        if (--values_left == 0) {
            values_left = wrap;
            high = start_high, low = start_low;
            return;
        }
        low += stride_low;
        high += stride_high + (low < stride_low ? 1 : 0);
    }
};

}   // namespace

std::uint64_t counter_room(Unsigned128 first, const NlriCounter& counter) noexcept
{
    constexpr auto without_end = ~std::uint64_t{0};
    if (counter.step == 0) return without_end;
    const auto most = ~Unsigned128{0} >> (NlriCounter::most_bits - counter.bits);
    if (first > most) return 0;
    const auto more = (most - first) / counter.step;   // values behind the first one
    if (counter.wrap != 0 && counter.wrap - 1 <= more) return without_end;
    if (more >= without_end / counter.every) return without_end;
    return (lower_half(more) + 1) * counter.every;
}

NlriProgression::NlriProgression(Family family, const PrefixProgression& prefixes) noexcept
    : prefixes_(prefixes), family_(family), has_path_ids_(prefixes.has_path_ids())
{
}

NlriProgression::NlriProgression(Family family, Octets first, std::vector<NlriCounter> counters, bool has_path_ids,
                                 std::uint32_t paths)
    : prefixes_(Ipv4Address{}, 0, 1, {}), template_(std::move(first)), counters_(std::move(counters)), family_(family),
      has_path_ids_(has_path_ids), paths_(paths)
{
    assert(!template_.empty() && paths_ != 0);
    assert(std::ranges::all_of(counters_, [&](const NlriCounter& counter) {
        return counter.bits != 0 && counter.bit % 8 + counter.bits <= NlriCounter::most_bits && counter.every != 0 &&
               counter.bit + counter.bits <= 8 * template_.size();
    }));
    template_.resize(template_.size() + copy_slack);
}

std::size_t NlriProgression::octets_each() const noexcept
{
    return template_.empty() ? prefixes_.octets_each() : template_.size() - copy_slack;
}

OctetView NlriProgression::write(std::uint64_t first, std::size_t count, Octets& into) const
{
    if (template_.empty()) return prefixes_.write(first, count, into);
    const auto each = octets_each();
    const auto octets = count * each;
    if (into.size() < octets + copy_slack) into.resize(octets + copy_slack);
    boost::container::small_vector<Running, usual_counters> running;
    for (const auto& counter : counters_) running.emplace_back(counter, template_, first);
    auto* at = into.data();
    for (std::size_t i = 0; i < count; ++i, at += each) {
        short_copy(at, template_.data(), each);
        for (auto& counter : running) {
            counter.write(at);
            counter.step();
        }
    }
    return OctetView{into}.first(octets);
}

}   // namespace barrage
