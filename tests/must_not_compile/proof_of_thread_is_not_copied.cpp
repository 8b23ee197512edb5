// The proof cannot be taken along to another thread.

#include "engine/on_shard.hpp"

using namespace barrage;

OnShard taken_along(const OnShard& here)
{
    return here;   // error: (use of|call to) deleted
}
