#pragma once
// A capability of an OPEN (RFC 5492): any of those in known_capabilities.hpp, or one kept as octets. Variant and table
// of decoders are derived from the one list here. Any thread.

#include <concepts>
#include <optional>
#include <string_view>
#include <variant>

#include "codec/message/family_capabilities.hpp"
#include "codec/message/known_capabilities.hpp"

namespace barrage {

// clang-format off
template <class C>
concept KnownCapability = requires(const C value, Reader& in, Writer& out) {
    { C::code } -> std::convertible_to<CapabilityCode>;
    { C::name } -> std::convertible_to<std::string_view>;
    { C::malformed } -> std::convertible_to<MalformedCapability>;
    { C::decode(in) } -> std::same_as<C>;   // malformed when `in` has not finished afterwards
    { value.encode(out) } -> std::same_as<void>;
};
// clang-format on

template <KnownCapability... C>
struct CapabilityList {
    using Variant = std::variant<C..., capability::Unknown>;
};

using KnownCapabilities =
    CapabilityList<capability::Multiprotocol, capability::RouteRefresh, capability::OutboundRouteFiltering,
                   capability::ExtendedNextHop, capability::ExtendedMessage, capability::Bgpsec, capability::MultipleLabels,
                   capability::Role, capability::GracefulRestart, capability::FourOctetAs, capability::Multisession,
                   capability::AddPath, capability::EnhancedRouteRefresh, capability::LongLivedGracefulRestart,
                   capability::Hostname, capability::BfdStrictMode, capability::SoftwareVersion, capability::PathsLimit,
                   capability::LinkLocalNextHop, capability::RouteRefreshCisco, capability::MultisessionCisco,
                   capability::Operational>;

using Capability = KnownCapabilities::Variant;

[[nodiscard]] std::uint8_t code(const Capability& capability) noexcept;
[[nodiscard]] std::string_view name(const Capability& capability) noexcept;

/// Nothing when it is malformed and of those that refuse the OPEN.
std::optional<Capability> decode_capability(std::uint8_t code, OctetView value);

/// Code, length and value. A value that does not fit is cut at 255 octets: see encodable().
void encode(const Capability& capability, Writer& out);

/// Whether the value fits the one octet of its length.
[[nodiscard]] bool encodable(const Capability& capability);

}   // namespace barrage
