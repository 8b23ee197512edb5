#include "rib/left_out.hpp"

#include <algorithm>

#include "codec/nlri/nlri_count.hpp"
#include "codec/nlri/nlri_extent.hpp"
#include "codec/route_distinguisher.hpp"
#include "rib/update_octets.hpp"

namespace barrage {

namespace {

constexpr std::size_t most_octets_shown = 24;

std::string octets_text(OctetView octets)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto octet : octets.first(std::min(octets.size(), most_octets_shown))) {
        text += digits[octet >> 4];
        text += digits[octet & 15];
    }
    return octets.size() > most_octets_shown ? text + "…" : text;
}

/// The prefix behind `before` octets of a field that begins with a length in bits; empty where that is none.
std::string prefix_text(Family family, OctetView nlri, std::size_t before)
{
    const std::size_t most_bits = family.afi == Afi::ipv4 ? 32 : 128;
    if (nlri.empty() || nlri[0] < 8 * before || nlri[0] - 8 * before > most_bits) return {};
    PrefixView view{.length = static_cast<std::uint8_t>(nlri[0] - 8 * before)};
    if (nlri.size() < 1 + before + prefix_octets(view.length)) return {};
    view.octets = nlri.subspan(1 + before, prefix_octets(view.length));
    return family.afi == Afi::ipv4 ? to_text(ipv4_prefix(view)) : to_text(ipv6_prefix(view));
}

}   // namespace

LeftOut& LeftOut::add_counts(const LeftOut& more)
{
    for (std::size_t i = 0; i < reasons_.size(); ++i) {
        if (reasons_[i].routes == 0) reasons_[i].sample = more.reasons_[i].sample;
        reasons_[i].routes += more.reasons_[i].routes;
    }
    return *this;
}

void LeftOut::name_samples(std::string_view source)
{
    for (auto& reason : reasons_)
        if (reason.routes != 0) reason.sample.insert(0, std::string{source} + ", ");
}

LeftOut& LeftOut::operator+=(const LeftOut& more)
{
    add_counts(more);
    stretches_.insert(stretches_.end(), more.stretches_.begin(), more.stretches_.end());
    return *this;
}

std::string sample_text(Family family, OctetView nlri, bool has_path_id)
{
    if (has_path_id) nlri = nlri.subspan(std::min(nlri.size(), path_id_octets));
    const bool is_plain = family.safi == Safi::unicast || family.safi == Safi::multicast;
    std::string text;
    if (is_plain)
        text = prefix_text(family, nlri, 0);
    else if (has_labels(family))
        text = prefix_text(family, nlri, label_octets(nlri) + (family.safi == Safi::mpls_vpn ? RouteDistinguisher::octets : 0));
    if (text.empty()) {
        const auto octets = nlri_octets(family, nlri);
        text = octets_text(octets == 0 ? nlri : nlri.first(octets));
    }
    return family.safi == Safi::unicast ? text : to_text(family) + " " + text;
}

}   // namespace barrage
