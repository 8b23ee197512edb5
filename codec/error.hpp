#pragma once
// What is wrong with octets, as a value that says what to do: RFC 7606 for UPDATE, RFC 4271 section 6 for the rest.
// No exception leaves codec.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>

#include "codec/iana.hpp"
#include "codec/writer.hpp"

namespace barrage {

/// What RFC 7606 section 2 asks of the receiver, mildest first: when one UPDATE earns several, the strongest
/// wins (section 3.h), which is std::max here. To discard single NLRI (section 5.4) is what RFC 9552 section 8.2.2 asks for.
enum class Recovery : std::uint8_t { attribute_discard, nlri_discard, treat_as_withdraw, disable_family, session_reset };

/// As reports and `loadgen decode` write it: "treat-as-withdraw".
constexpr std::string_view name(Recovery recovery) noexcept
{
    switch (recovery) {
    case Recovery::attribute_discard: return "attribute-discard";
    case Recovery::nlri_discard: return "nlri-discard";
    case Recovery::treat_as_withdraw: return "treat-as-withdraw";
    case Recovery::disable_family: return "disable-family";
    case Recovery::session_reset: return "session-reset";
    }
    return "session-reset";
}

/// One thing that is wrong inside an UPDATE. `subcode` is that of the NOTIFICATION, should it come to a reset.
/// Two errors are equal when they ask for the same; `offset` (from the first octet of the message) and `text`
/// (static storage) are for people.
struct DecodeError {
    Recovery recovery;
    UpdateSubcode subcode;
    std::string_view text = {};
    std::size_t offset = 0;

    friend bool operator==(const DecodeError& a, const DecodeError& b) noexcept
    {
        return a.recovery == b.recovery && a.subcode == b.subcode;
    }
};

template <class T>
using Decoded = std::expected<T, DecodeError>;

/// What ends a session: code, subcode and data of the NOTIFICATION to send. RFC 4271 section 6.
struct NotificationError {
    ErrorCode code;
    std::uint8_t subcode = 0;
    Octets data = {};
    std::string_view text = {};   // static storage, for the log
    std::size_t offset = 0;

    friend bool operator==(const NotificationError& a, const NotificationError& b) noexcept
    {
        return a.code == b.code && a.subcode == b.subcode && a.data == b.data;
    }
};

template <class T>
using Checked = std::expected<T, NotificationError>;

}   // namespace barrage
