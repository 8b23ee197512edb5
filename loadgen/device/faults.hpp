#pragma once
// The ways in which `loadgen device` lies, one behaviour each: names, values, one sentence. Everything that is said or read of faults is
// derived from the one table in faults.cpp. Pure; any thread.

#include <array>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/family.hpp"
#include "engine/time.hpp"

namespace barrage::device {

enum class Fault : std::uint8_t {
    ignore_withdrawals,
    ignore_lost_sessions,
    never_fail_over,
    fail_over_wrong,
    fail_over_late,
    drop_one_in,
    drop_family,
    duplicate_updates,
    stale_behind_new,
    change_community,
    change_med,
    change_local_pref,
    change_origin,
    change_next_hop,
    change_path,
    add_no_export,
    strip_no_export,
    announce_again,
    refresh_partly,
    forget_end_of_rib,
    flush_in_restart,
    never_flush,
    reorder,
    aggregate,
    reflect_to_sender,
    refuse_next_hop,
    work_late,
    stop_reading,
    reset_after,
    delay_receiver,
    delay_some,
    malformed_updates,
    notify_needlessly,
    not_negotiated,
    keep_as_path,
    correct_late,
};
inline constexpr std::size_t fault_count = static_cast<std::size_t>(Fault::correct_late) + 1;

/// What stands behind the `=` of a fault.
enum class FaultValue : std::uint8_t {
    none,
    one_of,     // N: one prefix of so many
    routes,     // N routes
    duration,   // 2s
    delayed,    // 2s/10k: so long, one prefix of so many
    family,     // ipv4, ipv6
    word,       // one of those in FaultInfo::words
};

struct FaultInfo {
    Fault fault;
    std::string_view name;
    FaultValue value;
    std::string_view by_default;   // as it is written
    std::string_view sentence;     // "The device …"
    std::array<std::string_view, 3> words{};
};

/// In the order of their numbers.
std::span<const FaultInfo> fault_table();
/// "drop-one-in=N[1000]": the name with its value and, in brackets, what stands for it where none is given.
std::string fault_form(const FaultInfo& info);

class Faults {
public:
    /// NAME or NAME=VALUE; else what is wrong with it.
    std::expected<void, std::string> add(std::string_view words);

    [[nodiscard]] bool has(Fault fault) const noexcept { return of(fault).on; }
    /// … and it concerns the prefix with this number: one of so many.
    [[nodiscard]] bool has(Fault fault, std::uint32_t prefix) const noexcept
    {
        return has(fault) && (of(fault).number <= 1 || prefix % of(fault).number == 0);
    }
    [[nodiscard]] std::uint64_t number(Fault fault) const noexcept { return of(fault).number; }
    [[nodiscard]] Duration duration(Fault fault) const noexcept { return of(fault).duration; }
    [[nodiscard]] Family family(Fault fault) const noexcept { return of(fault).family; }
    /// Which of its words was given.
    [[nodiscard]] std::string_view word(Fault fault) const noexcept { return of(fault).word; }
    /// As they were given, in the order of the table.
    [[nodiscard]] std::vector<std::string> given() const;

private:
    struct Setting {
        bool on = false;
        std::uint64_t number = 0;
        Duration duration{};
        Family family = ipv4_unicast;
        std::string_view word;   // of the table
        std::string text;
    };
    [[nodiscard]] const Setting& of(Fault fault) const noexcept { return settings_[static_cast<std::size_t>(fault)]; }

    std::array<Setting, fault_count> settings_{};
};

}   // namespace barrage::device
