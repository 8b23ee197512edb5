#pragma once
// `loadgen inject` from its options to its exit status: starts the embedded sink where no router is named, has the injection played as a
// scenario, compares, and writes summary and report. Main thread.

#include "loadgen/console/exit_status.hpp"
#include "loadgen/inject/inject_options.hpp"

namespace barrage {

ExitStatus inject(const InjectOptions& options);

}   // namespace barrage
