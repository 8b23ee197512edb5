#include "loadgen/routes/prefix_list.hpp"

#include "loadgen/exabgp/vocabulary/word_cursor.hpp"
#include "loadgen/routes/attribute_words.hpp"
#include "rib/attribute_octets.hpp"
#include "rib/prefix_range.hpp"

namespace barrage {

PrefixList::PrefixList(bool placeholders)
{
    write_attribute_octets(PrefixRangeDescription{}.attributes(), attributes_);
    if (!placeholders) return;
    write_next_hop_octets(placeholder_next_hop(ipv4_unicast), {}, next_hop_v4_);
    write_next_hop_octets(placeholder_next_hop(ipv6_unicast), {}, next_hop_v6_);
}

// Hot: per line no allocation.
std::optional<LineError> PrefixList::read(std::string_view line, GatheredRoutes& into)
{
    exabgp::WordCursor words{line.substr(0, line.find('#'))};
    WordedPrefix prefix;
    if (const auto wrong = read_exact_prefix(words.next(), prefix)) return error_in(line, *wrong);
    if (!words.empty())
        return error_in(line,
                        {words.peek(), "the end of the line behind a prefix; CSV with named columns has room for attributes"});
    nlri_.clear();
    prefix.encode(nlri_);
    into.add({.family = prefix.family(),
              .attributes = attributes_,
              .next_hop = prefix.address.is_v4() ? next_hop_v4_ : next_hop_v6_,
              .nlri = nlri_,
              .routes = 1});
    return std::nullopt;
}

}   // namespace barrage
