// Compiled once for loadgen and for its tests, where BARRAGE_PCH is on: nothing may depend on it.
#include "cmake/pch/engine.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/chrono.h>
#include <yaml-cpp/yaml.h>
