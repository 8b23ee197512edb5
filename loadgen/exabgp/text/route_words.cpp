#include "loadgen/exabgp/text/route_words.hpp"

#include <type_traits>

#include <fmt/format.h>

#include "loadgen/exabgp/grammar/described_words.hpp"
#include "loadgen/exabgp/grammar/read_back.hpp"
#include "loadgen/exabgp/text/json_text.hpp"
#include "loadgen/exabgp/vocabulary/family_names.hpp"
#include "loadgen/words/describe_json.hpp"
#include "loadgen/words/json_text.hpp"

namespace barrage::exabgp {

namespace {

template <class Nlri>
inline constexpr bool is_prefix = std::is_same_v<Nlri, Ipv4Prefix> || std::is_same_v<Nlri, Ipv6Prefix>;
template <class Nlri>
concept Labeled = requires(const Nlri nlri) {
    nlri.labels.labels;
    nlri.prefix;
};
template <class Nlri>
concept WithDistinguisher = Labeled<Nlri> && requires(const Nlri nlri) { nlri.rd; };
template <class Nlri>
inline constexpr bool is_flow = std::is_same_v<Nlri, FlowSpecNlri4> || std::is_same_v<Nlri, FlowSpecNlri6>;
/// Of several route types: EVPN, MVPN, MUP.
template <class Nlri>
concept Typed = requires(const Nlri nlri) { nlri.route.index(); } && !std::is_same_v<Nlri, VplsNlri>;

std::string path_text(PathId id) { return to_text(Ipv4Address{id.value}); }

std::string labels_text(const LabelStack& stack)
{
    if (stack.labels.size() == 1) return fmt::format(" label {}", stack.labels.front());
    return stack.labels.empty() ? std::string{} : fmt::format(" label [ {} ]", fmt::join(stack.labels, " "));
}

std::string labels_json(const LabelStack& stack)
{
    std::string text{"\"label\": [ "};
    for (std::size_t i = 0; i < stack.labels.size(); ++i)
        fmt::format_to(std::back_inserter(text), "{}[{}]", i == 0 ? "" : ", ", stack.labels[i]);
    return text + " ]";
}

/// Structures to flat objects, with a label as the number that it is.
boost::json::object renamed(const boost::json::object& fields)
{
    boost::json::object result;
    for (const auto& field : fields) {
        const auto* inner = field.value().if_object();
        if (inner && inner->contains("low_bits"))
            result[field_word(field.key())] = boost::json::array{boost::json::array{inner->at("label")}};
        else
            result[field_word(field.key())] = field.value();
    }
    return result;
}

template <class F>
Octets octets_of(const typename F::Nlri& nlri)
{
    Octets octets;
    Writer writer{octets};
    F::encode(nlri, writer);
    return octets;
}

std::uint16_t code_of(const auto& route)
{
    if constexpr (requires { std::to_underlying(route.type); })
        return std::to_underlying(route.type);
    else
        return route.type;
}

template <class F>
std::string flow_or_field_words(const typename F::Nlri& nlri)
{
    using Nlri = typename F::Nlri;
    std::string text;
    const auto append = [&text](const auto& fields) {
        if (!has_only_words(fields)) return false;
        append_words(text, fields);
        return true;
    };
    if constexpr (is_flow<Nlri>)
        return flow_text(nlri);
    else if constexpr (std::is_same_v<Nlri, VplsNlri>) {
        if (const auto* block = std::get_if<VplsLabelBlock>(&nlri.route))
            return fmt::format("vpls rd {} endpoint {} base {} offset {} size {}", to_text(block->rd), block->ve_id,
                               block->label_base.label, block->offset, block->size);
        const auto& discovery = std::get<VplsDiscovery>(nlri.route);
        return fmt::format("vpls rd {} pe-address {}", to_text(discovery.rd), to_text(discovery.pe_address));
    } else if constexpr (Typed<Nlri>)
        return std::visit(
            [&](const auto& typed) {
                text = plain_name(typed.name);
                return append(typed) ? text : std::string{};
            },
            nlri.route);
    else
        return append(nlri) && !text.empty() ? text.substr(1) : std::string{};
}

/// False for the NLRI of a VPN in a family that `rd` and `label` do not mean: classful transport.
template <class F>
inline constexpr bool has_prefix_words =
    !Labeled<typename F::Nlri> || F::safi == Safi::labeled_unicast || F::safi == Safi::mpls_vpn;

/// Whether words say all of a prefix: no bits behind its length, and labels as they are written (RFC 8277 sections 2.2 to 2.4).
template <class Nlri>
bool is_plain(const Nlri& nlri, bool withdrawn)
{
    if constexpr (Labeled<Nlri>) {
        const bool is_withdraw_label = withdrawn && nlri.labels == LabelStack::withdraw_label();
        const bool has_labels = !nlri.labels.octets && !nlri.labels.labels.empty();
        return nlri.prefix.masked() == nlri.prefix && (is_withdraw_label || has_labels);
    } else
        return nlri.masked() == nlri;
}

/// The words behind `announce AFI SAFI`; empty where only octets say it all.
template <class F>
std::string words_of(const typename F::Nlri& nlri, OctetView octets, bool withdrawn, const std::string& path)
{
    using Nlri = typename F::Nlri;
    if constexpr (is_prefix<Nlri>)
        return is_plain(nlri, withdrawn) ? to_text(nlri) + path : std::string{};
    else if constexpr (!has_prefix_words<F>)
        return {};
    else if constexpr (Labeled<Nlri>) {
        if (!is_plain(nlri, withdrawn)) return {};
        auto text = to_text(nlri.prefix) + path;
        if (!nlri.labels.octets) text += labels_text(nlri.labels);
        if constexpr (WithDistinguisher<Nlri>) text += " rd " + to_text(nlri.rd);
        return text;
    } else {
        constexpr Family family{F::afi, F::safi};
        const auto text = flow_or_field_words<F>(nlri);
        return !text.empty() && reads_back(family_words(family) + " " + text, family, octets) ? text + path : std::string{};
    }
}

/// Whether the words mean this family without its name.
template <class F>
bool names_family(const typename F::Nlri& nlri, const std::string& words, OctetView octets)
{
    using Nlri = typename F::Nlri;
    constexpr Family family{F::afi, F::safi};
    if constexpr (is_prefix<Nlri>)
        return safi_of_prefix(IpAddress{nlri.address}, false, false) == F::safi;
    else if constexpr (WithDistinguisher<Nlri>)
        return true;
    else if constexpr (Labeled<Nlri>)
        return !nlri.labels.octets;
    else if constexpr (is_flow<Nlri> || std::is_same_v<Nlri, VplsNlri>)
        return reads_back(words, family, octets);
    else
        return false;
}

template <class F>
std::string one_text(const Route<typename F::Nlri>& route, RouteTextForm form)
{
    constexpr Family family{F::afi, F::safi};
    const auto octets = octets_of<F>(route.nlri);
    std::string path;
    if (route.path_id) path = " path-information " + path_text(*route.path_id);
    const auto words = words_of<F>(route.nlri, octets, form.withdrawn, path);
    const auto text = words.empty() ? "raw " + upper_hex(octets.data(), octets.size()) + path : words;
    if (form.after_family || (!words.empty() && names_family<F>(route.nlri, words, octets))) return text;
    return family_words(family) + " " + text;
}

/// Octets beside fields that do not say them all.
template <class F>
std::string raw_json(const typename F::Nlri& nlri, bool withdrawn)
{
    const auto octets = octets_of<F>(nlri);
    if (!words_of<F>(nlri, octets, withdrawn, {}).empty()) return {};
    return fmt::format(R"(, "raw": "{}")", upper_hex(octets.data(), octets.size()));
}

template <class F>
void append_fields_json(std::string& out, const Route<typename F::Nlri>& route)
{
    using Nlri = typename F::Nlri;
    const auto& nlri = route.nlri;
    const auto octets = octets_of<F>(nlri);
    boost::json::object object;
    if constexpr (Typed<Nlri>)
        std::visit(
            [&](const auto& typed) {
                object["code"] = code_of(typed);
                object["parsed"] = !std::is_same_v<std::remove_cvref_t<decltype(typed)>, UnknownRoute>;
                object["raw"] = upper_hex(octets.data(), octets.size());
                object["name"] = typed.name;
                for (const auto& field : renamed(to_json(typed).as_object()))
                    if (!object.contains(field.key())) object[field.key()] = field.value();
            },
            nlri.route);
    else {
        object["parsed"] = true;
        object["raw"] = upper_hex(octets.data(), octets.size());
        for (const auto& field : renamed(to_json(nlri).as_object())) object[field.key()] = field.value();
    }
    if (route.path_id) object["path-information"] = path_text(*route.path_id);
    out += json_text(object);
}

template <class F>
void append_one_json(std::string& out, const Route<typename F::Nlri>& route, bool withdrawn, const std::string& more)
{
    using Nlri = typename F::Nlri;
    const auto& nlri = route.nlri;
    const auto into = std::back_inserter(out);
    const auto path = [&] {
        if (route.path_id) fmt::format_to(into, R"(, "path-information": "{}")", path_text(*route.path_id));
    };
    if constexpr (is_prefix<Nlri> || Labeled<Nlri>) {
        if constexpr (is_prefix<Nlri>)
            fmt::format_to(into, R"({{ "nlri": "{}")", to_text(nlri));
        else
            fmt::format_to(into, R"({{ "nlri": "{}")", to_text(nlri.prefix));
        path();
        if constexpr (Labeled<Nlri>) {
            const bool is_withdraw_label = withdrawn && nlri.labels == LabelStack::withdraw_label();
            out += ", " + labels_json(is_withdraw_label ? LabelStack{} : nlri.labels);
        }
        if constexpr (WithDistinguisher<Nlri>) fmt::format_to(into, R"(, "rd": "{}")", to_text(nlri.rd));
        if (!has_prefix_words<F> || !is_plain(nlri, withdrawn)) out += raw_json<F>(nlri, withdrawn);
        out += more + " }";
    } else if constexpr (is_flow<Nlri> || std::is_same_v<Nlri, VplsNlri>) {
        if constexpr (is_flow<Nlri>)
            append_flow_json(out, nlri);
        else if (const auto* block = std::get_if<VplsLabelBlock>(&nlri.route))
            fmt::format_to(into, R"({{ "rd": "{}", "endpoint": {}, "base": {}, "offset": {}, "size": {} }})", to_text(block->rd),
                           block->ve_id, block->label_base.label, block->offset, block->size);
        else
            fmt::format_to(into, R"({{ "rd": "{}", "pe-address": "{}" }})", to_text(std::get<VplsDiscovery>(nlri.route).rd),
                           to_text(std::get<VplsDiscovery>(nlri.route).pe_address));
        out.resize(out.size() - 2);   // " }"
        path();
        out += raw_json<F>(nlri, withdrawn) + more + " }";
    } else {
        append_fields_json<F>(out, route);
        out.insert(out.size() - 1, more);
    }
}

}   // namespace

void append_json(std::string& out, const AnyRoutes& routes, bool withdrawn, const std::string& more)
{
    std::visit(
        [&]<class Routes>(const Routes& of) {
            if constexpr (std::is_same_v<Routes, UnknownRoutes>) {
                fmt::format_to(std::back_inserter(out), R"({{ "parsed": false, "raw": "{}" }})",
                               upper_hex(of.octets.data(), of.octets.size()));
            } else {
                for (std::size_t i = 0; i < of.routes.size(); ++i) {
                    if (i != 0) out += ", ";
                    append_one_json<typename Routes::FamilyType>(out, of.routes[i], withdrawn, more);
                }
            }
        },
        routes);
}

std::vector<std::string> texts_of(const AnyRoutes& routes, RouteTextForm form)
{
    std::vector<std::string> texts;
    std::visit(
        [&]<class Routes>(const Routes& of) {
            if constexpr (std::is_same_v<Routes, UnknownRoutes>)
                texts.push_back(upper_hex(of.octets.data(), of.octets.size()));
            else
                for (const auto& route : of.routes) texts.push_back(one_text<typename Routes::FamilyType>(route, form));
        },
        routes);
    return texts;
}

}   // namespace barrage::exabgp
