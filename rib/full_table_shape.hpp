#pragma once
// What a whole Internet table looks like, in numbers, for full_table. Measured on public data:
//   - "list 2024": all prefixes of the default-free zone, January 2024 (901,899 IPv4, 160,147 IPv6);
//   - "session 2015": a whole IPv4 table as one router sent it (PCH, AS3856, 2015-10-23; 577,706 routes, 89,639 sets);
//   - "RIB 2014", "RIB6 2015": RouteViews, all peers pooled, 2014-05-23 and 2015-11-01 (eBGP transit and customer peers);
//   - "updates 2026": RouteViews UPDATEs, 17 peers pooled, 2026-02-22: what attributes are used for today.
// RouteViews data: University of Oregon RouteViews Project.

#include <array>
#include <cstdint>

#include "rib/random.hpp"

namespace barrage::full_table_shape {

// clang-format off

// Prefix lengths. List 2024; rows are in ascending order of length.
inline constexpr std::array ipv4_lengths{
    Weighted{8, 16}, Weighted{9, 13}, Weighted{10, 38}, Weighted{11, 103}, Weighted{12, 299}, Weighted{13, 581},
    Weighted{14, 1203}, Weighted{15, 2100}, Weighted{16, 13490}, Weighted{17, 8235}, Weighted{18, 13798}, Weighted{19, 24870},
    Weighted{20, 42611}, Weighted{21, 50750}, Weighted{22, 108623}, Weighted{23, 96510}, Weighted{24, 537698},
    Weighted{25, 20}, Weighted{26, 3}, Weighted{27, 11}, Weighted{28, 18}, Weighted{29, 17}, Weighted{30, 3}, Weighted{31, 3},
    Weighted{32, 886},
};

// List 2024.
inline constexpr std::array ipv6_lengths{
    Weighted{16, 1}, Weighted{19, 1}, Weighted{20, 16}, Weighted{21, 3}, Weighted{22, 7}, Weighted{23, 8}, Weighted{24, 30},
    Weighted{25, 8}, Weighted{26, 15}, Weighted{27, 20}, Weighted{28, 193}, Weighted{29, 4371}, Weighted{30, 650},
    Weighted{31, 284}, Weighted{32, 22548}, Weighted{33, 2926}, Weighted{34, 2603}, Weighted{35, 1043}, Weighted{36, 5996},
    Weighted{37, 880}, Weighted{38, 1617}, Weighted{39, 1377}, Weighted{40, 13418}, Weighted{41, 903}, Weighted{42, 2301},
    Weighted{43, 1001}, Weighted{44, 14365}, Weighted{45, 1553}, Weighted{46, 3039}, Weighted{47, 3153}, Weighted{48, 75488},
    Weighted{49, 11}, Weighted{50, 3}, Weighted{52, 1}, Weighted{55, 1}, Weighted{56, 24}, Weighted{58, 20}, Weighted{60, 2},
    Weighted{64, 184}, Weighted{112, 2}, Weighted{122, 1}, Weighted{124, 4}, Weighted{125, 9}, Weighted{126, 19},
    Weighted{127, 42}, Weighted{128, 6},
};

// Where routes are: how many prefixes begin in each /8 (IPv4) and /16 (IPv6). List 2024. Blocks without a route (0/8, 10/8,
// 127/8, 224/3, and those nobody routes) are absent.
struct Block {
    std::uint16_t number;   // the first 8 or 16 bits
    std::uint16_t weight;
};
inline constexpr std::array ipv4_blocks{
    Block{1, 2617}, Block{2, 2412}, Block{3, 250}, Block{4, 20}, Block{5, 7686}, Block{6, 593}, Block{7, 11}, Block{8, 2113},
    Block{9, 1}, Block{11, 285}, Block{12, 1846}, Block{13, 904}, Block{14, 4240}, Block{15, 527}, Block{16, 154},
    Block{17, 1223}, Block{18, 993}, Block{19, 9}, Block{20, 372}, Block{21, 5}, Block{22, 228}, Block{23, 9730},
    Block{24, 5581}, Block{25, 7}, Block{26, 1}, Block{27, 4848}, Block{28, 1}, Block{29, 25}, Block{30, 1}, Block{31, 4313},
    Block{32, 213}, Block{33, 1}, Block{34, 1359}, Block{35, 1001}, Block{36, 3818}, Block{37, 7833}, Block{38, 5481},
    Block{39, 1693}, Block{40, 421}, Block{41, 7335}, Block{42, 1567}, Block{43, 3227}, Block{44, 368}, Block{45, 25609},
    Block{46, 7878}, Block{47, 1238}, Block{49, 3433}, Block{50, 3565}, Block{51, 982}, Block{52, 2124}, Block{53, 2},
    Block{54, 793}, Block{55, 1070}, Block{56, 28}, Block{57, 326}, Block{58, 2869}, Block{59, 2067}, Block{60, 1525},
    Block{61, 4326}, Block{62, 4511}, Block{63, 2791}, Block{64, 8536}, Block{65, 3591}, Block{66, 7794}, Block{67, 4875},
    Block{68, 3578}, Block{69, 6512}, Block{70, 3145}, Block{71, 2145}, Block{72, 5424}, Block{73, 1}, Block{74, 4763},
    Block{75, 2430}, Block{76, 1239}, Block{77, 4343}, Block{78, 3457}, Block{79, 4333}, Block{80, 3965}, Block{81, 3044},
    Block{82, 2732}, Block{83, 2339}, Block{84, 2882}, Block{85, 5590}, Block{86, 1338}, Block{87, 3605}, Block{88, 2242},
    Block{89, 6061}, Block{90, 1995}, Block{91, 11139}, Block{92, 4116}, Block{93, 4225}, Block{94, 6423}, Block{95, 6871},
    Block{96, 2614}, Block{97, 1013}, Block{98, 2185}, Block{99, 1150}, Block{100, 269}, Block{101, 2242}, Block{102, 5134},
    Block{103, 38520}, Block{104, 7781}, Block{105, 1625}, Block{106, 2372}, Block{107, 3855}, Block{108, 1778},
    Block{109, 6501}, Block{110, 3768}, Block{111, 5481}, Block{112, 3914}, Block{113, 3059}, Block{114, 2625},
    Block{115, 3937}, Block{116, 3503}, Block{117, 6112}, Block{118, 3728}, Block{119, 3219}, Block{120, 3745},
    Block{121, 2081}, Block{122, 4398}, Block{123, 4273}, Block{124, 2767}, Block{125, 3844}, Block{126, 246},
    Block{128, 2079}, Block{129, 1938}, Block{130, 1725}, Block{131, 3680}, Block{132, 1708}, Block{133, 746},
    Block{134, 2962}, Block{135, 584}, Block{136, 1543}, Block{137, 1752}, Block{138, 4789}, Block{139, 2714},
    Block{140, 1998}, Block{141, 2384}, Block{142, 2726}, Block{143, 2725}, Block{144, 2069}, Block{145, 803},
    Block{146, 2798}, Block{147, 2770}, Block{148, 3323}, Block{149, 3204}, Block{150, 1662}, Block{151, 2362},
    Block{152, 2691}, Block{153, 850}, Block{154, 6141}, Block{155, 2411}, Block{156, 3054}, Block{157, 2102},
    Block{158, 1944}, Block{159, 3331}, Block{160, 3676}, Block{161, 2568}, Block{162, 5185}, Block{163, 2113},
    Block{164, 2604}, Block{165, 2609}, Block{166, 1803}, Block{167, 2850}, Block{168, 5923}, Block{169, 1338},
    Block{170, 7633}, Block{171, 2620}, Block{172, 4468}, Block{173, 5250}, Block{174, 2860}, Block{175, 1851},
    Block{176, 6289}, Block{177, 10444}, Block{178, 6290}, Block{179, 5033}, Block{180, 4281}, Block{181, 5999},
    Block{182, 4313}, Block{183, 3681}, Block{184, 4047}, Block{185, 32643}, Block{186, 9981}, Block{187, 9350},
    Block{188, 7096}, Block{189, 9058}, Block{190, 13576}, Block{191, 3139}, Block{192, 14143}, Block{193, 12257},
    Block{194, 10308}, Block{195, 8123}, Block{196, 5727}, Block{197, 4586}, Block{198, 8009}, Block{199, 8667},
    Block{200, 11724}, Block{201, 10083}, Block{202, 13867}, Block{203, 13837}, Block{204, 6307}, Block{205, 4956},
    Block{206, 5776}, Block{207, 5074}, Block{208, 6286}, Block{209, 6963}, Block{210, 6270}, Block{211, 4272},
    Block{212, 6629}, Block{213, 6124}, Block{214, 1624}, Block{215, 112}, Block{216, 9855}, Block{217, 4751},
    Block{218, 2551}, Block{219, 1276}, Block{220, 2843}, Block{221, 1695}, Block{222, 1808}, Block{223, 4335},
};

inline constexpr std::array ipv6_blocks{
    Block{0x2001, 20151}, Block{0x2003, 2}, Block{0x2049, 16}, Block{0x2400, 3646}, Block{0x2401, 5270}, Block{0x2402, 7519},
    Block{0x2403, 1347}, Block{0x2404, 2451}, Block{0x2405, 2314}, Block{0x2406, 1925}, Block{0x2407, 2728},
    Block{0x2408, 7256}, Block{0x2409, 10038}, Block{0x240a, 4494}, Block{0x240b, 40}, Block{0x240c, 15}, Block{0x240d, 74},
    Block{0x240e, 3149}, Block{0x240f, 2}, Block{0x2600, 5894}, Block{0x2601, 8}, Block{0x2602, 2354}, Block{0x2603, 761},
    Block{0x2604, 3163}, Block{0x2605, 2471}, Block{0x2606, 2209}, Block{0x2607, 2542}, Block{0x2608, 35}, Block{0x2610, 470},
    Block{0x2620, 2886}, Block{0x2800, 3171}, Block{0x2801, 844}, Block{0x2802, 8}, Block{0x2803, 2989}, Block{0x2804, 18064},
    Block{0x2805, 3}, Block{0x2806, 3301}, Block{0x2a00, 3247}, Block{0x2a01, 2761}, Block{0x2a02, 7663}, Block{0x2a03, 2524},
    Block{0x2a04, 1876}, Block{0x2a05, 1368}, Block{0x2a06, 1894}, Block{0x2a07, 892}, Block{0x2a08, 11}, Block{0x2a09, 1176},
    Block{0x2a0a, 1108}, Block{0x2a0b, 1927}, Block{0x2a0c, 1100}, Block{0x2a0d, 1658}, Block{0x2a0e, 1825},
    Block{0x2a0f, 1214}, Block{0x2a10, 976}, Block{0x2a11, 572}, Block{0x2a12, 1036}, Block{0x2a13, 229}, Block{0x2c0e, 27},
    Block{0x2c0f, 1452},
};

// Routes per attribute set: `sets` of the session 2015 have first to last routes. Mean 6.445, median 2, half have one.
struct SetSizes {
    std::uint16_t first;
    std::uint16_t last;
    std::uint32_t sets;
};
inline constexpr std::array set_sizes{
    SetSizes{1, 1, 44454}, SetSizes{2, 2, 14157}, SetSizes{3, 3, 7016}, SetSizes{4, 4, 4874}, SetSizes{5, 5, 3086},
    SetSizes{6, 6, 2173}, SetSizes{7, 7, 1624}, SetSizes{8, 8, 1539}, SetSizes{9, 9, 1085}, SetSizes{10, 10, 838},
    SetSizes{11, 11, 744}, SetSizes{12, 12, 682}, SetSizes{13, 13, 481}, SetSizes{14, 14, 489}, SetSizes{15, 15, 448},
    SetSizes{16, 17, 799}, SetSizes{18, 19, 566}, SetSizes{20, 21, 441}, SetSizes{22, 23, 413}, SetSizes{24, 26, 435},
    SetSizes{27, 29, 371}, SetSizes{30, 31, 199}, SetSizes{32, 35, 351}, SetSizes{36, 39, 249}, SetSizes{40, 44, 308},
    SetSizes{45, 49, 221}, SetSizes{50, 55, 209}, SetSizes{56, 63, 216}, SetSizes{64, 71, 162}, SetSizes{72, 79, 139},
    SetSizes{80, 89, 102}, SetSizes{90, 100, 96}, SetSizes{101, 113, 91}, SetSizes{114, 127, 83}, SetSizes{128, 151, 93},
    SetSizes{152, 180, 99}, SetSizes{181, 214, 59}, SetSizes{215, 255, 48}, SetSizes{256, 303, 38}, SetSizes{304, 361, 33},
    SetSizes{362, 429, 24}, SetSizes{430, 511, 26}, SetSizes{512, 608, 18}, SetSizes{609, 723, 22}, SetSizes{724, 860, 9},
    SetSizes{861, 1023, 11}, SetSizes{1024, 1217, 7}, SetSizes{1218, 1447, 5}, SetSizes{1448, 1721, 3},
    SetSizes{1722, 2047, 1}, SetSizes{2238, 2238, 1},
    SetSizes{2616, 2616, 1},
};

// AS path length of a route, prepending included, per million. RIB 2014.
inline constexpr std::array ipv4_as_path_lengths{
    Weighted{1, 490}, Weighted{2, 39763}, Weighted{3, 272703}, Weighted{4, 348158}, Weighted{5, 191047}, Weighted{6, 72357},
    Weighted{7, 32040}, Weighted{8, 14796}, Weighted{9, 7686}, Weighted{10, 4633}, Weighted{11, 2470}, Weighted{12, 2795},
    Weighted{13, 3368}, Weighted{14, 3409}, Weighted{15, 1935}, Weighted{16, 1516}, Weighted{17, 419}, Weighted{18, 142},
    Weighted{19, 37}, Weighted{20, 79}, Weighted{21, 45}, Weighted{22, 49}, Weighted{23, 19}, Weighted{24, 7},
    Weighted{26, 7}, Weighted{27, 22}, Weighted{28, 7},
};

// RIB6 2015, per million.
inline constexpr std::array ipv6_as_path_lengths{
    Weighted{1, 2612}, Weighted{2, 88940}, Weighted{3, 370745}, Weighted{4, 313417}, Weighted{5, 127839}, Weighted{6, 51377},
    Weighted{7, 20293}, Weighted{8, 10880}, Weighted{9, 5498}, Weighted{10, 4682}, Weighted{11, 2242}, Weighted{12, 494},
    Weighted{13, 494}, Weighted{14, 123}, Weighted{15, 82}, Weighted{16, 96}, Weighted{17, 130}, Weighted{18, 27},
    Weighted{20, 14}, Weighted{21, 14},
};

// Communities of a route, per million. Updates 2026.
inline constexpr std::array communities{
    Weighted{0, 329839}, Weighted{1, 140104}, Weighted{2, 85646}, Weighted{3, 59678}, Weighted{4, 100130}, Weighted{5, 54023},
    Weighted{6, 32492}, Weighted{7, 30231}, Weighted{8, 27142}, Weighted{9, 29926}, Weighted{10, 30144}, Weighted{11, 29143},
    Weighted{12, 12223}, Weighted{13, 5785}, Weighted{14, 8830}, Weighted{15, 7960}, Weighted{16, 4219}, Weighted{17, 5611},
    Weighted{18, 1479}, Weighted{19, 565}, Weighted{20, 783}, Weighted{21, 1522}, Weighted{22, 348}, Weighted{23, 261},
    Weighted{24, 87}, Weighted{27, 43}, Weighted{28, 348}, Weighted{31, 87}, Weighted{32, 87}, Weighted{33, 43},
    Weighted{34, 348}, Weighted{36, 217}, Weighted{37, 130}, Weighted{38, 130}, Weighted{39, 87}, Weighted{42, 43},
    Weighted{47, 43}, Weighted{48, 43}, Weighted{59, 87}, Weighted{68, 43}, Weighted{70, 43},
};

// Large communities of a route, per million. Updates 2026.
inline constexpr std::array large_communities{
    Weighted{0, 879861}, Weighted{1, 10918}, Weighted{2, 696}, Weighted{3, 478}, Weighted{4, 80165}, Weighted{5, 7264},
    Weighted{6, 391}, Weighted{7, 652}, Weighted{8, 478}, Weighted{9, 17486}, Weighted{10, 826}, Weighted{11, 174},
    Weighted{12, 130}, Weighted{14, 87}, Weighted{16, 87}, Weighted{17, 87}, Weighted{18, 87}, Weighted{19, 43},
    Weighted{23, 43}, Weighted{68, 43},
};

// ORIGIN of a route, by its value on the wire, per million. Updates 2026.
inline constexpr std::array origins{
    Weighted{0, 946846}, Weighted{1, 348}, Weighted{2, 52806},
};
// clang-format on

// Routes that have an attribute, per million. Updates 2026.
inline constexpr std::uint32_t with_multi_exit_disc = 449590;
inline constexpr std::uint32_t with_aggregator = 75640;
// ATOMIC_AGGREGATE: 48,630 in all, most beside an AGGREGATOR (how they divide is an assumption).
inline constexpr std::uint32_t atomic_with_aggregator = 450'000;
inline constexpr std::uint32_t atomic_without_aggregator = 15'800;

// Routes per origin AS: 11.2, in 1.73 sets (session 2015), so that a set's origin has another set with this chance.
inline constexpr std::uint32_t same_origin_again = 423'000;
// Origins with a number over two octets. Updates 2026: 41 % of the paths have such a number.
inline constexpr std::uint32_t four_octet_origins = 400'000;

}   // namespace barrage::full_table_shape
