#include "rib/kept_octets.hpp"

#include <algorithm>

namespace barrage {

OctetSource KeptOctets::keep(OctetSource source, std::shared_ptr<KeptOctets> kept)
{
    return {.read =
                [read = std::move(source.read), kept = std::move(kept)](std::span<std::uint8_t> into) mutable {
                    const auto got = read(into);
                    kept->append(into.first(got));
                    return got;
                },
            .problem = std::move(source.problem)};
}

OctetSource KeptOctets::replay(std::shared_ptr<KeptOctets> kept, std::string problem)
{
    return {.read = [kept = std::move(kept)](std::span<std::uint8_t> into) { return kept->read(into); },
            .problem = [problem = std::move(problem)] { return problem; }};
}

void KeptOctets::stop() noexcept
{
    keeping_ = false;
    chunks_.clear();
}

void KeptOctets::append(std::span<const std::uint8_t> octets)
{
    if (!keeping_) return;
    size_ += octets.size();
    if (size_ > limit_) {
        stop();
        return;
    }
    while (!octets.empty()) {
        if (chunks_.empty() || chunks_.back().size() == chunk_octets) chunks_.emplace_back().reserve(chunk_octets);
        auto& chunk = chunks_.back();
        const auto now = octets.first(std::min(octets.size(), chunk_octets - chunk.size()));
        chunk.insert(chunk.end(), now.begin(), now.end());
        octets = octets.subspan(now.size());
    }
}

std::size_t KeptOctets::read(std::span<std::uint8_t> into)
{
    if (chunks_.empty()) return 0;
    const auto waiting = std::span{chunks_.front()}.subspan(taken_);
    const auto now = waiting.first(std::min(waiting.size(), into.size()));
    std::ranges::copy(now, into.begin());
    taken_ += now.size();
    if (taken_ == chunks_.front().size()) {
        chunks_.pop_front();
        taken_ = 0;
    }
    return now.size();
}

}   // namespace barrage
