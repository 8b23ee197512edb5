// Compiled once for engine and for its tests, where BARRAGE_PCH is on: nothing may depend on it.
#include "cmake/pch/codec.hpp"

#include "engine/engine.hpp"
