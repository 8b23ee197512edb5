#include "loadgen/play/transient_wrongs.hpp"

#include <array>

namespace barrage {

std::span<const TransientWrong> transient_wrongs() noexcept
{
    static const std::array kinds{
        TransientWrong{"wrong_attributes", &Comparison::wrong_attributes, &ReflectionTimes::altered,
                       &ReflectionTimes::altered_sample, "with attributes that nobody had announced"},
        TransientWrong{"unexpected", &Comparison::unexpected, &ReflectionTimes::leaked, &ReflectionTimes::leaked_sample,
                       "that were not to come"},
    };
    return kinds;
}

}   // namespace barrage
