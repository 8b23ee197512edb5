#include "tests/support/nlri_vectors.hpp"

#include "tests/support/doctest.hpp"

#include "codec/format.hpp"
#include "codec/nlri/nlri_extent.hpp"
#include "codec/nlri/nlri_families.hpp"
#include "tests/support/exact_octets.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

std::size_t size_by_family(const AnyRoutes& routes)
{
    return std::visit(
        []<class R>(const R& of_family) -> std::size_t {
            std::size_t octets = 0;
            if constexpr (requires { typename R::FamilyType; })
                for (const auto& route : of_family.routes) octets += R::FamilyType::encoded_size(route.nlri);
            return octets;
        },
        routes);
}

std::string text_of(const AnyRoutes& routes)
{
    return std::visit(
        []<class R>(const R& of_family) {
            std::string text;
            if constexpr (requires { of_family.routes; })
                for (const auto& route : of_family.routes) {
                    text += text.empty() ? "" : "; ";
                    text += to_text(route.nlri);
                }
            return text;
        },
        routes);
}

}   // namespace

void check_family_vector(const FamilyVector& vector)
{
    CAPTURE(vector.family);
    CAPTURE(std::string{vector.octets});
    const auto family = family_from_name(vector.family);
    REQUIRE(family);
    REQUIRE(nlri_codec(*family));
    const auto octets = hex(vector.octets);
    const NlriField field{.withdrawn = vector.withdrawn};
    const ExactOctets exact{octets};
    Reader in{exact.view()};
    const auto routes = decode_routes(*family, in, field);
    REQUIRE(routes.has_value() == (vector.text != nullptr));
    if (routes) {
        CHECK(text_of(*routes) == std::string{vector.text});
        CHECK(size_by_family(*routes) == octets.size());
        CHECK(nlri_octets(*family, exact.view()) == octets.size());
        Octets again;
        Writer out{again};
        encode_routes(*routes, out);
        CHECK(to_hex(again) == to_hex(octets));
    }
    if (!routes) CHECK(name(routes.error().recovery) == name(vector.refused));
    for (std::size_t size = 1; size < octets.size(); ++size) {   // a cut is refused, or is what it says
        const ExactOctets cut{OctetView{octets}.first(size)};
        Reader from{cut.view()};
        const auto whole = decode_routes(*family, from, field);
        if (!whole) continue;
        Octets again;
        Writer out{again};
        encode_routes(*whole, out);
        CHECK(to_hex(again) == to_hex(cut.view()));
    }
}

}   // namespace barrage
