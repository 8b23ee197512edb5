#include "loadgen/commands/option_words.hpp"

#include "loadgen/words/units.hpp"

namespace barrage::option_words {

namespace {

using Parsed = std::expected<void, std::string>;

std::unexpected<std::string> expected_form(const std::string& text, std::string_view form)
{
    return std::unexpected("'" + text + "': expected " + std::string{form});
}

}   // namespace

CLI::Option* add(CLI::App& app, const std::string& names, const char* type_name, const std::string& help,
                 std::function<Parsed(const std::string&)> parse)
{
    const auto take = [parse = std::move(parse), names](const std::string& text) {
        if (const auto parsed = parse(text); !parsed) throw CLI::ValidationError(names, parsed.error());
    };
    return app.add_option_function<std::string>(names, take, help)->type_name(type_name);
}

std::expected<std::uint64_t, std::string> number_within(const std::string& text, std::uint64_t least, std::uint64_t most)
{
    const auto number = parse_number(text);
    if (!number) return number;
    if (*number < least || *number > most)
        return expected_form(text, "a number of " + std::to_string(least) + " to " + std::to_string(most));
    return number;
}

CLI::Option* add_duration(CLI::App& app, const std::string& names, std::chrono::nanoseconds& into, const std::string& help)
{
    return add(app, names, "TIME", help, [&into](const std::string& text) -> Parsed {
        const auto duration = parse_duration(text);
        if (!duration) return std::unexpected(duration.error());
        into = *duration;
        return {};
    });
}

CLI::Option* add_duration(CLI::App& app, const std::string& names, std::optional<std::chrono::nanoseconds>& into,
                          const std::string& help)
{
    return add(app, names, "TIME", help, [&into](const std::string& text) -> Parsed {
        const auto duration = parse_duration(text);
        if (!duration) return std::unexpected(duration.error());
        into = *duration;
        return {};
    });
}

CLI::Option* add_metrics(CLI::App& app, std::optional<Endpoint>& into)
{
    return add(app, "--metrics", "[ADDR:]PORT",
               "Serve Prometheus metrics over HTTP at /metrics; port 0 is any free one. The URL is printed on stderr: metrics on "
               "http://…",
               [&into](const std::string& text) -> Parsed {
                   const bool port_alone = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
                   const auto endpoint = parse_endpoint(port_alone ? "127.0.0.1:" + text : text);
                   if (!endpoint) return std::unexpected(endpoint.error());
                   into = *endpoint;
                   return {};
               });
}

CLI::Option* add_hold_time(CLI::App& app, std::chrono::seconds& into)
{
    const auto help = "The hold time to propose, 0 for none [" + std::to_string(into.count()) + "s]";
    return add(app, "--hold-time", "TIME", help, [&into](const std::string& text) -> Parsed {
        const auto duration = parse_duration(text);
        if (!duration) return std::unexpected(duration.error());
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*duration);
        if (seconds != *duration || seconds.count() > 65535 || (seconds.count() != 0 && seconds.count() < 3))
            return expected_form(text, "whole seconds: 0, or 3s to 65535s");
        into = seconds;
        return {};
    });
}

CLI::Option* add_as(CLI::App& app, const std::string& names, std::optional<Asn>& into, const std::string& help)
{
    return add(app, names, "AS", help, [&into](const std::string& text) -> Parsed {
        into = Asn::from_text(text);
        if (!into || into->value == 0) return expected_form(text, "an AS number such as 65001 or 1.10");
        return {};
    });
}

CLI::Option* add_address(CLI::App& app, const std::string& names, std::optional<IpAddress>& into, const std::string& help)
{
    return add(app, names, "ADDR", help, [&into](const std::string& text) -> Parsed {
        into = IpAddress::from_text(text);
        if (!into) return expected_form(text, "an address such as 192.0.2.1 or 2001:db8::1");
        return {};
    });
}

CLI::Option* add_router_id(CLI::App& app, std::optional<Ipv4Address>& into, const std::string& help)
{
    return add(app, "--router-id", "ID", help, [&into](const std::string& text) -> Parsed {
        into = Ipv4Address::from_text(text);
        if (!into || into->value == 0) return expected_form(text, "an identifier such as 10.0.0.1, not 0.0.0.0");
        return {};
    });
}

std::expected<FamilySet, std::string> read_families(std::string_view text)
{
    FamilySet families;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find_first_of("+,", at), text.size());
        const auto word = text.substr(at, end - at);
        const auto family = family_from_name(word);
        if (word == "all")
            families = FamilySet::all();
        else if (family)
            families.insert(*family);
        else {
            std::string names = "all";
            for (const auto& known : known_families) names.append(", ").append(known.name);
            return std::unexpected("no family \"" + std::string{word} + "\": expected " + names);
        }
        at = end + 1;
    }
    return families;
}

CLI::Option* add_families(CLI::App& app, const std::string& names, std::optional<FamilySet>& into, const std::string& help)
{
    return add(app, names, "FAMILY,..|all", help, [&into](const std::string& text) -> Parsed {
        const auto families = read_families(text);
        if (!families) return std::unexpected(families.error());
        into = *families;
        return {};
    });
}

void add_engine(CLI::App& app, EngineChoice& into, const std::string& shards_by_default)
{
    add(app, "--mode", "sync|async", "sync: one thread; async: a thread for each shard",
        [&into](const std::string& text) -> Parsed {
            if (text == "sync")
                into.mode = EngineMode::sync;
            else if (text == "async")
                into.mode = EngineMode::async;
            else
                return expected_form(text, "sync or async");
            return {};
        })
        ->group("Engine");
    add_number(app, "--shards", into.options.shards, "async: threads that own sessions [" + shards_by_default + "]", 1, 1024)
        ->group("Engine");
    add_number(
        app, "--packers", into.options.packers,
        "async: threads that pack ahead of the shards; 0: these pack by themselves [half of the cores; 0 with two or fewer]", 0,
        1024)
        ->group("Engine");
    // Not add_flag(): of a std::optional<bool> it would make a count, 0 where the flag is absent.
    app.add_flag_function(
           "--pin,!--no-pin", [&into](std::int64_t given) { into.options.pin = given > 0; },
           "async: a shard stays on its core [where shards leave one to others]")
        ->group("Engine");
}

}   // namespace barrage::option_words
