#pragma once
// The path attributes that the codec knows: the one list. A new attribute is one file beside this one and one name here;
// the variant below, the table in registry.hpp and the tests are derived from it.

#include <variant>

#include "codec/attribute/aggregator.hpp"
#include "codec/attribute/aigp.hpp"
#include "codec/attribute/as4_aggregator.hpp"
#include "codec/attribute/as4_path.hpp"
#include "codec/attribute/as_path.hpp"
#include "codec/attribute/atomic_aggregate.hpp"
#include "codec/attribute/attr_set.hpp"
#include "codec/attribute/bgp_ls.hpp"
#include "codec/attribute/cluster_list.hpp"
#include "codec/attribute/communities.hpp"
#include "codec/attribute/extended_communities.hpp"
#include "codec/attribute/ipv6_extended_communities.hpp"
#include "codec/attribute/large_communities.hpp"
#include "codec/attribute/local_pref.hpp"
#include "codec/attribute/mp_reach_nlri.hpp"
#include "codec/attribute/mp_unreach_nlri.hpp"
#include "codec/attribute/multi_exit_disc.hpp"
#include "codec/attribute/next_hop.hpp"
#include "codec/attribute/only_to_customer.hpp"
#include "codec/attribute/origin.hpp"
#include "codec/attribute/originator_id.hpp"
#include "codec/attribute/pmsi_tunnel.hpp"
#include "codec/attribute/prefix_sid.hpp"
#include "codec/attribute/tunnel_encapsulation.hpp"
#include "codec/attribute/unknown_attribute.hpp"

namespace barrage {

template <PathAttribute... A>
struct AttributeList {
    using Any = std::variant<A..., UnknownAttribute>;
};

using KnownAttributes = AttributeList<Origin, AsPath, NextHop, MultiExitDisc, LocalPref, AtomicAggregate, Aggregator, Communities,
                                      OriginatorId, ClusterList, MpReachNlri, MpUnreachNlri, ExtendedCommunities, As4Path,
                                      As4Aggregator, PmsiTunnel, TunnelEncapsulation, Ipv6ExtendedCommunities, Aigp, BgpLs,
                                      LargeCommunities, OnlyToCustomer, PrefixSid, AttrSet>;

/// A decoded attribute, or the octets of one that is not known or not well formed.
using AnyAttribute = KnownAttributes::Any;

}   // namespace barrage
