#pragma once
// UPDATEs ready for the wire: octets of whole messages, where each ends, what it holds, and where a peer patches it.
// Made by a packer (any one thread), then immutable and shared; a peer patches a copy of its own.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "codec/writer.hpp"
#include "rib/pack_options.hpp"
#include "rib/short_copy.hpp"

namespace barrage {

struct PackedMessage {
    std::uint32_t end = 0;           // octets from the start of the window to the end of this message
    std::uint32_t routes = 0;        // announced or withdrawn in it
    std::uint32_t group = 0;         // of the route set, in a window of a run
    std::uint32_t left_out = 0;      // routes of the whole group that are in no message; 0: its routes follow each other in them
    std::uint16_t own_as_at = 0;     // octets from the start of the message; 0: nothing to patch
    std::uint16_t next_hop_at = 0;   // likewise
    std::uint8_t next_hop_octets = 0;   // 4 or 16
};

class PackedUpdates {
public:
    [[nodiscard]] OctetView octets() const noexcept { return {octets_.get(), size_}; }
    [[nodiscard]] const std::vector<PackedMessage>& messages() const noexcept { return messages_; }
    [[nodiscard]] std::size_t message_begin(std::size_t message) const noexcept
    {
        return message == 0 ? 0 : messages_[message - 1].end;
    }
    [[nodiscard]] std::uint64_t announced() const noexcept { return announced_; }
    [[nodiscard]] std::uint64_t withdrawn() const noexcept { return withdrawn_; }
    /// Whether any message has something to patch; if not, all peers send the very same octets.
    [[nodiscard]] bool needs_patch() const noexcept { return needs_patch_; }

    void clear() noexcept
    {
        size_ = 0;
        messages_.clear();
        announced_ = withdrawn_ = 0;
        needs_patch_ = false;
    }

    /// Messages from number `first` on are of this group.
    void set_group(std::size_t first, std::uint32_t group) noexcept
    {
        for (auto i = first; i < messages_.size(); ++i) messages_[i].group = group;
    }

    /// … and so many of its routes are in no message, of whichever window.
    void set_left_out(std::size_t first, std::uint32_t routes) noexcept
    {
        for (auto i = first; i < messages_.size(); ++i) messages_[i].left_out = routes;
    }

    /// Memory for about so many octets of messages at once, not by and by.
    void expect(std::size_t octets)
    {
        reserve(octets);
        messages_.reserve(octets / typical_message_octets);
    }

    // ---- What packers do: one message after the other.

    /// Where the next message is written, with room for so many octets and copy_slack beyond. Valid until the next call.
    [[nodiscard]] std::uint8_t* begin_message(std::size_t octets)
    {
        reserve(octets);
        return octets_.get() + size_;
    }
    /// It was written, and has so many octets. `message.end` is set here.
    void end_message(PackedMessage message, std::size_t octets)
    {
        size_ += octets;
        message.end = static_cast<std::uint32_t>(size_);
        needs_patch_ |= message.own_as_at != 0 || message.next_hop_octets != 0;
        messages_.push_back(message);
    }
    /// So many routes of the messages were announced, or withdrawn.
    void count(std::uint32_t routes, bool withdrawn) noexcept { (withdrawn ? withdrawn_ : announced_) += routes; }

private:
    static constexpr std::size_t typical_message_octets = 96;   // of a full table: some 7 prefixes and their attributes

    /// Room for `more` octets behind size_, and copy_slack beyond.
    void reserve(std::size_t more)
    {
        const auto needed = size_ + more + copy_slack;
        if (needed <= capacity_) return;
        const auto capacity = std::max(needed, capacity_ + capacity_ / 2);
        auto grown = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
        if (size_ != 0) std::memcpy(grown.get(), octets_.get(), size_);
        octets_ = std::move(grown);
        capacity_ = capacity;
    }

    std::unique_ptr<std::uint8_t[]> octets_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
    std::vector<PackedMessage> messages_;
    std::uint64_t announced_ = 0;
    std::uint64_t withdrawn_ = 0;
    bool needs_patch_ = false;
};

/// Writes one peer's own values into `octets`, a copy of those of `updates` (whole, or its messages [first, last)
/// with `octets` beginning at the first of them).
void patch(std::span<std::uint8_t> octets, const PackedUpdates& updates, std::size_t first, std::size_t last,
           const PeerPatch& values);

}   // namespace barrage
