#pragma once
// One attempt at a session with a router, step by step, so that it can be said how far it came: TCP, the router's OPEN, Established. Blocks until
// it is known or the time is up; main thread.

#include <chrono>
#include <optional>
#include <string>

#include "codec/asn.hpp"
#include "codec/message/notification.hpp"
#include "codec/message/open.hpp"
#include "io/endpoint.hpp"
#include "io/file_descriptor.hpp"

namespace barrage::doctor {

struct ProbeOptions {
    Endpoint router;
    std::optional<IpAddress> source;   // none: the kernel's choice
    Asn as;
    Ipv4Address identifier;
    std::string md5_key;
    std::optional<std::uint8_t> ttl;
    std::chrono::milliseconds timeout{5000};   // of TCP, and again of BGP
};

enum class Reached : std::uint8_t {
    no_source,     // the source is no address of this host, or of another family
    unreachable,   // the kernel, or a router on the way, knows no route
    no_answer,     // nothing came back
    refused,       // nobody listens
    connected,     // TCP; the OPENs were not exchanged
    established
};

struct Probe {
    Reached reached = Reached::no_answer;
    std::string error;                          // of the kernel
    IpAddress local;                            // once it is connected
    std::optional<Open> open;                   // the router's
    std::optional<Notification> notification;   // the router's, by which it refused us
    bool closed = false;                        // by the router, without one
    FileDescriptor socket;                      // of an Established session: the router knows it is up as long as this is open
};

Probe probe(const ProbeOptions& options);
/// Ends an Established session with a Cease that says who it was.
void end(Probe& probe);

/// Whether the host answers a connection to a port that nobody uses: it is there then, and what hides its BGP is BGP's own.
bool answers_elsewhere(const IpAddress& router, std::chrono::milliseconds timeout);
/// The address from which this host reaches the router; none where it has no route.
std::optional<IpAddress> address_toward(const Endpoint& router);

/// Families that both could use, as the router's OPEN offers them: IPv4 unicast where it names none (RFC 4760 section 8).
FamilySet families_of(const Open& open);

}   // namespace barrage::doctor
