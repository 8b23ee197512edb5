// The UPDATEs of shared/vectors: what is right decodes without a problem and encodes to the same octets, what is wrong has
// a problem, and no cut of either reads outside its octets.

#include "tests/support/doctest.hpp"

#include <random>
#include <string>

#include "codec/attribute/attribute_view.hpp"
#include "codec/format.hpp"
#include "codec/message/update.hpp"
#include "tests/support/exact_octets.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/vectors.hpp"

using namespace barrage;

namespace {

/// Rows whose verdict needs an attribute or a family that is not in the codec's lists; it is kept as octets then.
bool is_known(const MessageVector& vector)
{
    const auto view = split_update(vector.message);
    if (!view) return true;
    Reader in{view->attributes};
    while (const auto attribute = next_attribute(in))
        if (!codec_of(attribute->type).decode) return false;
    if (view->mp_reach && !nlri_codec(view->mp_reach->family())) return false;
    return !view->mp_unreach || nlri_codec(view->mp_unreach->family());
}

/// The header is another test's: message_header_test. Its length has to be right before an UPDATE is looked at.
bool has_good_length(const MessageVector& vector)
{
    const auto& octets = vector.message;
    return octets.size() >= header_octets && octets.size() <= vector.options.max_message() &&
           (octets[16] << 8 | octets[17]) == static_cast<int>(octets.size());
}

}   // namespace

TEST_CASE("UPDATEs of the shared vectors decode as they are judged")
{
    struct Counts {
        int valid = 0;
        int malformed = 0;
        int valid_only_octets = 0;
        int not_judged = 0;
    } counts;
    for (const auto& vector : message_vectors()) {
        if (!vector.kind.starts_with("update/")) continue;
        if (!has_good_length(vector)) {
            CHECK_FALSE(vector.valid);
            continue;
        }
        CAPTURE(vector.name);
        CAPTURE(to_hex(vector.message));
        std::vector<Problem> problems;
        const ExactOctets message{vector.message};
        const auto update = decode_update(message.view(), vector.options, problems);
        if (vector.valid) {
            for (const auto& problem : problems) {
                CAPTURE(problem.text);
                CHECK(problems.empty());
            }
            REQUIRE(update);
            Octets again;
            CHECK(encode_update(*update, vector.options, again));
            CHECK(to_hex(again) == to_hex(vector.message));
            CHECK(to_text(*update).empty() == (vector.message.size() == header_octets + 4));   // an empty one is an End-of-RIB
            ++(is_known(vector) ? counts.valid : counts.valid_only_octets);
        } else if (is_known(vector) || !problems.empty()) {
            CHECK_FALSE(problems.empty());
            ++counts.malformed;
        } else {
            ++counts.not_judged;
        }
    }
    if (counts.valid == 0)
        MESSAGE("skipped: no shared vectors");
    else
        MESSAGE("UPDATEs: " << counts.valid << " valid, " << counts.malformed << " malformed, " << counts.valid_only_octets
                            << " valid with attributes or families kept as octets, " << counts.not_judged
                            << " malformed not judged for the same reason");
}

TEST_CASE("no cut of an UPDATE reads outside its octets, and what stays right is encoded back")
{
    for (const auto& vector : message_vectors()) {
        if (!vector.kind.starts_with("update/") || vector.message.size() > 512) continue;
        for (std::size_t size = header_octets; size < vector.message.size(); ++size) {
            const ExactOctets cut{OctetView{vector.message}.first(size)};
            std::vector<Problem> problems;
            const auto update = decode_update(cut.view(), vector.options, problems);
            if (!update || !problems.empty()) continue;
            Octets again;
            REQUIRE(encode_update(*update, vector.options, again));
            // the cut's header still tells the length of the whole
            CHECK(to_hex(OctetView{again}.subspan(header_octets)) == to_hex(cut.view().subspan(header_octets)));
        }
    }
}

TEST_CASE("an UPDATE with octets changed is either wrong, or encoded back as it is")
{
    std::mt19937 random{4271};
    for (const auto& vector : message_vectors()) {
        const auto size = vector.message.size();
        if (!vector.kind.starts_with("update/") || !has_good_length(vector) || size == header_octets || size > 512) continue;
        CAPTURE(vector.name);
        for (int round = 0; round < 50; ++round) {
            auto octets = vector.message;
            for (auto changes = 1 + random() % 3; changes-- > 0;)
                octets[header_octets + random() % (octets.size() - header_octets)] = static_cast<std::uint8_t>(random());
            const ExactOctets message{octets};
            std::vector<Problem> problems;
            const auto neighbor = static_cast<Neighbor>(round % 3);
            const auto update = decode_update(message.view(), vector.options, problems, neighbor);
            if (const auto view = split_update(message.view())) {
                std::vector<Problem> checked;
                check_update(*view, vector.options, neighbor, checked);
                CHECK(checked == problems);
            }
            if (!update || !problems.empty()) continue;
            Octets again;
            REQUIRE(encode_update(*update, vector.options, again));
            CHECK(to_hex(again) == to_hex(octets));
        }
    }
}
