#pragma once
// A neighbor, or a template of one, as it was written: what was not given stays empty, so that templates can be merged in before
// ExaBGP's defaults fill the rest. One thread.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/exabgp/configuration.hpp"
#include "loadgen/exabgp/route_readers.hpp"

namespace barrage::exabgp {

/// A name that is looked up once all of a file is read, and where it stands.
struct NameAt {
    std::string name;
    Token at;
};

struct GracefulRestartDraft {
    bool enabled = true;
    std::uint16_t seconds = 0;   // 0: the hold time
};

struct CapabilityDraft {
    std::optional<std::optional<bool>> nexthop;   // auto: told where there are next hops
    std::optional<AddPathWish> add_path;
    std::optional<bool> asn4, multi_session, operational, route_refresh, aigp, extended_message, software_version;
    std::optional<GracefulRestartDraft> graceful_restart;

    void merge(const CapabilityDraft& from);
};

struct ApiDraft {
    std::string name;
    ApiSection section;
    std::vector<NameAt> processes;
};

struct NeighborDraft {
    explicit NeighborDraft(RouteContext& route_context) : context(&route_context) {}

    RouteContext* context;
    Token at;   // its name
    std::vector<NameAt> inherits;

    std::optional<std::string> description, host_name, domain_name, source_interface, md5_password;
    std::optional<std::pair<IpAddress, std::uint8_t>> peer_address;
    std::optional<std::optional<IpAddress>> local_address;   // auto
    std::optional<std::optional<Asn>> local_as, peer_as;     // auto
    std::optional<Ipv4Address> router_id;
    std::optional<std::uint16_t> hold_time, listen, connect;
    std::optional<std::uint32_t> rate_limit;
    std::optional<std::optional<std::uint8_t>> outgoing_ttl, incoming_ttl;   // disable
    std::optional<std::optional<bool>> md5_base64;                           // auto
    std::optional<IpAddress> md5_ip;
    std::optional<bool> passive, group_updates, auto_flush, adj_rib_in, adj_rib_out, manual_eor;
    CapabilityDraft capability;

    FamilySet families, add_path_families;
    std::vector<Neighbor::ExtendedNextHop> next_hops;
    std::vector<ApiDraft> apis;
    std::vector<ConfiguredRoute> routes;
    std::vector<RouteTarget::FirstOf> route_families;   // of each family one place
    std::vector<Operational> operationals;

    /// Lists are appended, of single values those of the template win: as ExaBGP.
    void merge(const NeighborDraft& from);
};

/// The statements of `neighbor ADDRESS { … }` and of a template.
std::span<const Statement<NeighborDraft>> neighbor_statements() noexcept;
/// Those of its sections, for the documentation.
std::vector<SectionText> describe_neighbor_sections();

// Of files of their own.

void read_family_section(TokenCursor& words, NeighborDraft& draft);
void read_add_path_section(TokenCursor& words, NeighborDraft& draft);
void read_nexthop_section(TokenCursor& words, NeighborDraft& draft);
void read_capability_section(TokenCursor& words, NeighborDraft& draft);
void read_api_section(TokenCursor& words, NeighborDraft& draft);
void read_operational_section(TokenCursor& words, NeighborDraft& draft);
std::vector<SectionText> describe_family_sections();
std::vector<SectionText> describe_api_sections();
SectionText describe_capability_section();
SectionText describe_operational_section();

/// What a neighbor without `family` speaks: all that ExaBGP knows.
FamilySet all_families() noexcept;
/// The names of ExaBGP: "ipv4", "mpls-vpn".
std::optional<Family> family_from_words(std::string_view afi, std::string_view safi) noexcept;

/// Checks what is only known at the end and fills in the defaults. Errors go to `words`.
Neighbor finish_neighbor(TokenCursor& words, NeighborDraft&& draft, const std::vector<ProcessConfig>& processes);

}   // namespace barrage::exabgp
