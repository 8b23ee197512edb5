#pragma once

namespace barrage {

__extension__ using Unsigned128 = unsigned __int128;   // an address as a number; ISO C++ has none so wide

}   // namespace barrage
