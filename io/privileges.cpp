#include "io/privileges.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>

namespace barrage {

namespace {

struct User {
    std::string name;
    uid_t uid;
    gid_t gid;
};

std::optional<User> user_of(const std::string& text)
{
    std::array<char, 16384> room;
    passwd entry{};
    passwd* found = nullptr;
    ::getpwnam_r(text.c_str(), &entry, room.data(), room.size(), &found);
    if (!found) {
        uid_t number = 0;
        const auto* end = text.data() + text.size();
        const auto parsed = std::from_chars(text.data(), end, number);
        if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
        ::getpwuid_r(number, &entry, room.data(), room.size(), &found);
    }
    if (!found) return std::nullopt;
    return User{found->pw_name, found->pw_uid, found->pw_gid};
}

}   // namespace

IoResult<void> become_user(const std::string& text, GainByPrograms gain)
{
    const auto what = "become user " + text;
    const auto user = user_of(text);
    if (!user) return io_error(ENOENT, what, "there is no such user");
    if (::geteuid() != 0) {
        if (::getuid() == user->uid && ::geteuid() == user->uid) return {};
        return io_error(EPERM, what, "only root can");
    }
    // Groups first: once it is no longer root it could not give up those. glibc does each for all threads.
    if (::initgroups(user->name.c_str(), user->gid) != 0 || ::setresgid(user->gid, user->gid, user->gid) != 0 ||
        ::setresuid(user->uid, user->uid, user->uid) != 0)
        return io_error(errno, what);
    if (user->uid == 0) return {};
    if (::setuid(0) == 0) return io_error(EPERM, what);
    if (gain == GainByPrograms::no && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return io_error(errno, what);
    return {};
}

}   // namespace barrage
