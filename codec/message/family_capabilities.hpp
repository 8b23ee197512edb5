#pragma once
// Capabilities that say something of each of several families, besides those in known_capabilities.hpp: outbound route filters, BGPsec, label
// stacks, limits of paths. One struct each, as there.

#include <string_view>
#include <vector>

#include "codec/family.hpp"
#include "codec/iana.hpp"
#include "codec/message/capability_parts.hpp"
#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace barrage::capability {

/// RFC 5291 section 5: (AFI 2 | reserved 1 | SAFI 1 | number of filters 1 | (type 1 | mode 1) …) repeated.
struct OutboundRouteFiltering {
    struct Filter {
        std::uint8_t type = 0;   // https://www.iana.org/assignments/bgp-parameters: 64 is by address prefix (RFC 5292)
        std::uint8_t mode = 0;   // 1 receives, 2 sends, 3 both

        template <class Self, class Visitor>
        static void describe(Self& self, Visitor&& visit)
        {
            visit("type", self.type);
            visit("mode", self.mode);
        }
        friend bool operator==(const Filter&, const Filter&) = default;
    };
    struct Entry {
        Family family = ipv4_unicast;
        std::uint8_t reserved = 0;
        std::vector<Filter> filters;

        template <class Self, class Visitor>
        static void describe(Self& self, Visitor&& visit)
        {
            visit("family", self.family);
            visit("reserved", self.reserved);
            visit("filters", self.filters);
        }
        friend bool operator==(const Entry&, const Entry&) = default;
    };

    static constexpr auto code = CapabilityCode::outbound_route_filtering;
    static constexpr std::string_view name = "outbound-route-filtering";
    static constexpr auto malformed = is_kept_as_octets;   // nobody here filters

    std::vector<Entry> entries;

    void encode(Writer& out) const
    {
        for (const auto& entry : entries) {
            out.u16(std::to_underlying(entry.family.afi));
            out.u8(entry.reserved);
            out.u8(std::to_underlying(entry.family.safi));
            out.u8(static_cast<std::uint8_t>(entry.filters.size()));
            for (const auto& filter : entry.filters) {
                out.u8(filter.type);
                out.u8(filter.mode);
            }
        }
    }
    static OutboundRouteFiltering decode(Reader& in)
    {
        OutboundRouteFiltering value;
        while (!in.empty()) {
            const auto afi = Afi{in.u16()};
            const auto reserved = in.u8();
            auto& entry = value.entries.emplace_back(Entry{{afi, Safi{in.u8()}}, reserved, {}});
            for (auto left = in.u8(); left > 0 && !in.failed(); --left) {
                const auto type = in.u8();
                entry.filters.push_back({type, in.u8()});
            }
        }
        return value;
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("entries", self.entries);
    }
    friend bool operator==(const OutboundRouteFiltering&, const OutboundRouteFiltering&) = default;
};

/// RFC 8205 section 2.1: version 4 bits | direction 1 bit | not assigned 3 bits | AFI 2.
struct Bgpsec {
    static constexpr auto code = CapabilityCode::bgpsec;
    static constexpr std::string_view name = "bgpsec";
    static constexpr auto malformed = is_kept_as_octets;

    std::uint8_t version = 0;   // of four bits
    bool sends = false;         // else receives
    std::uint8_t unassigned = 0;
    Afi afi = Afi::ipv4;

    void encode(Writer& out) const
    {
        out.u8(static_cast<std::uint8_t>((version & 0xf) << 4 | (sends ? 8 : 0) | (unassigned & 7)));
        out.u16(std::to_underlying(afi));
    }
    static Bgpsec decode(Reader& in)
    {
        const auto head = in.u8();
        return {static_cast<std::uint8_t>(head >> 4), (head & 8) != 0, static_cast<std::uint8_t>(head & 7), Afi{in.u16()}};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("version", self.version);
        visit("sends", self.sends);
        visit("unassigned", self.unassigned);
        visit("afi", self.afi);
    }
    friend bool operator==(const Bgpsec&, const Bgpsec&) = default;
};

/// A number of each family: (AFI 2 | SAFI 1 | number) repeated.
template <CapabilityCode Code, class Number>
struct FamilyNumbers {
    struct Entry {
        Family family = ipv4_unicast;
        Number count = 0;

        template <class Self, class Visitor>
        static void describe(Self& self, Visitor&& visit)
        {
            visit("family", self.family);
            visit("count", self.count);
        }
        friend bool operator==(const Entry&, const Entry&) = default;
    };

    static constexpr auto code = Code;
    static constexpr std::string_view name = Code == CapabilityCode::multiple_labels ? "multiple-labels" : "paths-limit";
    static constexpr auto malformed = is_kept_as_octets;   // RFC 8277 section 2.1: as if it were not there

    std::vector<Entry> entries;

    void encode(Writer& out) const
    {
        for (const auto& entry : entries) {
            write_family(out, entry.family);
            if constexpr (sizeof(Number) == 1)
                out.u8(entry.count);
            else
                out.u16(entry.count);
        }
    }
    static FamilyNumbers decode(Reader& in)
    {
        FamilyNumbers value;
        while (!in.empty()) {
            const auto family = read_family(in);
            if constexpr (sizeof(Number) == 1)
                value.entries.push_back({family, in.u8()});
            else
                value.entries.push_back({family, in.u16()});
        }
        return value;
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("entries", self.entries);
    }
    friend bool operator==(const FamilyNumbers&, const FamilyNumbers&) = default;
};

/// RFC 8277 section 2.1: how many labels the speaker takes before a prefix.
using MultipleLabels = FamilyNumbers<CapabilityCode::multiple_labels, std::uint8_t>;
/// draft-abraitis-idr-addpath-paths-limit: how many paths of a prefix the speaker takes.
using PathsLimit = FamilyNumbers<CapabilityCode::paths_limit, std::uint16_t>;

}   // namespace barrage::capability
