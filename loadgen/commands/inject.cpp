#include "loadgen/commands/inject.hpp"

#include <fmt/format.h>

#include <memory>

#include "loadgen/commands/option_words.hpp"
#include "loadgen/console/secret.hpp"
#include "loadgen/inject/inject.hpp"
#include "loadgen/inject/inject_options.hpp"
#include "loadgen/words/units.hpp"

namespace barrage {

namespace {

using Parsed = std::expected<void, std::string>;

void add_route_options(CLI::App& command, InjectOptions& inject)
{
    const auto take_routes = [&inject](const std::vector<std::string>& words) {
        for (const auto& word : words) {
            auto spec = parse_route_spec(word);
            if (!spec) throw CLI::ValidationError("--routes " + word, spec.error());
            inject.table.sources.push_back({word, std::move(*spec)});
        }
        return true;
    };
    command
        .add_option_function<std::vector<std::string>>(
            "--routes", take_routes,
            "What to send: FILE (an MRT dump, prefixes one a line, lines of bgpdump -m, CSV with named columns, announce and "
            "withdraw lines of ExaBGP's API, or UPDATEs in hexadecimal digits; known by what is in it, compressed or not; "
            "of several snapshots in a dump FILE,snapshot=N takes the Nth), "
            "full-table:COUNT[,seed=N][,family=ipv6][,next-hop=ADDR] or "
            "range:[FAMILY:]FIRSTxCOUNT[,step=N][,rd=…][,label=…][,paths=N][,as-path=…][,community=…][,target=…][,next-hop=ADDR]"
            "…, "
            "of any family, see docs/ranges.md; repeatable")
        ->type_name("SOURCE")
        ->expected(1)
        ->take_all()
        ->group("Routes");
    command.add_flag("--divided", inject.slice, "Divide the routes among the peers [every peer sends all]")->group("Routes");
    command.add_flag("--shuffle", inject.shuffled, "Send the routes in random order, by --seed [in the order of the source]")
        ->group("Routes");
    option_words::add(
        command, "--mrt-peer", "PEER",
        "The peer whose routes of a dump, or of lines of bgpdump, are sent: an index, an address, an AS (AS65001), most or all "
        "[most for a table, all for updates]",
        [&inject](const std::string& text) -> Parsed {
            inject.table.mrt_peer = MrtPeerChoice::from_text(text);
            if (inject.table.mrt_peer) return {};
            return std::unexpected("'" + text + "': expected an index, an address, an AS (AS65001), most or all");
        })
        ->group("Routes");
    const auto take_next_hops = [&inject](const std::vector<std::string>& words) {
        for (const auto& word : words)
            if (const auto taken = take_next_hop(word, inject.next_hop); !taken)
                throw CLI::ValidationError("--next-hop", taken.error());
        return true;
    };
    command
        .add_option_function<std::vector<std::string>>("--next-hop", take_next_hops,
                                                       "self: the session's address of the routes' family, else its interface's; "
                                                       "keep: as in the source; or an address, once for each "
                                                       "family [self on eBGP and where the source has none, else keep]")
        ->type_name("self|keep|ADDR")
        ->expected(1)
        ->take_all()
        ->group("Routes");
    option_words::add(command, "--as-path", "prepend|keep",
                      "Towards eBGP: prepend: the own AS in front; keep: as in the source, as a route server sends it [prepend]",
                      [&inject](const std::string& text) -> Parsed {
                          inject.keeps_as_path = text == "keep";
                          if (text != "keep" && text != "prepend")
                              return std::unexpected("'" + text + "': expected prepend or keep");
                          return {};
                      })
        ->group("Routes");
    command
        .add_flag("--allow-left-out", inject.allow_left_out,
                  "Do not fail because routes were not sent: unreadable, of a family that the session does not have, without a "
                  "suitable "
                  "next hop, or too large [exit status 4]")
        ->group("Routes");
    option_words::add_number(command, "--prefixes-per-update", inject.prefixes_per_update,
                             "Maximum number of prefixes per UPDATE [as many as fit]", 1, 65535)
        ->group("Routes");
    option_words::add(command, "--seed", "N", "Default seed of synthetic tables [1]",
                      [&inject](const std::string& text) -> Parsed {
                          const auto seed = option_words::number_within(text, 0, ~std::uint64_t{0});
                          if (!seed) return std::unexpected(seed.error());
                          inject.table.seed = *seed;
                          return {};
                      })
        ->group("Routes");
    option_words::add(
        command, "--replay", "SPEED",
        "Send a file of updates with its timing: 1 at the recorded speed, 10 ten times as fast [as fast as possible]",
        [&inject](const std::string& text) -> Parsed {
            const auto speed = parse_speed(text);
            if (!speed) return std::unexpected(speed.error());
            inject.table.replay_speed = *speed;
            return {};
        })
        ->group("Routes");
    option_words::add_duration(command, "--replay-max-gap", inject.table.replay_max_gap,
                               "With --replay: upper limit of a gap between two updates, in the file's time [none]")
        ->group("Routes");
    command.add_flag("--mrt-local", inject.table.mrt_local, "Also send what the collector itself sent (BGP4MP_MESSAGE_LOCAL)")
        ->group("Routes");
}

void add_session_options(CLI::App& command, InjectOptions& inject, SecretWords& md5)
{
    const auto* group = "BGP";
    option_words::add_as(command, "--local-as", inject.local_as, "AS of every peer [65001, rising by peer]")->group(group);
    option_words::add_as(command, "--peer-as", inject.peer_as, "AS that the router must have [any; iBGP where equal to ours]")
        ->group(group);
    option_words::add_address(
        command, "--address", inject.source,
        "Source address of the first peer, rising [on loopback 127.0.1.1 or ::1; elsewhere the kernel's choice]")
        ->group(group);
    command
        .add_flag("--add-addresses", inject.add_addresses,
                  "Add the addresses of all peers, from --address on, to the interface that leads to ROUTER, and remove them at "
                  "the end; "
                  "needs CAP_NET_ADMIN")
        ->group(group);
    option_words::add_router_id(command, inject.router_id, "BGP identifier of the first peer, rising [10.0.0.1]")->group(group);
    option_words::add_hold_time(command, inject.hold_time)->group(group);
    option_words::add_duration(
        command, "--send-hold-time", inject.send_hold_time,
        "End a session whose peer accepts no data for this long, RFC 9687; 0: never [the larger of 8m and twice the hold time]")
        ->group(group);
    option_words::add(command, "--graceful-restart", "TIME",
                      "Restart time to advertise, RFC 4724: the router keeps the routes this long [no capability]",
                      [&inject](const std::string& text) -> Parsed {
                          const auto time = parse_duration(text);
                          if (!time) return std::unexpected(time.error());
                          const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*time);
                          if (seconds != *time || seconds.count() > 4095)
                              return std::unexpected("'" + text + "': expected whole seconds, 0 to 4095s");
                          inject.graceful_restart = seconds;
                          return {};
                      })
        ->group(group);
    option_words::add_families(command, "--families", inject.families, "Families to negotiate [those of the routes]")
        ->group(group);
    command.add_flag("--extended-message", inject.extended_message, "Messages of up to 65535 octets, RFC 8654")->group(group);
    command.add_flag("--add-path", inject.add_path, "Send path identifiers, RFC 7911")->group(group);
    option_words::add_number(command, "--ttl", inject.ttl, "TTL of outgoing packets [the kernel's]", 1, 255)->group(group);
    command
        .add_option("--md5-file", md5.file,
                    "Key of TCP MD5 signatures, RFC 2385: the first line of this file [that of BARRAGE_MD5]")
        ->type_name("FILE")
        ->group(group);
    command.add_option("--md5", md5.given, "… as a word, which other users of this machine may see")
        ->type_name("KEY")
        ->group(group);
}

void add_run_options(CLI::App& command, InjectOptions& inject)
{
    const auto* group = "Run";
    option_words::add(command, "--rate", "N", "Routes per second of each peer [as fast as TCP takes them]",
                      [&inject](const std::string& text) -> Parsed {
                          const auto rate = option_words::number_within(text, 1, 1'000'000'000);
                          if (!rate) return std::unexpected(rate.error());
                          inject.rate_per_second = static_cast<double>(*rate);
                          return {};
                      })
        ->group(group);
    option_words::add_duration(command, "--withdraw-after", inject.withdraw_after,
                               "Withdraw everything this long after it was acknowledged")
        ->group(group);
    command
        .add_flag_callback(
            "--verify", [&inject] { inject.verify = inject.verify.value_or(VerifyingSession{}); },
            "Add a receiving session and compare what the router advertises to it, within --timeout or 5 minutes, with what was "
            "sent: "
            "missing, unexpected, changed attributes")
        ->group(group);
    option_words::add(command, "--verify-as", "AS", "AS of that session, which is eBGP [64601]",
                      [&inject](const std::string& text) -> Parsed {
                          const auto as = Asn::from_text(text);
                          if (!as) return std::unexpected("'" + text + "': expected an AS number");
                          if (!inject.verify) inject.verify.emplace();
                          inject.verify->as = *as;
                          return {};
                      })
        ->group(group);
    option_words::add(command, "--verify-address", "ADDR", "Its source address [the one behind those of the peers]",
                      [&inject](const std::string& text) -> Parsed {
                          const auto address = IpAddress::from_text(text);
                          if (!address) return std::unexpected("'" + text + "': expected an address");
                          if (!inject.verify) inject.verify.emplace();
                          inject.verify->address = *address;
                          return {};
                      })
        ->group(group);
    command
        .add_flag_callback(
            "--route-server",
            [&inject] {
                if (!inject.verify) inject.verify.emplace();
                inject.verify->route_server = true;
            },
            "With --verify: the router is a route server, RFC 7947: its AS need not be at the front of paths [malformed]")
        ->group(group);
    option_words::add(command, "--hold", "TIME|forever",
                      "Keep the sessions up this long at the end, or until Ctrl-C, which is then no failure [0s]",
                      [&inject](const std::string& text) -> Parsed {
                          const auto time = text == "forever"
                                                ? std::expected<std::chrono::nanoseconds, std::string>{Scenario::forever}
                                                : parse_duration(text);
                          if (!time) return std::unexpected(time.error());
                          inject.hold = *time;
                          return {};
                      })
        ->group(group);
    option_words::add_duration(command, "--connect-timeout", inject.connect_timeout,
                               "Time limit for all sessions to be Established [15s]")
        ->group(group);
    option_words::add_duration(command, "--timeout", inject.timeout, "Time limit of the whole run [none]")->group(group);
    command.add_option("--report", inject.report_file, "Write the run's report, barrage.report/1")
        ->type_name("FILE.json")
        ->group(group);
    command.add_option("--html", inject.html_file, "Write the report as a self-contained page")
        ->type_name("FILE.html")
        ->group(group);
    command.add_option("--markdown", inject.markdown_file, "Write the report in Markdown, for a ticket")
        ->type_name("FILE.md")
        ->group(group);
    command.add_option("--junit", inject.junit_file, "Write the report as JUnit's XML")->type_name("FILE.xml")->group(group);
    option_words::add_metrics(command, inject.metrics)->group(group);
    command.add_flag("--json", inject.json, "Print the report instead of the summary")->group(group);
    command.add_flag("--quiet", inject.quiet, "No progress on stderr")->group(group);
    command
        .add_option("--trace-turns", inject.trace_turns_file,
                    "Write when each phase of each turn began: SHARD TURN PHASE NANOSECONDS")
        ->type_name("FILE")
        ->group("Engine");
}

}   // namespace

void add_inject_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("inject", "Routes into a router, or into the embedded sink where none is named");
    const auto inject = std::make_shared<InjectOptions>();
    // Read when all else was understood: the value of a misspelt option also stands here, and the option is what is to be named
    // then.
    const auto router = std::make_shared<std::string>();
    command
        .add_option("ROUTER", *router, "The router, such as 192.0.2.1, 192.0.2.1:1790 or [2001:db8::1]:179 [the embedded sink]")
        ->type_name("ADDR[:PORT]");
    option_words::add_number(command, "--peers", inject->peers, "BGP sessions [1]", 1, 65'000);
    add_route_options(command, *inject);
    const auto md5 = std::make_shared<SecretWords>(SecretWords{.option = "--md5", .variable = "BARRAGE_MD5"});
    add_session_options(command, *inject, *md5);
    add_run_options(command, *inject);
    option_words::add_engine(command, inject->engine, "one for each core; never more than peers");
    command.footer(
        "The rate and the counters are of routes that were handed over to the router's TCP; whether the router took them is what "
        "--verify, "
        "or the\n"
        "router itself, tells.\n"
        "Exit status: 0 done; 2 usage; 3 a session could not be set up; 4 not all was sent, acknowledged or received; 130 "
        "interrupted.\n"
        "Examples:\n"
        "  loadgen inject --peers 8 --routes full-table:1M\n"
        "  loadgen inject 192.0.2.1 --address 192.0.2.11 --add-addresses --peers 4 --routes rib.20240101.0000.bz2 --hold 10m\n"
        "  loadgen inject 192.0.2.1 --address 192.0.2.11 --verify --peer-as 65000 --routes full-table:1M\n"
        "  loadgen inject --routes prefixes.txt --routes routes.csv\n"
        "  loadgen inject 127.0.0.1:1790 --routes 'range:10.0.0.0/24x100k,as-path=64512 64513' --rate 10k --report run.json\n"
        "  loadgen inject 192.0.2.1 --routes range:vpnv4:10.0.0.0/24x100k,rd=65000:1,rd-every=1000,wrap=1000,target=65000:1\n"
        "  loadgen inject 192.0.2.1 --routes range:evpn:mac/00:00:5e:00:00:00x1M,rd=65000:1,vni=100,target=65000:1");
    command.callback([inject, router, md5, &action] {
        if (!router->empty()) {
            const auto endpoint = parse_router(*router);
            if (!endpoint) throw CLI::ValidationError("ROUTER", endpoint.error());
            inject->router = *endpoint;
        }
        auto key = read_secret(*md5, "inject");
        if (!key) throw CLI::ValidationError(key.error());
        // That of the environment is for routers: the embedded sink has none.
        if (inject->router || !md5->given.empty() || !md5->file.empty()) inject->md5_key = std::move(*key);
        if (const auto fine = check(*inject); !fine) throw CLI::ValidationError(fine.error());
        action = [inject] { return barrage::inject(*inject); };
    });
}

}   // namespace barrage
