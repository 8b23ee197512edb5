#pragma once
// CLUSTER_LIST: the route reflectors' clusters that the route went through, the last one first. RFC 4456 section 8.

#include <vector>

#include "codec/attribute/path_attribute.hpp"
#include "codec/ip.hpp"

namespace barrage {

struct ClusterList {
    static constexpr auto type = AttributeType::cluster_list;
    static constexpr auto flags = optional_non_transitive;
    static constexpr auto malformed = Recovery::treat_as_withdraw;   // RFC 7606 section 7.10
    static constexpr std::string_view name = "cluster_list";
    static constexpr bool internal_only = true;

    std::vector<Ipv4Address> cluster_ids;

    void encode(Writer& out, const SessionOptions&) const
    {
        for (const auto id : cluster_ids) out.u32(id.value);
    }

    static bool looks_sound(Reader in, const SessionOptions&) noexcept { return whole_elements(in, Ipv4Address::octets) != 0; }
    static Decoded<ClusterList> decode(Reader& in, const SessionOptions&)
    {
        ClusterList list;
        const auto count = whole_elements(in, Ipv4Address::octets);
        if (count == 0)
            return std::unexpected(DecodeError{malformed, UpdateSubcode::attribute_length_error,
                                               "CLUSTER_LIST is not a non-zero multiple of four octets long"});
        list.cluster_ids.reserve(count);
        while (!in.empty()) list.cluster_ids.push_back(Ipv4Address::read(in));
        return list;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("cluster_ids", self.cluster_ids);
    }
    friend bool operator==(const ClusterList&, const ClusterList&) = default;
};

}   // namespace barrage
