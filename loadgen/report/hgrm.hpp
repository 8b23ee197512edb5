#pragma once
// A histogram as the percentile text of HdrHistogram (.hgrm), which its plotter and others read: values in milliseconds, the
// share of all that took no longer, how many those are, and 1/(1-share). Pure; any thread.

#include <string>

#include "engine/histogram.hpp"

namespace barrage {

std::string to_hgrm(const Histogram& histogram);

}   // namespace barrage
