#include <fmt/format.h>

#include <boost/json.hpp>

#include <algorithm>
#include <cstdio>

#include "codec/attribute/attribute_view.hpp"
#include "codec/attribute/mp_next_hop.hpp"
#include "codec/format.hpp"
#include "codec/nlri/nlri_extent.hpp"
#include "loadgen/commands/mrt.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/routes/mrt_input.hpp"
#include "loadgen/words/describe_json.hpp"
#include "loadgen/words/json_text.hpp"

namespace barrage {

namespace {

/// "10.0.0.0/8"; the octets where the family has more than a prefix in its NLRI.
std::string nlri_text(Family family, OctetView octets)
{
    if (family.safi != Safi::unicast && family.safi != Safi::multicast) return "0x" + hex_text(octets);
    Reader in{octets};
    return family.afi == Afi::ipv6 ? to_text(Ipv6Prefix::read(in)) : to_text(Ipv4Prefix::read(in));
}

/// Canonical attributes as values; one that does not decode stays octets.
std::vector<AnyAttribute> attributes_of(OctetView octets)
{
    std::vector<AnyAttribute> all;
    for (Reader in{octets}; const auto attribute = next_attribute(in);) {
        auto value = decode_attribute(attribute->type, attribute->reader(), SessionOptions{});
        if (value)
            all.push_back(std::move(*value));
        else
            all.push_back(UnknownAttribute{attribute->type, {attribute->value.begin(), attribute->value.end()}});
    }
    return all;
}

/// What the routes of a batch share, made once.
class Line {
public:
    Line(const RouteBatch& batch, const MrtSource& source, bool json) : batch_(batch), json_(json)
    {
        const bool announces = batch.kind == RouteBatch::Kind::announce;
        const auto next_hop = to_text(MpNextHop{{batch.next_hop.begin(), batch.next_hop.end()}});
        const auto attributes = announces ? attributes_of(batch.attributes) : std::vector<AnyAttribute>{};
        if (json) {
            const auto& peer = source.peers()[source.last_peer()];
            object_ = {{"kind", announces ? "announce" : "withdraw"},
                       {"time_seconds", static_cast<double>(source.last_time()) / 1e9},
                       {"peer", {{"index", source.last_peer()}, {"address", to_text(peer.address)}, {"as", peer.as.value}}},
                       {"family", name(batch.family)},
                       {"prefix", nullptr}};
            if (batch.has_path_ids) object_["path_id"] = 0;
            if (!announces) return;
            object_["next_hop"] = next_hop;
            auto& array = object_["attributes"].emplace_array();
            for (const auto& attribute : attributes) array.push_back(to_json(attribute));
            return;
        }
        before_ = announces ? "announce " : "withdraw ";
        if (batch.family != ipv4_unicast && batch.family != ipv6_unicast) before_ += std::string{name(batch.family)} + " ";
        if (announces) after_ = " next-hop " + next_hop;
        for (const auto& attribute : attributes) {
            auto text = to_text(attribute);
            std::replace(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(text.find(' '), text.size())), '_',
                         '-');
            after_ += " " + text;
        }
    }

    void append(PathId path_id, OctetView nlri, std::string& out)
    {
        if (json_) {
            object_["prefix"] = nlri_text(batch_.family, nlri);
            if (batch_.has_path_ids) object_["path_id"] = path_id.value;
            out += json_text(object_);
        } else {
            out += before_ + nlri_text(batch_.family, nlri);
            if (batch_.has_path_ids) out += " path-id " + std::to_string(path_id.value);
            out += after_;
        }
        out += '\n';
    }

private:
    const RouteBatch& batch_;
    bool json_;
    boost::json::object object_;
    std::string before_;
    std::string after_;
};

}   // namespace

ExitStatus mrt_cat(const MrtCatOptions& options)
{
    auto source = open_mrt_file(options.file, {.peer = options.peer, .with_local = options.with_local});
    if (!source) {
        print_error("mrt cat", source.error());
        return ExitStatus::usage;
    }
    if (const auto& fullest = source->fullest_peer())
        print_error("mrt cat", fmt::format("{}: peer {} ({}, AS{}) has most routes", options.file, fullest->index,
                                           to_text(fullest->peer.address), fullest->peer.as.value));

    std::uint64_t left = options.limit.value_or(~std::uint64_t{0});
    std::uint64_t routes = 0;
    std::string text;
    bool written = true;
    for (RouteBatch batch; left > 0 && written && source->next(batch);) {
        Line line{batch, *source, options.json};
        for_each_nlri(batch.family, batch.nlri, batch.has_path_ids, [&](PathId id, OctetView nlri) {
            if (left == 0) return;
            --left;
            ++routes;
            line.append(id, nlri, text);
        });
        if (text.size() < 64 * 1024) continue;
        written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
        text.clear();
    }
    if (!written || std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
        print_error("mrt cat", "cannot write to standard output");
        return ExitStatus::usage;
    }
    const bool left_out = print_left_out("mrt cat", options.file, *source);
    if (source->problem().empty()) return left_out ? ExitStatus::incomplete : ExitStatus::passed;
    print_error("mrt cat", fmt::format("{}: {} (after {} records, {} routes)", options.file, source->problem(),
                                       source->counters().records, routes));
    return ExitStatus::incomplete;
}

}   // namespace barrage
