#pragma once
// A neighbour of a configuration as the engine's peer. Any thread.

#include "engine/peer.hpp"
#include "loadgen/exabgp/grammar/configuration.hpp"
#include "loadgen/exabgp/speaker/speaker.hpp"

namespace barrage::exabgp {

PeerConfig peer_config(const Neighbor& neighbor, const SpeakerOptions& options);

/// Which of its messages programs get.
struct ObservedMessages {
    MessageKinds sent, received;
    friend bool operator==(const ObservedMessages&, const ObservedMessages&) = default;
};
ObservedMessages observed_messages(const Neighbor& neighbor);

/// Families for which we offer to send path identifiers (ADD-PATH, RFC 7911).
FamilySet offered_add_path(const Neighbor& neighbor) noexcept;

/// Families whose routes share UPDATEs.
FamilySet grouped_families(const Neighbor& neighbor);

/// Whether a session of one is a session of the other: all but routes and what programs get.
bool same_session(const Neighbor& a, const Neighbor& b);

/// "neighbor P local-ip L local-as A peer-as B router-id R family-allowed …"
std::string neighbor_name(const Neighbor& neighbor);

/// The address that `next-hop self` stands for in routes of this family, where that is known before there is a connection. ExaBGP
/// takes the router-id for IPv4 routes over an IPv6 session. For IPv6 routes over an IPv4 session it is the interface's: PackOptions::self_v6.
std::optional<IpAddress> self_address(const Neighbor& neighbor, Family family);

}   // namespace barrage::exabgp
