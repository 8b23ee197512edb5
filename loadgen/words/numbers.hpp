#pragma once
// Numbers as people read them in summaries and progress: 1.2M routes, 350 Mb/s, 96 MB, 1.25 s. Pure; any thread.

#include <chrono>
#include <cstdint>
#include <string>

namespace barrage {

/// "950", "12.3k", "1.00M".
std::string short_number(double value);
/// "1,000,000".
std::string full_number(std::uint64_t value);
/// "96 MB": millions of octets.
std::string octets_text(double octets);
/// "350 Mb/s": bits, as networks count.
std::string bit_rate_text(double octets_per_second);
/// "1.25 s", "12.3 ms", "2 min 5 s".
std::string duration_text(std::chrono::nanoseconds duration);

/// `amount` for each second of `time`; 0 where no time went by.
double per_second(double amount, std::chrono::nanoseconds time) noexcept;
double seconds(std::chrono::nanoseconds time) noexcept;

}   // namespace barrage
