#include "engine/run_failure.hpp"

#include <new>

namespace barrage {

namespace {

/// Enough for the NOTIFICATIONs and the result of a run with thousands of sessions.
constexpr std::size_t reserve_octets = std::size_t{4} << 20;

}   // namespace

std::string failure_text(const std::exception_ptr& exception)
{
    try {
        std::rethrow_exception(exception);
    } catch (const std::bad_alloc&) {
        return "out of memory; use fewer routes or sessions, or a machine with more";
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "an error of unknown kind";
    }
}

RunFailure::RunFailure() : reserve_(std::make_unique<char[]>(reserve_octets)) {}

void RunFailure::note() noexcept
{
    const std::lock_guard lock{mutex_};
    if (happened_.load(std::memory_order_relaxed)) return;
    reserve_.reset();
    const auto exception = std::current_exception();
    try {
        std::rethrow_exception(exception);
    } catch (const std::bad_alloc&) {
        subcode_ = CeaseSubcode::out_of_resources;
    } catch (...) {
    }
    try {
        text_ = failure_text(exception);
    } catch (...) {   // text() knows what to say
    }
    happened_.store(true, std::memory_order_release);
}

std::string RunFailure::text() const
{
    const std::lock_guard lock{mutex_};
    if (!has_happened()) return {};
    return text_.empty() ? "out of memory" : text_;
}

}   // namespace barrage
