#pragma once
// What an address family is to the codec: the type of its NLRI, and how one of them is read and written. Everything around
// it is the same for all families and stands here and in nlri_families.hpp: path identifiers (RFC 7911), lists of routes,
// the two multiprotocol attributes. See unicast.hpp for the smallest of them.
//
// Besides what the concept asks for, a family may say:
//   static Decoded<Nlri> decode(Reader& in, NlriField field);   where withdrawn NLRI, or those of some sessions, are written differently
//   static bool skip(Reader& in, NlriField field);              what decode() would find wrong, without keeping anything

#include <concepts>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "codec/describe.hpp"
#include "codec/error.hpp"
#include "codec/family.hpp"
#include "codec/path_id.hpp"
#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace barrage {

template <class F>
concept NlriFamily =
    std::equality_comparable<typename F::Nlri> && (TextValue<typename F::Nlri> || Describable<typename F::Nlri>) &&
    requires(const typename F::Nlri nlri, Reader& in, Writer& out, std::size_t octets) {
        { F::afi } -> std::convertible_to<Afi>;
        { F::safi } -> std::convertible_to<Safi>;
        { F::next_hop_fits(octets) } -> std::same_as<bool>;       // a length that MP_REACH_NLRI's next hop may have
        { F::encoded_size(nlri) } -> std::same_as<std::size_t>;   // exact, so the packer leaves no room unused
        { F::encode(nlri, out) } -> std::same_as<void>;
        { F::decode(in) } -> std::same_as<Decoded<typename F::Nlri>>;
    };

/// One NLRI with the path identifier that stood before it, if the session has them. RFC 7911 section 3.
template <class Nlri>
struct Route {
    std::optional<PathId> path_id;
    Nlri nlri;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("path_id", self.path_id);
        visit("nlri", self.nlri);
    }
    friend bool operator==(const Route&, const Route&) = default;
};

/// How the NLRI of a field are to be read.
struct NlriField {
    bool has_path_ids = false;
    bool withdrawn = false;
    std::uint8_t max_labels = 1;   // before an announced prefix: more than one, and they are a stack (RFC 8277 section 2.3)

    /// RFC 8277 sections 2.2 and 2.4.
    [[nodiscard]] constexpr bool has_one_label() const noexcept { return withdrawn || max_labels == 1; }
};

/// One NLRI, its path identifier taken already.
template <NlriFamily F>
Decoded<typename F::Nlri> decode_one(Reader& in, NlriField field)
{
    if constexpr (requires { F::decode(in, field); })
        return F::decode(in, field);
    else
        return F::decode(in);
}

/// All NLRI of a field, until `in` is empty. Of several errors the strongest: one that an NLRI's own length lets a reader skip
/// does not hide a later one that ends the session.
template <NlriFamily F>
Decoded<std::vector<Route<typename F::Nlri>>> decode_nlri(Reader& in, NlriField field)
{
    std::vector<Route<typename F::Nlri>> routes;
    std::optional<DecodeError> skipped;
    while (!in.empty()) {
        const auto at = in.offset();
        std::optional<PathId> path_id;
        if (field.has_path_ids) path_id = PathId{in.u32()};
        auto nlri = decode_one<F>(in, field);
        if (!nlri || in.failed()) {
            auto error = nlri ? DecodeError{Recovery::session_reset, UpdateSubcode::invalid_network_field, "NLRI cut short"}
                              : nlri.error();
            if (error.offset == 0) error.offset = at;
            if (error.recovery == Recovery::session_reset || in.failed()) return std::unexpected(error);
            if (!skipped || error.recovery > skipped->recovery) skipped = error;
            continue;
        }
        routes.push_back({path_id, std::move(*nlri)});
    }
    if (in.failed())
        return std::unexpected(
            DecodeError{Recovery::session_reset, UpdateSubcode::invalid_network_field, "NLRI cut short", in.offset()});
    if (skipped) return std::unexpected(*skipped);
    return routes;
}

/// Whether decode_nlri() would find nothing wrong; keeps no route.
template <NlriFamily F>
bool is_sound_nlri(Reader in, NlriField field)
{
    while (!in.empty()) {
        if (field.has_path_ids) in.skip(4);
        if constexpr (requires { F::skip(in, field); }) {
            if (!F::skip(in, field)) return false;
        } else if (!decode_one<F>(in, field)) {
            return false;
        }
    }
    return !in.failed();
}

template <NlriFamily F>
void encode_nlri(const std::vector<Route<typename F::Nlri>>& routes, Writer& out)
{
    for (const auto& [path_id, nlri] : routes) {
        if (path_id) out.u32(path_id->value);
        F::encode(nlri, out);
    }
}

}   // namespace barrage
