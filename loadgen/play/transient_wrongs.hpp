#pragma once
// What receivers were given for a time and was wrong as it came, whether or not it stayed so until they were compared: the kinds, each with
// the threshold that judges it. A table; any thread.

#include <cstdint>
#include <span>
#include <string>

#include "engine/reflections.hpp"
#include "loadgen/play/comparison.hpp"

namespace barrage {

struct TransientWrong {
    const char* metric;   // of thresholds, and what comparisons count of it
    std::uint64_t Comparison::* compared;
    std::uint64_t ReflectionTimes::* count;   // routes, at each receiver
    std::string ReflectionTimes::* sample;    // a prefix
    const char* words;                        // "the device announced 3 routes …"
};

std::span<const TransientWrong> transient_wrongs() noexcept;

}   // namespace barrage
