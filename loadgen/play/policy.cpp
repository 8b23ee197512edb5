#include "loadgen/play/policy.hpp"

#include <algorithm>

#include "codec/attribute/attribute_view.hpp"
#include "codec/host_address.hpp"
#include "rib/passing_on.hpp"

namespace barrage {

namespace {

void append_u32(Octets& octets, std::uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8) octets.push_back(static_cast<std::uint8_t>(value >> shift));
}

void append_attribute(Octets& octets, std::uint8_t flags, AttributeType type, const Octets& value)
{
    Writer out{octets};
    put_attribute(out, flags | flag_extended_length, type, value);
}

bool is_of_communities(AttributeType type) noexcept { return community_octets(type) != 0; }

Octets octets_of(const IpAddress& address)
{
    Octets octets;
    Writer out{octets};
    write_address(address, out);
    return octets;
}

}   // namespace

std::vector<std::uint32_t> marks_of(const ExpectedAttributes& policy, std::span<const Asn> device_ases)
{
    std::vector<std::uint32_t> marks;
    const auto mark = [&](AttributeType type, const std::optional<std::uint32_t>& value) {
        if (!value) return;
        Octets octets;
        append_u32(octets, *value);
        marks.push_back(fingerprint_mark(type, octets));
    };
    mark(AttributeType::multi_exit_disc, policy.multi_exit_disc);
    mark(AttributeType::local_pref, policy.local_pref);
    if (policy.next_hop) marks.push_back(fingerprint_mark(AttributeType::next_hop, octets_of(*policy.next_hop)));
    const auto own =
        std::ranges::find_if(policy.prepended, [&](Asn as) { return std::ranges::find(device_ases, as) == device_ases.end(); });
    if (own != policy.prepended.begin()) marks.push_back(own_as_mark(static_cast<std::size_t>(own - policy.prepended.begin())));
    return marks;
}

std::vector<std::uint32_t> marks_of(const Scenario& scenario)
{
    std::vector<std::uint32_t> marks;
    std::vector<Asn> device_ases;
    if (scenario.dut.as) device_ases.push_back(*scenario.dut.as);
    const auto add = [&](const Expect& expect) {
        if (!expect.attributes) return;
        for (const auto mark : marks_of(*expect.attributes, device_ases))
            if (std::ranges::find(marks, mark) == marks.end()) marks.push_back(mark);
    };
    for (const auto& expect : scenario.expects) add(expect);
    for (const auto& group : scenario.groups)
        if (group.expect) add(*group.expect);
    for_each_phase(scenario.phases, [&](const Scenario::Phase& phase) {
        if (phase.expect) add(*phase.expect);
    });
    return marks;
}

std::uint32_t policy_inside_mark(OctetView attributes, const ExpectedAttributes& policy)
{
    if (!policy.strips_communities) return inside_mark(attributes);
    Octets left;
    for (Reader in{attributes}; const auto attribute = next_attribute(in);)
        if (!is_of_communities(attribute->type)) left.insert(left.end(), attribute->whole.begin(), attribute->whole.end());
    return inside_mark(left);
}

std::uint32_t policy_fingerprint(OctetView attributes, Asn sender, const ExpectedAttributes& policy,
                                 const FingerprintRules& rules)
{
    Octets changed;
    bool has_communities = policy.communities.empty();
    const auto put_communities = [&](OctetView sent) {
        Octets value{sent.begin(), sent.end()};
        for (const auto community : policy.communities) append_u32(value, community);
        append_attribute(changed, flag_optional | flag_transitive, AttributeType::communities, value);
        has_communities = true;
    };
    // Canonical attributes stand in the order of their types.
    for (Reader in{attributes}; const auto attribute = next_attribute(in);) {
        if (!has_communities && attribute->type > AttributeType::communities) put_communities({});
        if (attribute->type == AttributeType::communities && !has_communities) {
            put_communities(policy.strips_communities ? OctetView{} : attribute->value);
        } else if (policy.strips_communities && is_of_communities(attribute->type)) {
            continue;
        } else if (attribute->type == AttributeType::origin && policy.origin) {
            append_attribute(changed, flag_transitive, AttributeType::origin, {static_cast<std::uint8_t>(*policy.origin)});
        } else if (attribute->type == AttributeType::as_path) {
            Octets path;
            auto in_front = policy.prepended;
            if (sender != Asn{}) in_front.push_back(sender);
            for (const auto as : in_front) {   // a segment each: how a path is cut does not count
                path.insert(path.end(), {static_cast<std::uint8_t>(SegmentType::as_sequence), 1});
                append_u32(path, as.value);
            }
            path.insert(path.end(), attribute->value.begin(), attribute->value.end());
            append_attribute(changed, flag_transitive, AttributeType::as_path, path);
        } else {
            changed.insert(changed.end(), attribute->whole.begin(), attribute->whole.end());
        }
    }
    if (!has_communities) put_communities({});
    auto without_marks = rules;
    without_marks.marks.clear();
    auto fingerprint = route_fingerprint(changed, without_marks);
    if (!rules.prefixes_only)
        for (const auto mark : marks_of(policy, rules.router_ases)) fingerprint = marked(fingerprint, mark);
    return fingerprint;
}

}   // namespace barrage
