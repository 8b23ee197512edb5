#pragma once
// UPDATE as values: its routes and attributes decoded, all that RFC 7606 finds wrong with it, and back to the same octets.
// For `loadgen decode` and `encode`, for tests, and to look closely at what a receiver found suspicious; the bulk roads
// read with update_view.hpp and write with the packer.

#include <optional>
#include <string>
#include <vector>

#include "codec/attribute/registry.hpp"
#include "codec/error.hpp"
#include "codec/message/problem.hpp"
#include "codec/message/update_view.hpp"
#include "codec/nlri/unicast.hpp"
#include "codec/session_options.hpp"

namespace barrage {

/// In the words of RFC 7606: some attributes depend on who sent them (sections 7.5, 7.9, 7.10). Unknown is for octets of which
/// nobody says whose they are: what depends on the sender is not looked at, nor what a receiver discards for the session's sake.
enum class Neighbor : std::uint8_t { unknown, internal, external };

/// Everything that RFC 7606 asks to look at: flags, repetition and value of every attribute, attributes that are missing,
/// the syntax of every NLRI. Appends what is wrong and returns the strongest action, nothing for a good UPDATE.
std::optional<Recovery> check_update(const UpdateView& update, const SessionOptions& options, Neighbor neighbor,
                                     std::vector<Problem>& problems);

/// Whether check_update would find nothing wrong with the routes of its four fields. For those who know the attributes already:
/// prefixes are only counted, others are read and not kept. No allocation for prefixes, with labels or without.
bool has_sound_nlri(const UpdateView& update, const SessionOptions& options);

/// The NOTIFICATION for the problem that asks for a reset; nothing where none does.
std::optional<NotificationError> reset_of(const std::vector<Problem>& problems);

struct Update {
    std::vector<Route<Ipv4Prefix>> withdrawn;
    std::vector<ReceivedAttribute> attributes;   // in the order of the message; multiprotocol routes are inside theirs
    std::vector<Route<Ipv4Prefix>> nlri;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("withdrawn", self.withdrawn);
        visit("attributes", self.attributes);
        visit("nlri", self.nlri);
    }
    friend bool operator==(const Update&, const Update&) = default;
};

/// Decodes and checks. An error is what split_update says, and stands in `problems` too; other problems leave the octets of
/// what could not be decoded (UnknownAttribute), or nothing where a field of plain NLRI is wrong.
Checked<Update> decode_update(OctetView message, const SessionOptions& options, std::vector<Problem>& problems,
                              Neighbor neighbor = Neighbor::unknown);

/// Appends the whole message. What was decoded without a problem comes back octet for octet. False, and nothing appended,
/// where it is longer than the session allows.
bool encode_update(const Update& update, const SessionOptions& options, Octets& out);

}   // namespace barrage
