// What the NLRI of each family and each usual set of path attributes cost, from octets to values and back. The octets are those of the RFCs'
// examples and of real routers; NLRI are repeated until a field of a full message has no more room.

#include <benchmark/benchmark.h>

#include <string>

#include "codec/attribute/attribute_view.hpp"
#include "codec/attribute/registry.hpp"
#include "codec/describe.hpp"
#include "codec/message/update.hpp"
#include "codec/nlri/nlri_families.hpp"

namespace {

using namespace barrage;

constexpr std::size_t field_octets = 4000;

struct Sample {
    const char* family;
    const char* nlri;   // digits
};
constexpr Sample samples[] = {
    {"ipv4", "18c63364"},
    {"ipv6", "3020010db80001"},
    {"ipv4-mcast", "18c63364"},
    {"ipv6-mcast", "3020010db80001"},
    {"ipv4-lu", "30000641c63364"},
    {"ipv6-lu", "4800064120010db80001"},
    {"vpnv4", "700006410000fde800000064c63364"},
    {"vpnv6", "880006410000fde80000006420010db80001"},
    {"evpn", "02250000fde800000001000000000000000000000000000030020000000001"
             "20c0000201000641"},
    {"vpls", "00110000000100000064000100000"
             "00a186a00"},
    {"rtc", "600000fde80002fde800000064"},
    {"mvpn4", "05120000fde800000001200a00000120e8000001"},
    {"mvpn6", "052a0000fde80001869f80fd12000000000000000000000000000480ff0e0000000000000000000000000001"},
    {"flow4", "120118c000020218cb007104038945"
              "8b911f90"},
    {"flow6", "120120"
              "0020010db8026840123456789a038106"},
    {"flowvpn4", "0d00000064000000c80118"
                 "0a0001"},
    {"flowvpn6", "1000000064000000c80120"
                 "0020010db8"},
    {"srpol4", "60000000010000012c0a000003"},
    {"srpol6", "c0000000020000006420010db8000000000000000000000001"},
    {"mup4", "0100031700000064000000642"
             "0c0a800020000303909200a000001"},
    {"mup6", "0100021800000064000000642"
             "0010db8000000000000000000000001"},
    {"ls", "0003003002000000000000"
           "02bc0100001a02000004"
           "00003e340201000400000000020300060101350000410109"
           "00051e0a860258"},
    {"ls-vpn", "0001001d0000fde800000001020000000000000000010000080200000400000001"},
};

void rates(benchmark::State& state, std::size_t routes, std::size_t octets)
{
    state.counters["routes/s"] =
        benchmark::Counter(static_cast<double>(routes) * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
    state.SetBytesProcessed(static_cast<std::int64_t>(octets) * state.iterations());
}

void of_family(benchmark::State& state, const Sample& sample, bool encodes)
{
    const auto family = family_from_name(sample.family);
    const auto one = octets_from_hex(sample.nlri);
    if (!family || !one) return state.SkipWithError("no such family, or no octets");
    Octets field;
    std::size_t routes = 0;
    for (; field.size() + one->size() <= field_octets; ++routes) field.insert(field.end(), one->begin(), one->end());
    Reader first{field};
    const auto decoded = decode_routes(*family, first, {});
    if (!decoded) return state.SkipWithError("the octets are no such NLRI");
    Octets out;
    for (auto _ : state) {
        if (encodes) {
            out.clear();
            Writer writer{out};
            encode_routes(*decoded, writer);
            benchmark::DoNotOptimize(out.data());
        } else {
            Reader in{field};
            const auto again = decode_routes(*family, in, {});
            benchmark::DoNotOptimize(again.has_value());
        }
    }
    if (encodes && out != field) return state.SkipWithError("encoded otherwise than it came");
    rates(state, routes, field.size());
}

struct Attributes {
    const char* name;
    const char* octets;
};
constexpr Attributes sets[] = {
    // ORIGIN, AS_PATH of five, NEXT_HOP
    {"mandatory", "40010100"
                  "400216"
                  "02050000fde900000d1c00001935000022ac0003219f"
                  "400304c0000201"},
    // the same with MULTI_EXIT_DISC, LOCAL_PREF, eight COMMUNITIES, AGGREGATOR, as a route of a real table has them
    {"table", "40010100"
              "400216"
              "02050000fde900000d1c00001935000022ac0003219f"
              "400304c0000201"
              "8004040000000a"
              "40050400000064"
              "c00820"
              "0d1c00010d1c00020d1c00030d1c00040d1c00050d1c00060d1c00070d1c0008"
              "c007080003219fc0000202"},
    {"reflected", "40010100"
                  "400200"
                  "400304c0000201"
                  "40050400000064"
                  "800904c0000203"
                  "800a08c0000204c0000205"},
    {"large communities", "40010100"
                          "400206"
                          "02010000fde9"
                          "400304c0000201"
                          "c02018"
                          "0000fde90000000100000002"
                          "0000fde90000000300000004"},
    {"vpn", "40010100"
            "400200"
            "40050400000064"
            "c01010"
            "0002fde900000064"
            "0002fde900000065"},
    {"srv6", "40010100"
             "400200"
             "c02825"
             "0500220001001e00"
             "20010db8000100000000000000000000"
             "00003e00"
             "010006201010001030"},
    {"sr policy", "40010100"
                  "400200"
                  "c01720"
                  "000f001c0c060000000000648000110009060000000000010106000003e81000"},
    {"link state", "40010100"
                   "400200"
                   "801d0f"
                   "040200027231"
                   "0447000300000a"
                   "0489"
                   "0000"},
};

void of_attributes(benchmark::State& state, const Attributes& set, bool encodes)
{
    const auto octets = octets_from_hex(set.octets);
    if (!octets) return state.SkipWithError("no octets");
    const auto decode = [&octets] {
        std::vector<ReceivedAttribute> all;
        Reader in{*octets};
        while (const auto view = next_attribute(in))
            if (auto value = decode_attribute(view->type, view->reader(), {}))
                all.push_back({view->flags, std::move(*value), view->offset});
        return in.failed() ? std::vector<ReceivedAttribute>{} : all;
    };
    const auto decoded = decode();
    Octets out;
    for (auto _ : state) {
        if (encodes) {
            out.clear();
            Writer writer{out};
            for (const auto& attribute : decoded) encode_attribute(attribute, {}, writer);
            benchmark::DoNotOptimize(out.data());
        } else {
            benchmark::DoNotOptimize(decode().size());
        }
    }
    if (encodes && out != *octets) return state.SkipWithError("encoded otherwise than it came");
    state.counters["sets/s"] = benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
    state.SetBytesProcessed(static_cast<std::int64_t>(octets->size()) * state.iterations());
}

const int registered = [] {
    for (const auto& sample : samples) {
        benchmark::RegisterBenchmark((std::string{"decode_nlri/"} + sample.family).c_str(), of_family, sample, false);
        benchmark::RegisterBenchmark((std::string{"encode_nlri/"} + sample.family).c_str(), of_family, sample, true);
    }
    for (const auto& set : sets) {
        benchmark::RegisterBenchmark((std::string{"decode_attributes/"} + set.name).c_str(), of_attributes, set, false);
        benchmark::RegisterBenchmark((std::string{"encode_attributes/"} + set.name).c_str(), of_attributes, set, true);
    }
    return 0;
}();

}   // namespace
