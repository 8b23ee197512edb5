#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>

#include "codec/describe.hpp"
#include "codec/mrt/bgp4mp.hpp"
#include "codec/mrt/table_dump_v2.hpp"
#include "codec/nlri/nlri_count.hpp"
#include "codec/nlri/nlri_extent.hpp"
#include "loadgen/commands/mrt.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/routes/mrt_input.hpp"
#include "loadgen/routes/update_messages.hpp"
#include "rib/attribute_pool.hpp"
#include "rib/left_out.hpp"
#include "rib/path_owners.hpp"

namespace barrage {

namespace {

class OutputFile {
public:
    explicit OutputFile(const std::string& path) : file_(path == "-" ? stdout : std::fopen(path.c_str(), "wb")) {}
    ~OutputFile()
    {
        if (file_ && file_ != stdout) std::fclose(file_);
    }
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    [[nodiscard]] bool is_open() const { return file_ != nullptr; }
    void write(OctetView octets) { good_ = good_ && std::fwrite(octets.data(), 1, octets.size(), file_) == octets.size(); }
    void write(const std::string& text) { write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}); }
    /// Whether everything arrived.
    bool finish() { return std::fflush(file_) == 0 && good_; }

private:
    std::FILE* file_;
    bool good_ = true;
};

/// Routes that were written and left out.
struct Converted {
    std::uint64_t routes = 0;
    std::uint64_t left_out = 0;
    std::uint64_t other_paths = 0;   // … because only a path identifier, which hex lines have not, tells them from another
    std::string first_other_path;
    std::string error;
};

/// The table that is left when everything in the dump was announced, in order of prefixes.
class FinalTable {
public:
    explicit FinalTable(AttributePool& pool) : pool_(pool) {}

    void add(const RouteBatch& batch, std::size_t peer, std::int64_t time)
    {
        const bool announces = batch.kind == RouteBatch::Kind::announce;
        const auto attributes = announces ? pool_.intern(batch.attributes, batch.next_hop) : AttributeSetRef{};
        const auto family = *family_index(batch.family);
        for_each_prefix(batch.nlri, 255, batch.has_path_ids, [&](const PrefixView& prefix) {
            Key key{family, batch.has_path_ids, {}, prefix.length};
            std::ranges::copy(prefix.octets, key.octets.begin());
            const auto same = [&](const Entry& entry) { return entry.peer == peer && entry.path_id == prefix.path_id; };
            if (announces) {
                auto& entries = routes_[key];
                const auto known = std::ranges::find_if(entries, same);
                Entry entry{peer, prefix.path_id, attributes, static_cast<std::uint32_t>(time / 1'000'000'000)};
                if (known == entries.end())
                    entries.push_back(std::move(entry));
                else
                    *known = std::move(entry);
            } else if (const auto found = routes_.find(key); found != routes_.end()) {
                std::erase_if(found->second, same);
                if (found->second.empty()) routes_.erase(found);
            }
        });
    }

    void write(OutputFile& out, std::uint32_t seconds, Converted& converted) const
    {
        std::uint32_t sequence = 0;
        Octets octets;
        for (const auto& [key, entries] : routes_) {
            const auto family = known_families[key.family].family;
            Octets prefix{key.length};
            prefix.insert(prefix.end(), key.octets.begin(),
                          key.octets.begin() + static_cast<std::ptrdiff_t>(prefix_octets(key.length)));
            std::vector<Octets> attributes;
            std::vector<RibRoute> routes;
            attributes.reserve(entries.size());
            for (const auto& entry : entries) {
                auto all = attributes_of(*entry.attributes);
                if (all.size() > 0xffff || routes.size() == 0xffff) {
                    ++converted.left_out;
                    continue;
                }
                attributes.push_back(std::move(all));
                routes.push_back({static_cast<std::uint16_t>(entry.peer), entry.seconds, entry.path_id, attributes.back()});
            }
            octets.clear();
            Writer to{octets};
            encode_rib(family, sequence++, prefix, key.has_path_ids, routes, seconds, to);
            out.write(octets);
            converted.routes += routes.size();
        }
    }

private:
    struct Key {
        FamilyIndex family;
        bool has_path_ids;
        std::array<std::uint8_t, 16> octets;
        std::uint8_t length;
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct Entry {
        std::size_t peer;
        PathId path_id;
        AttributeSetRef attributes;
        std::uint32_t seconds;
    };

    static Octets attributes_of(const AttributeSet& set)
    {
        if (set.next_hop().size() == Ipv4Address::octets)
            return with_next_hop(set.octets(), AttributeType::next_hop, set.next_hop());
        Octets value{static_cast<std::uint8_t>(set.next_hop().size())};   // RFC 6396 section 4.3.4: only the next hop
        value.insert(value.end(), set.next_hop().begin(), set.next_hop().end());
        return with_next_hop(set.octets(), AttributeType::mp_reach_nlri, value);
    }

    AttributePool& pool_;
    std::map<Key, std::vector<Entry>> routes_;
};

bool has_rib_subtype(Family family) { return family.safi == Safi::unicast || family.safi == Safi::multicast; }

Converted to_table(MrtSource& source, OutputFile& out)
{
    Converted converted;
    AttributePool pool;
    FinalTable table{pool};
    for (RouteBatch batch; source.next(batch);) {
        if (has_rib_subtype(batch.family))
            table.add(batch, source.last_peer(), source.last_time());
        else
            converted.left_out += batch.routes;
    }
    if (source.peers().size() > 0xffff) {
        converted.error = "more peers than a table of peers can have";
        return converted;
    }
    const auto collector = source.collector().value_or(MrtSource::Collector{});
    const auto seconds = static_cast<std::uint32_t>(source.counters().last_time.value_or(0) / 1'000'000'000);
    Octets octets;
    Writer to{octets};
    encode_peer_index_table({collector.bgp_identifier, collector.view_name, source.peers()}, seconds, to);
    out.write(octets);
    table.write(out, seconds, converted);
    return converted;
}

Converted to_updates(MrtSource& source, OutputFile& out)
{
    Converted converted;
    Octets octets;
    for (RouteBatch batch; source.next(batch);) {
        const auto& peer = source.peers()[source.last_peer()];
        const auto time = source.last_time();
        Bgp4mpMessage record{.session = {.peer_as = peer.as, .peer_address = peer.address}, .has_path_ids = batch.has_path_ids};
        if (peer.address.is_v6()) record.session.local_address = Ipv6Address{};
        const auto left_out = for_each_update_message(batch, [&](OctetView message) {
            octets.clear();
            Writer to{octets};
            record.message = message;
            encode_bgp4mp_message(record, static_cast<std::uint32_t>(time / 1'000'000'000),
                                  static_cast<std::uint32_t>(time % 1'000'000'000 / 1'000), to);
            out.write(octets);
        });
        converted.routes += batch.routes - left_out;
        converted.left_out += left_out;
    }
    return converted;
}

/// Batches as lines without path identifiers can hold them: of a prefix of one peer the path that came first, until it is withdrawn, as on a
/// session without ADD-PATH. With the others the withdrawal of one path would be that of all.
class WithoutPathIds {
public:
    explicit WithoutPathIds(Converted& converted) : converted_(converted) {}

    /// Good until the next call.
    RouteBatch of(const RouteBatch& batch, std::size_t peer)
    {
        auto& owners = owners_[peer];
        if (!batch.has_path_ids && owners.empty()) return batch;
        const bool withdraws = batch.kind == RouteBatch::Kind::withdraw;
        auto alone = batch;
        alone.routes = 0;
        nlri_.clear();
        for_each_nlri(batch.family, batch.nlri, batch.has_path_ids, [&](PathId id, OctetView nlri) {
            const auto name = withdraws && has_labels(batch.family) ? with_one_label(nlri, one_label_) : nlri;
            const RouteKey key{batch.family, batch.has_path_ids ? std::optional{id} : std::nullopt,
                               std::string(name.begin(), name.end())};
            if (owners.takes(key, withdraws, [](const RouteKey&) { return false; })) {
                nlri_.insert(nlri_.end(), nlri.begin(), nlri.end());
                ++alone.routes;
            } else if (converted_.other_paths++ == 0) {
                converted_.first_other_path = sample_text(batch.family, nlri, false);
            }
        });
        alone.nlri = nlri_;
        alone.has_path_ids = false;
        return alone;
    }

private:
    Converted& converted_;
    std::map<std::size_t, PathOwners> owners_;   // by peer
    Octets nlri_;
    Octets one_label_;
};

Converted to_hex_lines(MrtSource& source, OutputFile& out)
{
    Converted converted;
    WithoutPathIds without{converted};
    for (RouteBatch in_dump; source.next(in_dump);) {
        const auto batch = without.of(in_dump, source.last_peer());
        const auto left_out = for_each_update_message(batch, [&](OctetView message) { out.write(hex_text(message) + "\n"); });
        converted.routes += batch.routes - left_out;
        converted.left_out += left_out;
    }
    return converted;
}

ExitStatus failed(const std::string& text)
{
    print_error("mrt convert", text);
    return ExitStatus::usage;
}

}   // namespace

ExitStatus mrt_convert(const MrtConvertOptions& options)
{
    auto source = open_mrt_file(options.in, {.peer = options.peer, .with_local = options.with_local});
    if (!source) return failed(source.error());
    std::error_code error;
    if (std::filesystem::equivalent(options.in, options.out, error)) return failed(options.out + ": is the input");
    OutputFile out{options.out};
    if (!out.is_open()) return failed(options.out + ": cannot be written");

    using To = MrtConvertOptions::To;
    const auto converted = options.to == To::table_dump_v2 ? to_table(*source, out)
                           : options.to == To::updates     ? to_updates(*source, out)
                                                           : to_hex_lines(*source, out);
    if (!converted.error.empty()) return failed(options.in + ": " + converted.error);
    if (!out.finish()) return failed(options.out + ": cannot be written to its end");
    print_error("mrt convert",
                fmt::format("{} routes written", converted.routes) +
                    (converted.left_out ? fmt::format(", {} left out that the form has no room for", converted.left_out)
                                        : std::string{}));
    if (converted.other_paths != 0)
        print_error(
            "mrt convert",
            fmt::format("{}: {} left out that only path identifiers tell from another route of their prefix, the first {}; "
                        "hex has no path identifiers",
                        options.in, converted.other_paths, converted.first_other_path));
    const bool left_out = print_left_out("mrt convert", options.in, *source);
    if (source->problem().empty() && converted.left_out == 0 && converted.other_paths == 0 && !left_out)
        return ExitStatus::passed;
    if (!source->problem().empty())
        print_error("mrt convert",
                    fmt::format("{}: {} (after {} records)", options.in, source->problem(), source->counters().records));
    return ExitStatus::incomplete;
}

}   // namespace barrage
