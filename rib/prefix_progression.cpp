#include "rib/prefix_progression.hpp"

#include <algorithm>

#include "codec/prefix.hpp"
#include "rib/short_copy.hpp"
#include "rib/unsigned128.hpp"

namespace barrage {

namespace {

Unsigned128 number_of(std::uint64_t high, std::uint64_t low) noexcept { return Unsigned128{high} << 64 | low; }

/// IPv4 in the upper 32 bits.
Unsigned128 number_of(const IpAddress& address) noexcept
{
    if (address.is_v4()) return number_of(std::uint64_t{address.v4().value} << 32, 0);
    Unsigned128 bits = 0;
    for (const auto octet : address.v6().value) bits = bits << 8 | octet;
    return bits;
}

void store(std::uint8_t* at, std::uint32_t value) noexcept
{
    for (int i = 0; i < 4; ++i) at[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}
void store(std::uint8_t* at, std::uint64_t value) noexcept
{
    for (int i = 0; i < 8; ++i) at[i] = static_cast<std::uint8_t>(value >> (56 - 8 * i));
}

}   // namespace

std::uint64_t PrefixProgression::room(const IpAddress& first, std::uint8_t prefix, std::uint64_t step) noexcept
{
    if (prefix == 0) return 1;   // a shift of 128 is never done
    const auto more = ((~Unsigned128{0} >> (128 - prefix)) - (number_of(first) >> (128 - prefix))) / step;
    return static_cast<std::uint64_t>(std::min(more, Unsigned128{~std::uint64_t{0} - 1})) + 1;
}

PrefixProgression::PrefixProgression(const IpAddress& first, std::uint8_t prefix, std::uint64_t step,
                                     std::optional<PathId> path_id) noexcept
    : path_id_(path_id), prefix_(prefix), is_v4_(first.is_v4())
{
    if (prefix == 0) return;
    const auto start = number_of(first) >> (128 - prefix) << (128 - prefix);
    const auto stride = Unsigned128{step} << (128 - prefix);
    high_ = static_cast<std::uint64_t>(start >> 64);
    low_ = static_cast<std::uint64_t>(start);
    stride_high_ = static_cast<std::uint64_t>(stride >> 64);
    stride_low_ = static_cast<std::uint64_t>(stride);
}

std::size_t PrefixProgression::octets_each() const noexcept { return 1 + prefix_octets(prefix_) + (path_id_ ? 4 : 0); }

OctetView PrefixProgression::write(std::uint64_t first, std::size_t count, Octets& into) const
{
    const auto octets = count * octets_each();
    if (into.size() < octets + copy_slack) into.resize(octets + copy_slack);
    if (is_v4_)
        fill<4>(first, count, into.data());
    else
        fill<16>(first, count, into.data());
    return OctetView{into}.first(octets);
}

template <std::size_t AddressOctets>
void PrefixProgression::fill(std::uint64_t first, std::size_t count, std::uint8_t* at) const noexcept
{
    // A whole address is stored each time and the next NLRI overwrites what was too much: no loop over octets.
    static_assert(AddressOctets <= copy_slack);
    const auto address = number_of(high_, low_) + number_of(stride_high_, stride_low_) * first;
    auto high = static_cast<std::uint64_t>(address >> 64);
    auto low = static_cast<std::uint64_t>(address);
    const std::size_t kept = 1 + prefix_octets(prefix_);
    for (std::size_t i = 0; i < count; ++i) {
        if (path_id_) {
            store(at, path_id_->value);
            at += 4;
        }
        *at = prefix_;
        if constexpr (AddressOctets == 4) {
            store(at + 1, static_cast<std::uint32_t>(high >> 32));
        } else {
            store(at + 1, high);
            store(at + 9, low);
        }
        at += kept;
        low += stride_low_;
        high += stride_high_ + (low < stride_low_ ? 1 : 0);
    }
}

}   // namespace barrage
