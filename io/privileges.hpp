#pragma once
// Root for as long as ports below 1024 are opened, another user from then on. Main thread, before there are others.

#include <string>

#include "io/io_error.hpp"

namespace barrage {

/// From now on this process, and what it starts, is `user` (a name, or a number) with its groups, and can never become anybody else: it has no
/// capabilities, and no set-user-ID program gives it any. The files that it has open stay open. An error where it is not root, unless it is that
/// user already; nothing has changed then, or the process is to end.
IoResult<void> become_user(const std::string& user);

}   // namespace barrage
