#include "loadgen/play/not_returned.hpp"

#include <utility>

namespace barrage {

void NotReturned::add(const NotReturned& other, const std::string& who)
{
    announced += other.announced;
    withdrawn += other.withdrawn;
    for (const auto& sample : other.samples)
        if (samples.size() < most_samples) samples.push_back(who.empty() ? sample : sample + " at " + who);
}

namespace {

class Looking {
public:
    Looking(const Expectation& expected, const Reflections& seen, Expectation::Sender receiver)
        : expected_(expected), seen_(seen), receiver_(receiver), excuses_(expected.may_excuse(receiver))
    {
    }
    void look(MeasuredRoutes::Number number)
    {
        if (seen_.is_own(number)) return;
        const auto fit = expected_.fit(number, seen_, receiver_, excuses_);
        if (fit == Expectation::Fit::right || fit == Expectation::Fit::altered) return;   // other attributes are counted as such
        ++(expected_.is_held(number) ? result_.announced : result_.withdrawn);
        if (result_.samples.size() < NotReturned::most_samples) result_.samples.push_back(seen_.routes().text_of(number));
    }
    [[nodiscard]] NotReturned take() { return std::move(result_); }

private:
    const Expectation& expected_;
    const Reflections& seen_;
    Expectation::Sender receiver_;
    bool excuses_;
    NotReturned result_;
};

}   // namespace

NotReturned not_returned(const Expectation& expected, const Reflections& seen, Expectation::Sender receiver,
                         std::span<const MeasuredRoutes::Number> numbers)
{
    Looking looking{expected, seen, receiver};
    for (const auto number : numbers)
        if (number < seen.routes().size() && seen.has_come(number)) looking.look(number);
    return looking.take();
}

NotReturned not_returned(const Expectation& expected, const Reflections& seen, Expectation::Sender receiver,
                         MeasuredRoutes::Word since)
{
    Looking looking{expected, seen, receiver};
    const auto& routes = seen.routes();
    for (MeasuredRoutes::Number number = 0; number < routes.size(); ++number)
        if (const auto word = routes.word(number); word != 0 && word >= since) looking.look(number);
    return looking.take();
}

NotReturned not_returned(const Expectation& expected, const Reflections& seen, Expectation::Sender receiver,
                         MeasuredRoutes::Word since, const std::vector<bool>& senders)
{
    Looking looking{expected, seen, receiver};
    const auto& routes = seen.routes();
    for (MeasuredRoutes::Number number = 0; number < routes.size(); ++number) {
        const auto word = routes.word(number);
        const auto sender = MeasuredRoutes::sender_of(word);
        if (word != 0 && word >= since && sender < senders.size() && senders[sender]) looking.look(number);
    }
    return looking.take();
}

}   // namespace barrage
