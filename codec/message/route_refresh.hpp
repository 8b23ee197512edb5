#pragma once
// ROUTE-REFRESH: asks for the routes of a family again, or brackets their sending. RFC 2918, RFC 7313.
//
//     AFI 2 | subtype 1 | SAFI 1 | of a request, perhaps, outbound route filters (RFC 5291 section 4)
//
// Filters are kept as octets: barrage neither keeps nor sends any of its own. Any thread.

#include "codec/family.hpp"
#include "codec/message/header.hpp"

namespace barrage {

struct RouteRefresh {
    Family family = ipv4_unicast;
    RouteRefreshKind kind = RouteRefreshKind::request;
    Octets filters = {};   // when to refresh 1 | (type 1 | length 2 | entries) repeated; or nothing

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("family", self.family);
        visit("kind", self.kind);
        visit("filters", self.filters);
    }
    friend bool operator==(const RouteRefresh&, const RouteRefresh&) = default;
};

/// What the peer said of RFC 7313: its errors are only for those who sent that capability (section 5).
enum class PeerRefresh : bool { plain, enhanced };

/// RFC 7313 section 5: a message whose subtype nobody defined is ignored, whatever else is in it. To be asked
/// of a whole message before decode_route_refresh.
[[nodiscard]] bool is_ignored_route_refresh(OctetView message) noexcept;

/// A wrong length of a beginning or an end is RFC 7313's error 7/1 with the whole message as its data; of a request, or to who does not know that
/// error, it is Bad Message Length, 1/2.
Checked<RouteRefresh> decode_route_refresh(OctetView message, PeerRefresh peer = PeerRefresh::enhanced);

void encode(const RouteRefresh& refresh, Octets& out);

}   // namespace barrage
