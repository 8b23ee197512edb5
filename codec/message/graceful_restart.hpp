#pragma once
// The capabilities of graceful restart, and of its long-lived form: how long a peer keeps the routes of a session that is gone.

#include <string_view>
#include <utility>
#include <vector>

#include "codec/family.hpp"
#include "codec/iana.hpp"
#include "codec/message/capability_parts.hpp"
#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace barrage::capability {

/// RFC 4724 section 3: flags 4 bits | time 12 bits | (AFI 2 | SAFI 1 | flags 1) repeated.
struct GracefulRestart {
    static constexpr std::uint8_t restarting = 0x8;     // the R bit
    static constexpr std::uint8_t notification = 0x4;   // the N bit: RFC 8538 section 2
    static constexpr std::uint8_t forwarding = 0x80;    // of a family: the F bit
    static constexpr std::uint16_t max_restart_time = 0xfff;

    struct Entry {
        Family family = ipv4_unicast;
        std::uint8_t flags = 0;

        template <class Self, class Visitor>
        static void describe(Self& self, Visitor&& visit)
        {
            visit("family", self.family);
            visit("flags", self.flags);
        }
        friend bool operator==(const Entry&, const Entry&) = default;
    };

    static constexpr auto code = CapabilityCode::graceful_restart;
    static constexpr std::string_view name = "graceful-restart";
    static constexpr auto malformed = refuses_open;

    std::uint8_t restart_flags = 0;   // of four bits
    std::uint16_t restart_time = 0;   // seconds, of twelve bits
    std::vector<Entry> entries;

    void encode(Writer& out) const
    {
        out.u16(static_cast<std::uint16_t>((restart_flags & 0xf) << 12 | (restart_time & max_restart_time)));
        for (const auto& entry : entries) {
            write_family(out, entry.family);
            out.u8(entry.flags);
        }
    }
    static GracefulRestart decode(Reader& in)
    {
        const auto head = in.u16();
        GracefulRestart value{static_cast<std::uint8_t>(head >> 12), static_cast<std::uint16_t>(head & max_restart_time), {}};
        while (!in.empty()) {
            const auto family = read_family(in);
            value.entries.push_back({family, in.u8()});
        }
        return value;
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("restart_flags", self.restart_flags);
        visit("restart_time", self.restart_time);
        visit("entries", self.entries);
    }
    friend bool operator==(const GracefulRestart&, const GracefulRestart&) = default;
};

/// RFC 9494 section 4.2: (AFI 2 | SAFI 1 | flags 1 | stale time 3) repeated.
struct LongLivedGracefulRestart {
    struct Entry {
        Family family = ipv4_unicast;
        std::uint8_t flags = 0;
        std::uint32_t stale_time = 0;   // seconds, of 24 bits

        template <class Self, class Visitor>
        static void describe(Self& self, Visitor&& visit)
        {
            visit("family", self.family);
            visit("flags", self.flags);
            visit("stale_time", self.stale_time);
        }
        friend bool operator==(const Entry&, const Entry&) = default;
    };

    static constexpr auto code = CapabilityCode::long_lived_graceful_restart;
    static constexpr std::string_view name = "long-lived-graceful-restart";
    static constexpr auto malformed = is_kept_as_octets;

    std::vector<Entry> entries;

    void encode(Writer& out) const
    {
        for (const auto& entry : entries) {
            write_family(out, entry.family);
            out.u8(entry.flags);
            out.u24(entry.stale_time);
        }
    }
    static LongLivedGracefulRestart decode(Reader& in)
    {
        LongLivedGracefulRestart value;
        while (!in.empty()) {
            const auto family = read_family(in);
            const auto flags = in.u8();
            value.entries.push_back({family, flags, in.u24()});
        }
        return value;
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("entries", self.entries);
    }
    friend bool operator==(const LongLivedGracefulRestart&, const LongLivedGracefulRestart&) = default;
};

}   // namespace barrage::capability
