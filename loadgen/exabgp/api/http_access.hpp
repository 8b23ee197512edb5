#pragma once
// Who may give commands over HTTP: those who speak to us by our own address, and not pages of other sites that a browser on this machine happens to
// show (cross-site requests, DNS rebinding); where a token is wanted, those who have it. A value; any thread.

#include <optional>
#include <string>
#include <string_view>

#include "io/http.hpp"

namespace barrage::exabgp {

/// Whether they are the same octets, in a time that says nothing of how many are.
bool is_same_secret(std::string_view given, std::string_view wanted) noexcept;

/// What a request of a page of another site, in a browser, is refused with: the ports of programs, which take commands by any name that leads to
/// them, as http_api.py does.
std::optional<HttpAnswer> refusal_of_pages(const HttpRequest& head);

/// What a request is refused with, by its head alone; nothing where it is welcome. `token`: empty where none is wanted.
std::optional<HttpAnswer> refusal_of(const HttpRequest& head, std::string_view token);

}   // namespace barrage::exabgp
