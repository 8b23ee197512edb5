// Who may command over HTTP: Origin of RFC 6454 and the Fetch standard, Host of RFC 9110, Bearer of RFC 6750.

#include <doctest.h>

#include "loadgen/exabgp/api/http_access.hpp"

using namespace barrage;
using namespace barrage::exabgp;

namespace {

HttpRequest request(std::string host, std::string origin = {}, std::string authorization = {})
{
    HttpRequest head;
    head.method = "POST";
    head.path = "/";
    head.host = std::move(host);
    head.origin = std::move(origin);
    head.authorization = std::move(authorization);
    head.local = *Endpoint::from_text("127.0.0.1:5000");
    return head;
}

unsigned status_of(const HttpRequest& head, std::string_view token = {})
{
    const auto refusal = refusal_of(head, token);
    return refusal ? refusal->status : 200;
}

}   // namespace

TEST_CASE("only those are answered who call us by our own address, and no page of another origin")
{
    const struct {
        const char *host, *origin;
        unsigned status;
    } rows[]{
        {"127.0.0.1:5000", "", 200},
        {"127.0.0.1", "", 200},
        {"localhost:5000", "", 200},
        {"LocalHost", "", 200},
        {"localhost:8080", "", 200},   // a port that is forwarded
        {"", "", 200},                 // HTTP/1.0
        {"rebound.example:5000", "", 403},
        {"localhost.example:5000", "", 403},
        {"127.0.0.1.example", "", 403},
        {"127.0.0.2:5000", "", 403},
        {"[::1]:5000", "", 403},
        {"[", "", 403},
        {":5000", "", 403},
        {"127.0.0.1:5000", "http://127.0.0.1:5000", 200},
        {"127.0.0.1:5000", "http://evil.example", 403},
        {"127.0.0.1:5000", "http://127.0.0.1:8000", 403},
        {"127.0.0.1:5000", "https://127.0.0.1:5000", 403},
        {"127.0.0.1:5000", "null", 403},
        {"rebound.example:5000", "http://rebound.example:5000", 403},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string{row.host});
        CAPTURE(std::string{row.origin});
        CHECK(status_of(request(row.host, row.origin)) == row.status);
    }
    auto beyond = request("192.0.2.1:5000");
    beyond.local = *Endpoint::from_text("192.0.2.1:5000");
    CHECK(status_of(beyond) == 200);
    beyond.host = "localhost";
    CHECK(status_of(beyond) == 403);
    auto six = request("[::1]:5000");
    six.local = *Endpoint::from_text("[::1]:5000");
    CHECK(status_of(six) == 200);
    auto fetched = request("127.0.0.1");
    for (const auto& [site, status] :
         {std::pair{"cross-site", 403u}, {"same-site", 403u}, {"same-origin", 200u}, {"none", 200u}}) {
        fetched.fetch_site = site;
        CHECK(status_of(fetched) == status);
    }
}

TEST_CASE("where a token is wanted nobody commands without it; a page of another origin does not with it")
{
    const auto with = [](std::string authorization) { return request("speaker.example", {}, std::move(authorization)); };
    CHECK(status_of(with("Bearer correct horse"), "correct horse") == 200);
    CHECK(status_of(with("bearer correct horse"), "correct horse") == 200);   // RFC 9110 section 11.1
    for (const auto* wrong :
         {"", "Bearer", "Bearer ", "Bearer correct", "Bearer correct horses", "Basic correct horse", "correct horse"}) {
        CAPTURE(std::string{wrong});
        const auto refusal = refusal_of(with(wrong), "correct horse");
        REQUIRE(refusal);
        CHECK(refusal->status == 401);
        CHECK(refusal->challenge == "Bearer");
    }
    CHECK(status_of(request("speaker.example", "http://evil.example", "Bearer correct horse"), "correct horse") == 403);
    auto health = request("127.0.0.1");
    health.method = "GET";
    health.path = "/healthz";
    CHECK(status_of(health, "correct horse") == 200);
    health.method = "POST";
    CHECK(status_of(health, "correct horse") == 401);
}

TEST_CASE("secrets are the same where all octets are")
{
    CHECK(is_same_secret("a", "a"));
    CHECK_FALSE(is_same_secret("a", "b"));
    CHECK_FALSE(is_same_secret("aa", "a"));
    CHECK_FALSE(is_same_secret("a", "aa"));
    CHECK_FALSE(is_same_secret("", "a"));
    CHECK_FALSE(is_same_secret("", ""));
    CHECK_FALSE(is_same_secret("a", ""));
}
