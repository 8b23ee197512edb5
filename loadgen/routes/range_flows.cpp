#include "loadgen/routes/range_flows.hpp"

#include <algorithm>

#include "codec/attribute/attribute_view.hpp"
#include "codec/nlri/nlri_families.hpp"
#include "loadgen/exabgp/grammar/parse.hpp"

namespace barrage {

namespace {

/// The words as a line of ExaBGP's API, and from where in the source each of its parts is.
class FlowLine {
public:
    explicit FlowLine(const std::vector<FlowWord>& words) : last_(words.back().value)
    {
        for (const auto& [name, value] : words) {
            add(name);
            if (!value.text.empty()) add(value);
        }
    }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// What stands at a column of the line, as the source has it.
    [[nodiscard]] spec::Word at(std::size_t column, std::string_view token) const
    {
        for (const auto& part : parts_)
            if (column - 1 >= part.begin && column - 1 <= part.begin + part.word.text.size())
                return {token, part.word.column + column - 1 - part.begin};
        return {token, last_.column + last_.text.size()};
    }

private:
    struct Part {
        std::size_t begin;   // in the line
        spec::Word word;
    };
    void add(const spec::Word& word)
    {
        text_ += ' ';
        parts_.push_back({text_.size(), word});
        text_ += word.text;
    }

    std::string text_ = "flow route";
    std::vector<Part> parts_;
    spec::Word last_;
};

/// Actions are extended communities, those of IPv6 too, and whatever else of attributes ExaBGP's words say.
void take_attributes(const AttributeSet& set, RangeAttributes& into)
{
    Reader in{set.octets()};
    while (const auto attribute = next_attribute(in)) {
        if (attribute->type != AttributeType::extended_communities) {
            into.others.insert(into.others.end(), attribute->whole.begin(), attribute->whole.end());
            continue;
        }
        for (auto values = attribute->reader(); !values.empty();) {
            ExtendedCommunity community;
            std::ranges::copy(values.octets(community.value.size()), community.value.begin());
            into.extended_communities.push_back(community);
        }
    }
    if (into.next_hop || set.next_hop().empty()) return;
    Reader hop{set.next_hop()};
    if (set.next_hop().size() == Ipv4Address::octets)
        into.next_hop = Ipv4Address::read(hop);
    else
        into.next_hop = Ipv6Address::read(hop);
}

template <class Nlri>
void add_component(RangeDraft& draft, const std::shared_ptr<Nlri>& nlri, typename Nlri::Component& component)
{
    if (auto* const numbers = std::get_if<FlowNumbers>(&component)) {
        if (numbers->terms.size() != 1) return;
        auto* const term = &numbers->terms.front();
        draft.fields.push_back({.word = range_word(enum_name(numbers->type)),
                                .bits = [nlri, term] { return 8u * term->octets; },
                                .number = [nlri, term] { return Unsigned128{term->value}; },
                                .put = [nlri, term](Unsigned128 to) { term->value = static_cast<std::uint64_t>(to); },
                                .widen =
                                    [nlri, term](Unsigned128 to) {
                                        while (term->octets < 2 && to >> (8 * term->octets) != 0) term->octets *= 2;
                                    },
                                .is_given = true});
    } else if (auto* const prefix = std::get_if<0>(&component)) {
        auto field = range_field::make(range_word(enum_name(prefix->type)), nlri, &prefix->prefix);
        field.is_given = true;
        draft.fields.push_back(std::move(field));
    }
}

template <class F>
std::optional<RangeDraft> flow_draft(OctetView octets)
{
    Reader in{octets};
    auto decoded = F::decode(in);
    if (!decoded) return std::nullopt;
    auto nlri = std::make_shared<typename F::Nlri>(std::move(*decoded));
    auto draft = draft_of<F>(nlri);   // the route distinguisher
    for (auto& component : nlri->components) add_component(draft, nlri, component);
    for (auto& field : draft.fields)
        if (field.word == "rd") field.is_given = nlri->rd.has_value();
    return draft;
}

std::optional<RangeDraft> flow_draft(Family family, OctetView octets)
{
    const bool is_vpn = family.safi == Safi::flowspec_vpn;
    if (family.afi == Afi::ipv4) return is_vpn ? flow_draft<Ipv4FlowSpecVpn>(octets) : flow_draft<Ipv4FlowSpec>(octets);
    return is_vpn ? flow_draft<Ipv6FlowSpecVpn>(octets) : flow_draft<Ipv6FlowSpec>(octets);
}

}   // namespace

std::expected<RangeDraft, std::string> read_flow(Family family, const std::vector<FlowWord>& words, RangeAttributes& attributes)
{
    const FlowLine line{words};
    AttributePool pool;
    std::vector<std::string> watchdogs;
    const auto routes = exabgp::parse_routes(line.text(), false, pool, watchdogs);
    if (!routes) {
        const auto& error = routes.error();
        return spec::refused(line.at(error.column, error.token),
                             error.token.empty() ? error.text : error.text + " (at '" + error.token + "')");
    }
    const auto& first = words.front().name;
    if (routes->size() != 1) return spec::refused(first, "words of more than one flow");
    const auto& route = routes->front();
    if (route.key.family != family)
        return spec::refused(first, "these are words of " + to_text(route.key.family) + ", not of " + to_text(family) +
                                        (family.safi == Safi::flowspec_vpn ? ", which has rd=" : ""));
    if (route.key.path_id || route.watchdog != 0 || route.starts_withdrawn)
        return spec::refused(first,
                             "a flow with path-information, watchdog or withdraw, which ranges do not have: expected path-id=");
    const auto& octets = route.key.nlri;
    auto draft = flow_draft(family, {reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()});
    if (!draft) return spec::refused(first, "a flow that cannot be read");   // never of our own words
    take_attributes(*route.attributes, attributes);
    return std::move(*draft);
}

}   // namespace barrage
