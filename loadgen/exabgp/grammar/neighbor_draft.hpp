#pragma once
// A neighbor, or a template of one, as it was written: what was not given stays empty, so that templates can be merged in before
// ExaBGP's defaults fill the rest. One thread.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/exabgp/grammar/configuration.hpp"
#include "loadgen/exabgp/grammar/route_readers.hpp"

namespace barrage::exabgp {

/// A name that is looked up once all of a file is read, and where it stands.
struct NameAt {
    std::string name;
    Token at;
};

/// The single-valued words of a section and where they stand.
class GivenWords {
public:
    /// Of a word that is given twice the last value counts: a warning at the first.
    void note(TokenCursor& words, const Token& word);
    void append(const GivenWords& from);
    /// Nothing where the word was not given.
    [[nodiscard]] const Token* find(std::string_view word) const noexcept;

private:
    std::vector<Token> all_;
};

struct GracefulRestartDraft {
    bool enabled = true;
    std::uint16_t seconds = 0;   // 0: the hold time
    friend bool operator==(const GracefulRestartDraft&, const GracefulRestartDraft&) = default;
};

struct CapabilityDraft {
    std::optional<std::optional<bool>> nexthop;   // auto: sent where there are next hops
    std::optional<AddPathWish> add_path;
    std::optional<bool> asn4, multi_session, operational, route_refresh, aigp, extended_message, software_version;
    std::optional<GracefulRestartDraft> graceful_restart;
    GivenWords given;

    void note_word(TokenCursor& words, const Token& word) { given.note(words, word); }
    /// As below.
    std::vector<std::string_view> merge(const CapabilityDraft& from);
};

struct ApiDraft {
    std::string name;
    Token at;
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
    std::vector<Token> next_hops_at;   // of each
    std::vector<std::pair<Family, Token>> add_path_at;
    std::vector<ApiDraft> apis;
    std::vector<ConfiguredRoute> routes;
    std::vector<RouteTarget::FirstOf> route_families;   // of each family one place
    std::vector<Operational> operationals;
    Token operational_at;   // their section
    GivenWords given;

    void note_word(TokenCursor& words, const Token& word);
    /// Where a word of this neighbor stands, or of its capabilities; else the neighbor.
    [[nodiscard]] const Token& place_of(std::string_view word) const noexcept;
    /// Lists are appended, of single values those of the template win: as ExaBGP. Returns the words whose own value was another one.
    std::vector<std::string_view> merge(const NeighborDraft& from);
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

/// Warns of what was given and does nothing, or what its neighbor does not do.
void warn_of_no_effect(TokenCursor& words, const NeighborDraft& draft, const Neighbor& neighbor);

/// Checks what is only known at the end and fills in the defaults. Errors go to `words`.
Neighbor finish_neighbor(TokenCursor& words, NeighborDraft&& draft, const std::vector<ProcessConfig>& processes);

}   // namespace barrage::exabgp
