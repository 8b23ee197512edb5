#pragma once
// What the kernel refused, as a value: its code, and one line that names what failed and what to do about it.

#include <cerrno>
#include <expected>
#include <string>
#include <string_view>
#include <system_error>

namespace barrage {

struct IoError {
    std::error_code code;
    std::string text;   // "cannot bind to 192.0.2.1:0: Cannot assign requested address; …"

    friend bool operator==(const IoError& a, const IoError& b) noexcept { return a.code == b.code; }
};

template <class T>
using IoResult = std::expected<T, IoError>;

/// "cannot WHAT: REASON; ADVICE". `number` is an errno.
inline std::unexpected<IoError> io_error(int number, std::string_view what, std::string_view advice = {})
{
    IoError error{{number, std::system_category()}, "cannot "};
    error.text.append(what).append(": ").append(error.code.message());
    if (!advice.empty()) error.text.append("; ").append(advice);
    return std::unexpected{std::move(error)};
}

}   // namespace barrage
