#include "tests/support/doctest.hpp"

#include "engine/window_source.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

std::shared_ptr<const RouteSet> table(AttributePool& pool, std::uint32_t routes, std::size_t too_large_every = 0)
{
    RouteSetBuilder builder{pool, RouteSetBuilder::Order::by_attribute_set};
    for (std::uint32_t i = 0; i < routes; ++i) {
        Octets attributes = hex("40 01 01 00  40 02 00  80 04 04");
        Writer{attributes}.u32(i / 4);
        if (too_large_every != 0 && i / 4 % too_large_every == 0) {
            attributes.insert(attributes.end(), {0xd0, 99, 0x10, 0x00});
            attributes.resize(attributes.size() + 4096);
        }
        Octets nlri{24};
        Writer{nlri}.u24(i);
        builder.add({RouteBatch::Kind::announce, ipv4_unicast, attributes, hex("01 02 03 04"), nlri, false, 1});
    }
    return std::move(builder).finish();
}

const PackOptions options{.external = false, .families = {ipv4_unicast}};

std::vector<std::string> all_windows(WindowSource& source)
{
    std::vector<std::string> all;
    for (std::uint32_t number = 0;; ++number) {
        const auto window = source.window(number);
        if (window.status == WindowSource::Status::end) return all;
        REQUIRE(window.status == WindowSource::Status::ready);
        all.push_back(to_hex(window.updates->octets()));
    }
}

}   // namespace

TEST_CASE("windows are the run packed, and late joiners get the same octets")
{
    AttributePool pool;
    const auto set = table(pool, 300'000);
    InlineWindows source{{RouteSlice::whole(set), RunKind::as_given, 1}, options};
    const auto first = all_windows(source);
    REQUIRE(first.size() > windows_kept + 2);
    CHECK(all_windows(source) == first);
    // In the middle, backwards, and past the end.
    for (const std::uint32_t number : {20u, 3u, 2u, 19u, 0u})
        CHECK(to_hex(source.window(number).updates->octets()) == first[number]);
    CHECK(source.window(static_cast<std::uint32_t>(first.size())).status == WindowSource::Status::end);
    CHECK(source.window(~0u).status == WindowSource::Status::end);

    UpdatePacker packer{options};
    PackedUpdates whole;
    pack_window(RouteSlice::whole(set), RunKind::as_given, packer, whole);
    std::string joined;
    for (const auto& window : first) joined += window;
    CHECK(joined == to_hex(whole.octets()));

    // One that begins late, with a source that never had the first windows asked for.
    InlineWindows late{{RouteSlice::whole(set), RunKind::as_given, 1}, options};
    CHECK(to_hex(late.window(5).updates->octets()) == first[5]);
    CHECK(all_windows(late) == first);
}

TEST_CASE("windows that nobody holds are not kept beyond a few, those that somebody holds stay as they are")
{
    AttributePool pool;
    InlineWindows source{{RouteSlice::whole(table(pool, 300'000)), RunKind::as_given, 1}, options};
    std::vector<std::weak_ptr<const PackedUpdates>> seen;
    const auto held = source.window(0).updates;
    const auto octets = to_hex(held->octets());
    std::vector<const PackedUpdates*> different;
    for (std::uint32_t number = 0;; ++number) {
        auto window = source.window(number);
        if (window.status == WindowSource::Status::end) break;
        seen.emplace_back(window.updates);
        if (std::ranges::find(different, window.updates.get()) == different.end()) different.push_back(window.updates.get());
    }
    REQUIRE(seen.size() > windows_kept + 2);
    CHECK(different.size() <= windows_kept + 1);   // memory is used again
    CHECK(to_hex(held->octets()) == octets);
}

TEST_CASE("a window that all its peers have taken goes at once, and its memory is the next one's")
{
    AttributePool pool;
    const auto slice = RouteSlice::whole(table(pool, 300'000));
    for (const std::uint32_t peers : {1u, 3u}) {
        InlineWindows source{{slice, RunKind::as_given, 1, 0, peers}, options};
        std::vector<const PackedUpdates*> different;
        for (std::uint32_t number = 0;; ++number) {
            auto window = source.window(number);
            if (window.status == WindowSource::Status::end) break;
            for (std::uint32_t peer = 1; peer < peers; ++peer) CHECK(source.window(number).updates == window.updates);
            CHECK(window.updates.use_count() == 1);
            if (std::ranges::find(different, window.updates.get()) == different.end()) different.push_back(window.updates.get());
            // One that comes late has it packed once more.
            if (number == 2) CHECK(to_hex(source.window(0).updates->octets()) != to_hex(window.updates->octets()));
        }
        CHECK(different.size() <= 2);
    }
}

TEST_CASE("memory of windows is used again, empty, the latest first, and little of it is kept")
{
    const auto memory = std::make_shared<WindowMemory>();
    auto first = memory->take();
    auto second = memory->take();
    CHECK(first != second);
    UpdatePacker{options}.pack_end_of_rib(ipv4_unicast, *second);
    const auto* const address = second.get();
    first.reset();
    second.reset();
    CHECK(memory->spare() == 2);
    const auto again = memory->take();
    CHECK(memory->spare() == 1);
    CHECK(again.get() == address);
    CHECK(again->octets().empty());
    CHECK(again->messages().empty());
    std::vector<std::shared_ptr<PackedUpdates>> many;
    for (std::size_t i = 0; i < 2 * WindowMemory::most_spare; ++i) many.push_back(memory->take());
    many.clear();
    CHECK(memory->spare() == WindowMemory::most_spare);
}

TEST_CASE("routes left out are counted once, however often their window is packed")
{
    AttributePool pool;
    InlineWindows source{{RouteSlice::whole(table(pool, 200'000, 100)), RunKind::as_given, 1}, options};
    const auto first = all_windows(source);
    const auto left_out = source.left_out()->of(LeftOutReason::too_large).routes;
    CHECK(left_out == 2'000);   // 500 sets of four
    CHECK(InlineWindows{{RouteSlice::whole(table(pool, 1'000)), RunKind::as_given, 1}, options}.left_out() == nullptr);
    CHECK(all_windows(source) == first);
    all_windows(source);
    CHECK(source.left_out()->of(LeftOutReason::too_large).routes == left_out);
}

TEST_CASE("peers of a group and a run share a source; another group, run or kind has its own")
{
    AttributePool pool;
    const auto slice = RouteSlice::whole(table(pool, 10));
    int made = 0;
    WindowSources sources{[&](const RouteRun& run, const PackOptions& group) {
        ++made;
        return std::make_shared<InlineWindows>(run, group);
    }};
    const RouteRun run{slice, RunKind::as_given, 1};
    auto external = options;
    external.external = true;
    auto a = sources.find(run, options);
    CHECK(sources.find(run, options) == a);
    const auto b = sources.find(run, external);
    const auto c = sources.find({slice, RunKind::as_given, 2}, options);
    const auto d = sources.find({slice, RunKind::withdraw, 1}, options);
    const auto e = sources.find({RouteSlice::part(slice.set, 0, 2), RunKind::as_given, 1}, options);
    CHECK(made == 5);
    a.reset();
    a = sources.find(run, options);   // the old one went with its last peer
    CHECK(made == 6);
}

}   // namespace barrage
