#pragma once
// The report of RFC 7747 section 6, under its names, as far as a tester of the control plane knows it: parameters of the test,
// and for each convergence event the benchmarks of its second table. No traffic is forwarded, so what that RFC takes from lost
// packets comes from the routes that receiving peers saw, and its fields of packets are null. Pure; any thread.

#include <boost/json.hpp>

#include "loadgen/play/run_result.hpp"
#include "loadgen/report/run_report.hpp"
#include "loadgen/scenario/scenario.hpp"

namespace barrage {

boost::json::object rfc7747_json(const Scenario& scenario, const RunReport& report, const RunResult& result);

}   // namespace barrage
