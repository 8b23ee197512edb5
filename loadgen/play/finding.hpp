#pragma once
// What a run may find about itself, the device and this machine: a closed list with one word, one sentence and one advice each.
// Reports, the page, docs/findings.md and the JSON Schema have their words from here. Pure; any thread.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace barrage {

/// In the order in which reports name them: what limited the run, what disturbed it, what the device did, what the tester left out.
enum class FindingKind : std::uint8_t {
    device,
    receiver,
    generator,
    starved,
    foreign_cpu,
    rate,
    swap,
    clock_step,
    near_floor,
    samples_lost,
    not_compared,
    session_lost,
    stale,
    not_returned,
    reflected_to_sender,
    duplicates,
    interrupted,
    transient,
    malformed,
    needless_notification,
    family_not_negotiated,
    no_end_of_rib,
    left_out,
};

struct FindingRow {
    FindingKind kind;
    std::string_view word;
    bool is_limit;               // it may be what held the run back
    std::string_view sentence;   // what it says, of any run
    std::string_view advice;     // what to do about it
};

/// Every kind once, in the order of FindingKind.
std::span<const FindingRow> finding_table() noexcept;
const FindingRow& row_of(FindingKind kind) noexcept;
std::string_view word(FindingKind kind) noexcept;

struct Finding {
    FindingKind kind;
    std::string text;   // of this run, with its figures
};

/// In the order of the list; those of one kind stay in theirs.
void sort(std::vector<Finding>& findings);

}   // namespace barrage
