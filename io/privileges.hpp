#pragma once
// Root for as long as ports below 1024 are opened, another user from then on. Main thread, before there are others.

#include <string>

#include "io/io_error.hpp"

namespace barrage {

/// Whether set-user-ID programs, such as sudo, still work for this process and what it starts.
enum class GainByPrograms : bool { no, yes };

/// From now on this process, and what it starts, is `user` (a name, or a number) with its groups, without capabilities, and cannot become anybody
/// else; unless `gain` says so, not by a set-user-ID program either (PR_SET_NO_NEW_PRIVS). The files that it has open stay open. An error where it
/// is not root, unless it is that user already; nothing has changed then, or the process is to end.
IoResult<void> become_user(const std::string& user, GainByPrograms gain = GainByPrograms::no);

}   // namespace barrage
