#pragma once
// The routes of UPDATE messages in an MRT dump (BGP4MP, RFC 6396 section 4.4; BGP, type 5), in their order. One thread.

#include <span>

#include "codec/mrt/bgp4mp.hpp"
#include "rib/mrt_reading.hpp"
#include "rib/update_routes.hpp"

namespace barrage {

class MrtUpdates {
public:
    /// `reading` outlives it.
    explicit MrtUpdates(MrtReading& reading) noexcept : reading_(reading) {}

    /// Valid until the next call; false at the end.
    bool next(RouteBatch& batch);

private:
    void take_message();
    void take_update(const Bgp4mpSession& session, OctetView message, const SessionOptions& options, PathIds path_ids);
    std::size_t number_of_peer(const Bgp4mpSession& session);
    /// Of type 5: messages without their header.
    void take_old_record();
    void take_state_change(const MrtDecoded<Bgp4mpStateChange>& change);

    MrtReading& reading_;
    Octets with_header_;   // a message that stood in the dump without
    UpdateRoutes update_;
    std::span<const RouteBatch> batches_;   // of update_, not yet given out
};

}   // namespace barrage
