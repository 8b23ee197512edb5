// Nobody but a shard makes the proof that a function runs on its thread.

#include "engine/on_shard.hpp"

using namespace barrage;

void somewhere_else(std::atomic<bool>& entered)
{
    const OnShard here{0, entered};   // error: private
}
