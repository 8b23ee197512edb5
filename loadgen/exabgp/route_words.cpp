#include "loadgen/exabgp/route_words.hpp"

#include <type_traits>

#include <fmt/format.h>

#include "loadgen/describe_json.hpp"
#include "loadgen/exabgp/json_text.hpp"

namespace barrage::exabgp {

namespace {

template <class Nlri>
inline constexpr bool is_prefix = std::is_same_v<Nlri, Ipv4Prefix> || std::is_same_v<Nlri, Ipv6Prefix>;
template <class Nlri>
concept Labeled = requires(const Nlri nlri)
{
    nlri.labels.labels;
    nlri.prefix;
};
template <class Nlri>
concept WithDistinguisher = Labeled<Nlri> && requires(const Nlri nlri)
{
    nlri.rd;
};
template <class Nlri>
inline constexpr bool is_flow = std::is_same_v<Nlri, FlowSpecNlri4> || std::is_same_v<Nlri, FlowSpecNlri6>;
/// Of several route types: EVPN, MVPN, MUP.
template <class Nlri>
concept Typed = requires(const Nlri nlri)
{
    nlri.route.index();
}
&&!std::is_same_v<Nlri, VplsNlri>;

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

/// ExaBGP's names of fields, where they are not ours.
std::string key_of(std::string_view ours)
{
    if (ours == "ethernet_tag") return "etag";
    if (ours == "prefix_length") return "iplen";
    std::string key{ours};
    for (auto& c : key)
        if (c == '_') c = '-';
    return key;
}

/// Structures to flat objects, with a label as the number that it is.
boost::json::object renamed(const boost::json::object& fields)
{
    boost::json::object result;
    for (const auto& field : fields) {
        const auto* inner = field.value().if_object();
        if (inner && inner->contains("low_bits"))
            result[key_of(field.key())] = boost::json::array{boost::json::array{inner->at("label")}};
        else
            result[key_of(field.key())] = field.value();
    }
    return result;
}

std::uint16_t code_of(const auto& route)
{
    if constexpr (requires { std::to_underlying(route.type); })
        return std::to_underlying(route.type);
    else
        return route.type;
}

template <class F>
void append_one_json(std::string& out, const Route<typename F::Nlri>& route)
{
    using Nlri = typename F::Nlri;
    const auto& nlri = route.nlri;
    const auto into = std::back_inserter(out);
    if constexpr (is_prefix<Nlri> || Labeled<Nlri>) {
        if constexpr (is_prefix<Nlri>)
            fmt::format_to(into, R"({{ "nlri": "{}")", to_text(nlri));
        else
            fmt::format_to(into, R"({{ "nlri": "{}")", to_text(nlri.prefix));
        if (route.path_id) fmt::format_to(into, R"(, "path-information": "{}")", path_text(*route.path_id));
        if constexpr (Labeled<Nlri>) out += ", " + labels_json(nlri.labels);
        if constexpr (WithDistinguisher<Nlri>) fmt::format_to(into, R"(, "rd": "{}")", to_text(nlri.rd));
        out += " }";
    } else if constexpr (is_flow<Nlri>) {
        append_flow_json(out, nlri);
    } else if constexpr (std::is_same_v<Nlri, VplsNlri>) {
        if (const auto* block = std::get_if<VplsLabelBlock>(&nlri.route))
            fmt::format_to(into, R"({{ "rd": "{}", "endpoint": {}, "base": {}, "offset": {}, "size": {} }})", to_text(block->rd),
                           block->ve_id, block->label_base.label, block->offset, block->size);
        else
            fmt::format_to(into, R"({{ "rd": "{}", "pe-address": "{}" }})", to_text(std::get<VplsDiscovery>(nlri.route).rd),
                           to_text(std::get<VplsDiscovery>(nlri.route).pe_address));
    } else {
        Octets octets;
        Writer writer{octets};
        F::encode(nlri, writer);
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
        out += boost::json::serialize(object);
    }
}

template <class F>
std::string one_text(const Route<typename F::Nlri>& route)
{
    using Nlri = typename F::Nlri;
    const auto& nlri = route.nlri;
    std::string path;
    if (route.path_id) path = " path-information " + path_text(*route.path_id);
    if constexpr (is_prefix<Nlri>)
        return to_text(nlri) + path;
    else if constexpr (WithDistinguisher<Nlri>)
        return to_text(nlri.prefix) + path + labels_text(nlri.labels) + " rd " + to_text(nlri.rd);
    else if constexpr (Labeled<Nlri>)
        return to_text(nlri.prefix) + path + labels_text(nlri.labels);
    else if constexpr (is_flow<Nlri>)
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
                std::string text{typed.name};
                for (const auto& field : renamed(to_json(typed).as_object())) {
                    const auto* words = field.value().if_string();
                    text += fmt::format(" {} {}", std::string_view{field.key()},
                                        words ? std::string{words->c_str()} : boost::json::serialize(field.value()));
                }
                return text + path;
            },
            nlri.route);
    else {
        Octets octets;
        Writer writer{octets};
        F::encode(nlri, writer);
        return upper_hex(octets.data(), octets.size()) + path;
    }
}

}   // namespace

void append_json(std::string& out, const AnyRoutes& routes)
{
    std::visit(
        [&]<class Routes>(const Routes& of) {
            if constexpr (std::is_same_v<Routes, UnknownRoutes>) {
                fmt::format_to(std::back_inserter(out), R"({{ "parsed": false, "raw": "{}" }})",
                               upper_hex(of.octets.data(), of.octets.size()));
            } else {
                for (std::size_t i = 0; i < of.routes.size(); ++i) {
                    if (i != 0) out += ", ";
                    append_one_json<typename Routes::FamilyType>(out, of.routes[i]);
                }
            }
        },
        routes);
}

std::vector<std::string> texts_of(const AnyRoutes& routes)
{
    std::vector<std::string> texts;
    std::visit(
        [&]<class Routes>(const Routes& of) {
            if constexpr (std::is_same_v<Routes, UnknownRoutes>)
                texts.push_back(upper_hex(of.octets.data(), of.octets.size()));
            else
                for (const auto& route : of.routes) texts.push_back(one_text<typename Routes::FamilyType>(route));
        },
        routes);
    return texts;
}

}   // namespace barrage::exabgp
