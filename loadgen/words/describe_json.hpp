#pragma once
// Values as JSON and back, over describe(): what `loadgen decode` prints and `loadgen encode` reads.
//   struct → object; variant → object with the "name" of its alternative in front; vector → array; empty optional → left out;
//   integers, Asn, PathId → number; enumeration, address, prefix, community → string; Octets → string of digits;
//   std::string → string, or {"octets": digits} where it is no UTF-8.
// Reading is strict about what is there (an unknown key is an error, with its place) and lenient about what is not: a field
// left out keeps its default.

#include <boost/json.hpp>

#include <expected>
#include <limits>
#include <string>
#include <utility>
#include <variant>

#include "codec/asn.hpp"
#include "codec/describe.hpp"
#include "codec/path_id.hpp"

namespace barrage {

template <class T>
boost::json::value to_json(const T& value)
{
    if constexpr (std::same_as<T, bool> || std::integral<T>)
        return value;
    else if constexpr (std::same_as<T, Asn> || std::same_as<T, PathId>)
        return value.value;
    else if constexpr (std::is_enum_v<T>) {
        if constexpr (NamedEnum<T>)
            if (const auto name = enum_name(value); !name.empty()) return boost::json::string(name);
        return std::to_underlying(value);
    } else if constexpr (std::same_as<T, Octets>)
        return boost::json::string(hex_text(value));
    else if constexpr (std::same_as<T, std::string>) {
        if (is_utf8(value)) return boost::json::string(value);
        return boost::json::object{{"octets", hex_text(Octets(value.begin(), value.end()))}};
    } else if constexpr (TextValue<T>)
        return boost::json::string(to_text(value));
    else if constexpr (is_vector<T>) {
        boost::json::array array;
        array.reserve(value.size());
        for (const auto& element : value) array.push_back(to_json(element));
        return array;
    } else if constexpr (is_variant<T>) {
        return std::visit(
            [](const auto& alternative) {
                boost::json::object object{{"name", alternative.name}};
                auto fields = to_json(alternative);
                for (auto& field : fields.as_object()) object.insert_or_assign(field.key(), std::move(field.value()));
                return boost::json::value(std::move(object));
            },
            value);
    } else {
        static_assert(Describable<T>);
        boost::json::object object;
        T::describe(value, [&object]<class F>(std::string_view name, const F& field) {
            if constexpr (is_optional<F>) {
                if (field) object[name] = to_json(*field);
            } else
                object[name] = to_json(field);
        });
        return object;
    }
}

/// Where in the document, and what was expected there: "attributes[2].value.asn: expected a number up to 4294967295".
struct JsonError {
    std::string place;
    std::string text;

    [[nodiscard]] std::string message() const { return place.empty() ? text : place + ": " + text; }
};

/// Fills one value from one JSON value; stops at the first error.
class JsonReader {
public:
    template <class T>
    std::expected<T, JsonError> read(const boost::json::value& json)
    {
        T value{};
        if (!fill(value, json)) return std::unexpected(error_);
        return value;
    }

private:
    bool expected(std::string_view what)
    {
        error_.text = "expected " + std::string{what};
        return false;
    }

    /// Runs `read` one step deeper; an error keeps the path of where it was found.
    bool below(const std::string& step, auto&& read)
    {
        const auto size = error_.place.size();
        error_.place += step.starts_with('[') || error_.place.empty() ? step : "." + step;
        if (!read()) return false;
        error_.place.resize(size);
        return true;
    }

    template <std::integral T>
    bool fill_number(T& value, const boost::json::value& json)
    {
        boost::json::error_code failed;
        const auto number = json.to_number<T>(failed);
        if (failed || json.is_double()) return expected("a number up to " + std::to_string(std::numeric_limits<T>::max()));
        value = number;
        return true;
    }

    template <class T>
    bool fill(T& value, const boost::json::value& json)
    {
        if constexpr (std::same_as<T, bool>) {
            if (!json.is_bool()) return expected("true or false");
            value = json.get_bool();
            return true;
        } else if constexpr (std::integral<T>)
            return fill_number(value, json);
        else if constexpr (std::same_as<T, Asn> || std::same_as<T, PathId>)
            return fill_number(value.value, json);
        else if constexpr (std::is_enum_v<T>)
            return fill_enum(value, json);
        else if constexpr (is_vector<T>)
            return fill_vector(value, json);
        else if constexpr (is_optional<T>)
            return fill(value.emplace(), json);
        else if constexpr (is_variant<T>)
            return fill_variant(value, json);
        else if constexpr (std::same_as<T, Octets> || std::same_as<T, std::string> || TextValue<T>)
            return fill_text(value, json);
        else {
            static_assert(Describable<T>);
            return fill_struct(value, json, false);
        }
    }

    template <class T>
    bool fill_enum(T& value, const boost::json::value& json)
    {
        if constexpr (NamedEnum<T>)
            if (json.is_string()) {
                const auto named = enum_from_name<T>(json.get_string());
                if (!named) {
                    std::string names;
                    for (const auto& known : enum_names(T{})) names += (names.empty() ? "" : ", ") + std::string{known.name};
                    return expected("one of " + names);
                }
                value = *named;
                return true;
            }
        std::underlying_type_t<T> number{};
        if (!fill_number(number, json)) return false;
        value = T{number};
        return true;
    }

    template <class T>
    bool fill_text(T& value, const boost::json::value& json)
    {
        if constexpr (std::same_as<T, std::string>)
            if (json.is_object()) return fill_text_of_octets(value, json.get_object());
        if (!json.is_string()) return expected("a string");
        const std::string_view text = json.get_string();
        if constexpr (std::same_as<T, std::string>)
            value = text;
        else {
            std::optional<T> read;
            if constexpr (std::same_as<T, Octets>)
                read = octets_from_hex(text);
            else
                read = T::from_text(text);
            if (!read)
                return expected(std::same_as<T, Octets> ? "hexadecimal digits, two an octet"
                                                        : "such a value, not \"" + std::string{text} + '"');
            // What `decode` prints has none: bits behind the length that a peer sent are in its octets.
            if constexpr (requires { read->loses_bits(); })
                if (read->loses_bits())
                    return expected("a prefix without bits behind the length, not \"" + std::string{text} + '"');
            value = std::move(*read);
        }
        return true;
    }

    bool fill_text_of_octets(std::string& value, const boost::json::object& object)
    {
        const auto* digits = object.size() == 1 ? object.if_contains("octets") : nullptr;
        const auto octets =
            digits && digits->is_string() ? octets_from_hex(std::string_view{digits->get_string()}) : std::nullopt;
        if (!octets) return expected("a string, or an object with \"octets\"");
        value.assign(octets->begin(), octets->end());
        return true;
    }

    template <class T>
    bool fill_vector(std::vector<T>& value, const boost::json::value& json)
    {
        if (!json.is_array()) return expected("an array");
        const auto& array = json.get_array();
        value.resize(array.size());
        for (std::size_t i = 0; i < array.size(); ++i)
            if (!below("[" + std::to_string(i) + "]", [&] { return fill(value[i], array[i]); })) return false;
        return true;
    }

    template <class... T>
    bool fill_variant(std::variant<T...>& value, const boost::json::value& json)
    {
        const auto* name = json.is_object() ? json.get_object().if_contains("name") : nullptr;
        if (!name || !name->is_string()) return expected("an object with a \"name\"");
        bool found = false;
        bool good = false;
        const auto try_one = [&]<class Alternative>() {
            if (found || Alternative::name != std::string_view{name->get_string()}) return;
            found = true;
            good = fill_struct(value.template emplace<Alternative>(), json, true);
        };
        (try_one.template operator()<T>(), ...);
        return found ? good : below("name", [this] { return expected("a known name"); });
    }

    template <Describable T>
    bool fill_struct(T& value, const boost::json::value& json, bool has_name)
    {
        if (!json.is_object()) return expected("an object");
        const auto& object = json.get_object();
        std::size_t known = has_name;
        bool good = true;
        T::describe(value, [&](std::string_view name, auto& field) {
            const auto* found = good ? object.if_contains(name) : nullptr;
            if (!found) return;
            ++known;
            good = below(std::string{name}, [&] { return fill(field, *found); });
        });
        if (!good || known == object.size()) return good;
        for (const auto& [key, ignored] : object) {
            bool described = has_name && key == "name";
            T::describe(value, [&](std::string_view name, auto&) { described |= name == std::string_view{key}; });
            if (!described) return below(std::string{key}, [this] { return expected("no such key"); });
        }
        return true;
    }

    JsonError error_;
};

template <class T>
std::expected<T, JsonError> from_json(const boost::json::value& json)
{
    return JsonReader{}.read<T>(json);
}

}   // namespace barrage
