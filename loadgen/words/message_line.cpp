#include "loadgen/words/message_line.hpp"

#include <algorithm>
#include <cctype>

#include "codec/format.hpp"
#include "loadgen/words/describe_json.hpp"
#include "loadgen/words/json_text.hpp"

namespace barrage {

namespace {

/// "UPDATE", "ROUTE-REFRESH".
std::string heading(MessageType type)
{
    std::string text{enum_name(type)};
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

void append_field(std::string& out, std::string_view name, const auto& field)
{
    out.append("  ").append(name) += ' ';
    print(out, field);
    out += '\n';
}

std::string lines_of(const Update& update)
{
    std::string text;
    if (!update.withdrawn.empty()) append_field(text, "withdrawn", update.withdrawn);
    for (const auto& attribute : update.attributes) text += "  " + to_text(attribute) + "\n";
    if (!update.nlri.empty()) append_field(text, "nlri", update.nlri);
    return text;
}

std::string lines_of(const Open& open)
{
    std::string text;
    append_field(text, "version", open.version);
    append_field(text, "as", open.asn());
    append_field(text, "hold_time", open.hold_time);
    append_field(text, "bgp_identifier", open.bgp_identifier);
    for (const auto& capability : open.capabilities()) text += "  capability " + to_text(capability) + "\n";
    return text;
}

std::string lines_of(const Notification& notification) { return "  " + to_text(notification) + "\n"; }

std::string lines_of(const auto& message)
{
    std::string text;
    std::remove_cvref_t<decltype(message)>::describe(
        message, [&text](std::string_view name, const auto& field) { append_field(text, name, field); });
    return text;
}

bool is_between_digits(char c) { return c == ' ' || c == '\t' || c == '\r' || c == ':'; }

}   // namespace

DecodedMessage decode_line(std::string_view hex, const SessionOptions& options, Neighbor neighbor)
{
    std::string digits;
    digits.reserve(hex.size());
    std::ranges::copy_if(hex, std::back_inserter(digits), [](char c) { return !is_between_digits(c); });
    const auto octets = octets_from_hex(digits);
    if (!octets) return {.problems = {{.text = "not hexadecimal digits, two an octet"}}};
    return decode_any(*octets, options, neighbor);
}

std::string to_json_line(const DecodedMessage& decoded)
{
    boost::json::object object{{"type", nullptr}, {"valid", decoded.problems.empty()}, {"problems", to_json(decoded.problems)}};
    if (decoded.type) object["type"] = to_json(*decoded.type);
    if (decoded.message) object["message"] = std::visit([](const auto& message) { return to_json(message); }, *decoded.message);
    return json_text(object);
}

std::string to_lines(const DecodedMessage& decoded)
{
    auto text = decoded.type ? heading(*decoded.type) : std::string{"no message"};
    if (decoded.problems.size() == 1)
        text += ", 1 problem";
    else if (!decoded.problems.empty())
        text += ", " + std::to_string(decoded.problems.size()) + " problems";
    text += '\n';
    if (decoded.message) text += std::visit([](const auto& message) { return lines_of(message); }, *decoded.message);
    for (const auto& problem : decoded.problems)
        text += fmt::format("  problem at offset {}: {}: {}\n", problem.offset, name(problem.action), problem.text);
    return text;
}

std::expected<std::string, std::string> encode_line(std::string_view json, const SessionOptions& options)
{
    const auto refused = [](std::string text) { return std::unexpected(std::move(text)); };
    boost::json::error_code failed;
    const auto value = boost::json::parse(boost::json::string_view{json.data(), json.size()}, failed);
    if (failed) return refused("no JSON: " + failed.message());
    const auto* object = value.if_object();
    if (!object) return refused("expected an object, as `loadgen decode --json` prints it");
    for (const auto& [key, ignored] : *object)
        if (key != "type" && key != "valid" && key != "problems" && key != "message")
            return refused(std::string{key} + ": expected no such key");

    const auto* type_name = object->if_contains("type");
    if (!type_name) return refused("type: is missing");
    if (type_name->is_null()) return refused("type: null is no message");
    const auto type = from_json<MessageType>(*type_name);
    if (!type) return refused("type: " + type.error().message());
    auto message = message_of(*type);
    if (!message) return refused("type: expected that of a message");

    const auto* fields = object->if_contains("message");
    if (!fields) return refused("message: is missing");
    const auto wrong = std::visit(
        [fields]<class Message>(Message& into) -> std::string {
            auto read = from_json<Message>(*fields);
            if (!read)
                return "message" + (read.error().place.empty() ? ": " : "." + read.error().place + ": ") + read.error().text;
            into = std::move(*read);
            return {};
        },
        *message);
    if (!wrong.empty()) return refused(wrong);
    const auto octets = encode_any(*message, options);
    if (!octets) return refused(octets.error());
    return hex_text(*octets);
}

}   // namespace barrage
