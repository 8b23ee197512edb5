#include "rib/left_out.hpp"

#include <algorithm>

#include "rib/route_text.hpp"
#include "rib/update_octets.hpp"

namespace barrage {

LeftOut& LeftOut::add_counts(const LeftOut& more)
{
    for (std::size_t i = 0; i < reasons_.size(); ++i) {
        if (reasons_[i].routes == 0) reasons_[i].sample = more.reasons_[i].sample;
        reasons_[i].routes += more.reasons_[i].routes;
    }
    return *this;
}

void LeftOut::name_samples(std::string_view source)
{
    for (auto& reason : reasons_)
        if (reason.routes != 0) reason.sample.insert(0, std::string{source} + ", ");
}

LeftOut& LeftOut::operator+=(const LeftOut& more)
{
    add_counts(more);
    stretches_.insert(stretches_.end(), more.stretches_.begin(), more.stretches_.end());
    return *this;
}

std::string sample_text(Family family, OctetView nlri, bool has_path_id)
{
    if (has_path_id) nlri = nlri.subspan(std::min(nlri.size(), path_id_octets));
    return route_text(family, nlri);
}

}   // namespace barrage
