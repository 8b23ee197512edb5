#include "loadgen/play/not_returned.hpp"

namespace barrage {

void NotReturned::add(const NotReturned& other, const std::string& who)
{
    announced += other.announced;
    withdrawn += other.withdrawn;
    for (const auto& sample : other.samples)
        if (samples.size() < most_samples) samples.push_back(who.empty() ? sample : sample + " at " + who);
}

namespace {

void count(NotReturned& into, const Reflections& seen, MeasuredRoutes::Number number, bool announced)
{
    ++(announced ? into.announced : into.withdrawn);
    if (into.samples.size() < NotReturned::most_samples) into.samples.push_back(seen.routes().text_of(number));
}

}   // namespace

NotReturned not_returned(std::span<const WantedRoute> wanted, const Reflections& seen)
{
    NotReturned result;
    for (const auto& route : wanted) {
        if (route.number >= seen.routes().size() || seen.is_own(route.number) || !seen.has_come(route.number)) continue;
        const auto fingerprint = seen.fingerprint(route.number);
        const bool is_same = route.fingerprint == 0 || route.fingerprint == fingerprint || route.reflected == fingerprint;
        const bool right = route.there == seen.holds(route.number) && (!route.there || is_same);
        if (!right) count(result, seen, route.number, route.there);
    }
    return result;
}

NotReturned not_returned(const Expectation& expected, const Reflections& seen, Expectation::Sender receiver,
                         MeasuredRoutes::Word since)
{
    NotReturned result;
    const auto& routes = seen.routes();
    for (MeasuredRoutes::Number number = 0; number < routes.size(); ++number) {
        const auto word = routes.word(number);
        if (word < since || word == 0 || seen.is_own(number)) continue;
        const bool held = expected.is_held(number);
        if (!held && (word & MeasuredRoutes::withdraw_flag) == 0) continue;   // it was not to come
        if (held == seen.holds(number)) continue;
        if (!held || expected.is_wanted(number, receiver)) count(result, seen, number, held);
    }
    return result;
}

}   // namespace barrage
