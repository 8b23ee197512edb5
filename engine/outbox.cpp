#include "engine/outbox.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace barrage {

OctetView PatchBuffer::patched(const std::shared_ptr<const PackedUpdates>& updates, std::size_t first, std::size_t last,
                               const PeerPatch& values)
{
    const auto all = updates->octets();
    if (holds_ != updates) {
        octets_.resize(std::max(octets_.size(), all.size()));
        std::memcpy(octets_.data(), all.data(), all.size());
        holds_ = updates;
    }
    const auto begin = updates->message_begin(first);
    const auto size = updates->messages()[last - 1].end - begin;
    const std::span<std::uint8_t> part{octets_.data() + begin, size};
    patch(part, *updates, first, last, values);
    return part;
}

std::size_t Outbox::Segment::octets() const noexcept
{
    if (!updates) return own.size() - sent;
    return next == last ? 0 : updates->messages()[last - 1].end - updates->message_begin(next) - sent;
}

void Outbox::push(Octets message)
{
    handed_over_.octets += message.size();
    handed_over_.messages += 1;
    octets_ += message.size();
    segments_.push_back({.own = std::move(message)});
}

void Outbox::push_urgent(Octets message)
{
    if (segments_.empty()) return push(std::move(message));
    handed_over_.octets += message.size();
    handed_over_.messages += 1;
    octets_ += message.size();
    std::size_t at = 0;
    auto& front = segments_.front();
    // After the message that was begun, which may stand in the middle of a window.
    if (front.updates && front.sent > 0) {
        at = 1;
        if (front.next + 1 < front.last) {
            Segment rest{.updates = front.updates, .next = front.next + 1, .last = front.last, .routes = front.routes};
            rest.routes.at += front.updates->messages()[front.next].routes;
            rest.routes.paced += front.updates->messages()[front.next].routes;
            front.last = front.next + 1;
            segments_.insert(segments_.begin() + 1, std::move(rest));
        }
    }
    while (at < segments_.size() && !segments_[at].updates) ++at;   // control messages keep their order: an OPEN stays the first
    segments_.insert(segments_.begin() + static_cast<std::ptrdiff_t>(at), Segment{.own = std::move(message)});
}

void Outbox::push(std::shared_ptr<const PackedUpdates> updates, std::size_t first, std::size_t last, SentRoutes routes)
{
    if (first >= last) return;
    const auto& messages = updates->messages();
    const auto octets = messages[last - 1].end - updates->message_begin(first);
    handed_over_.octets += octets;
    handed_over_.messages += last - first;
    handed_over_.updates += last - first;
    if (first == 0 && last == messages.size())
        handed_over_.routes += updates->announced() + updates->withdrawn();
    else
        for (auto i = first; i < last; ++i) handed_over_.routes += messages[i].routes;
    octets_ += octets;
    segments_.push_back({.updates = std::move(updates), .next = first, .last = last, .routes = std::move(routes)});
}

void Outbox::keep_only_begun()
{
    if (segments_.empty()) return;
    auto& front = segments_.front();
    if (front.sent == 0) return clear();
    if (front.updates) front.last = front.next + 1;
    segments_.resize(1);
    octets_ = front.octets();
}

bool Outbox::has_only_own() const noexcept
{
    return std::ranges::none_of(segments_, [](const Segment& segment) { return segment.updates != nullptr; });
}

void Outbox::clear()
{
    segments_.clear();
    octets_ = 0;
}

OctetView Outbox::front(PatchBuffer& buffer, const PeerPatch& values, std::size_t most)
{
    if (segments_.empty()) return {};
    const auto& segment = segments_.front();
    if (!segment.updates) return OctetView{segment.own}.subspan(segment.sent).first(std::min(most, segment.octets()));
    const auto& updates = *segment.updates;
    const auto size = std::min(most, segment.octets());
    const auto begin = updates.message_begin(segment.next);
    if (!updates.needs_patch()) return updates.octets().subspan(begin + segment.sent, size);
    auto last = segment.last;
    if (size < segment.octets()) {
        last = segment.next + 1;
        while (updates.messages()[last - 1].end < begin + segment.sent + size) ++last;
    }
    return buffer.patched(segment.updates, segment.next, last, values).subspan(segment.sent, size);
}

void Outbox::written(std::size_t count)
{
    assert(count <= octets_);
    octets_ -= count;
    on_the_wire_.octets += count;
    while (count > 0 && !segments_.empty()) {
        auto& segment = segments_.front();
        if (!segment.updates) {
            const auto taken = std::min(count, segment.own.size() - segment.sent);
            segment.sent += taken;
            count -= taken;
            if (segment.sent < segment.own.size()) return;
            on_the_wire_.messages += 1;
            segments_.pop_front();
            continue;
        }
        const auto& messages = segment.updates->messages();
        auto at = segment.updates->message_begin(segment.next) + segment.sent + count;
        const auto end = static_cast<std::size_t>(messages[segment.last - 1].end);
        count = at > end ? at - end : 0;
        at = std::min(at, end);
        if (at == end && segment.next == 0 &&
            segment.last == messages.size()) {   // a whole window, begun now or before: mostly so
            on_the_wire_.messages += messages.size();
            on_the_wire_.updates += messages.size();
            on_the_wire_.routes += segment.updates->announced() + segment.updates->withdrawn();
            segments_.pop_front();
            continue;
        }
        while (segment.next < segment.last && messages[segment.next].end <= at) {
            on_the_wire_.messages += 1;
            on_the_wire_.updates += 1;
            on_the_wire_.routes += messages[segment.next].routes;
            segment.routes.at += messages[segment.next].routes;
            segment.routes.paced += messages[segment.next].routes;
            ++segment.next;
        }
        segment.sent = segment.next < segment.last ? at - segment.updates->message_begin(segment.next) : 0;
        if (segment.next == segment.last) segments_.pop_front();
    }
}

}   // namespace barrage
