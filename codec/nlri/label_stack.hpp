#pragma once
// The labels before a prefix. RFC 8277 sections 2.2 to 2.4.
//
//     +----------------------------+----------------+-----------------+
//     | Label (20 bits)            | Rsrv (3 bits)  | S: last (1 bit) |   … one after the other, until S
//     +----------------------------+----------------+-----------------+
//
// A withdrawn route has 0x800000 there, or any label (section 2.4); 0x000000 is what RFC 3107's readers took as such.

#include <optional>
#include <vector>

#include "codec/writer.hpp"

namespace barrage {

struct LabelStack {
    std::vector<std::uint32_t> labels;
    std::optional<Octets> octets;   // where they are not what the labels alone give: reserved bits, 0x800000

    [[nodiscard]] std::size_t encoded_size() const noexcept { return octets ? octets->size() : 3 * labels.size(); }
    void encode(Writer& out) const;

    /// Reads at most `bits`; nothing where the stack does not end in them.
    static std::optional<LabelStack> read(Reader& in, std::size_t bits, bool withdrawn);

    /// As a withdrawn route has it.
    static LabelStack withdraw_label();

    friend bool operator==(const LabelStack&, const LabelStack&) = default;
};

}   // namespace barrage
