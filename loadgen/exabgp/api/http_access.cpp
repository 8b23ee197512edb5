#include "loadgen/exabgp/api/http_access.hpp"

#include <algorithm>
#include <cstdint>

#include "io/interface_addresses.hpp"

namespace barrage::exabgp {

namespace {

HttpAnswer refused(std::string body) { return {.status = 403, .body = std::move(body)}; }

bool is_same_word(std::string_view a, std::string_view b) noexcept
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

/// "[::1]:5000" → "::1"; "localhost:5000" → "localhost".
std::string_view host_without_port(std::string_view host)
{
    if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
    return host.substr(0, host.find(':'));
}

/// A name could be made to lead here by whoever owns it; an address, and the name of this machine itself, could not.
bool is_ours(std::string_view host, const IpAddress& local)
{
    const auto name = host_without_port(host);
    if (is_same_word(name, "localhost")) return is_loopback(local);
    const auto address = IpAddress::from_text(name);
    return address && *address == local;
}

}   // namespace

bool is_same_secret(std::string_view given, std::string_view wanted) noexcept
{
    // As long as what was given, whatever is wanted; volatile, so that it is not ended early.
    volatile std::uint8_t different = given.size() == wanted.size() && !wanted.empty() ? 0 : 1;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const char other = wanted.empty() ? '\0' : wanted[i % wanted.size()];
        different = static_cast<std::uint8_t>(different | (given[i] ^ other));
    }
    return different == 0;
}

std::optional<HttpAnswer> refusal_of_pages(const HttpRequest& head)
{
    if (!head.origin.empty() && !is_same_word(head.origin, "http://" + head.host))
        return refused("requests of pages of another origin are not taken\n");
    if (!head.fetch_site.empty() && head.fetch_site != "same-origin" && head.fetch_site != "none")
        return refused("requests of pages of another site are not taken\n");
    return std::nullopt;
}

std::optional<HttpAnswer> refusal_of(const HttpRequest& head, std::string_view token)
{
    if (auto refusal = refusal_of_pages(head)) return refusal;
    const bool is_health = (head.method == "GET" || head.method == "HEAD") && head.path == "/healthz";
    if (!token.empty() && !is_health) {
        constexpr std::string_view scheme = "bearer ";
        std::string_view given = head.authorization;
        const bool has_scheme = given.size() >= scheme.size() && is_same_word(given.substr(0, scheme.size()), scheme);
        given.remove_prefix(has_scheme ? scheme.size() : given.size());
        if (is_same_secret(given, token)) return std::nullopt;   // who knows it may call us what he likes
        return HttpAnswer{.status = 401, .body = "expected Authorization: Bearer and the token\n", .challenge = "Bearer"};
    }
    if (!head.host.empty() && !is_ours(head.host, head.local.address))
        return refused("Host is not an address of this service; say " + barrage::to_text(head.local) + "\n");
    return std::nullopt;
}

}   // namespace barrage::exabgp
