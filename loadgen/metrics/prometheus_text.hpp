#pragma once
// The text form in which Prometheus takes metrics (exposition format 0.0.4): a family is a HELP and a TYPE line and then its
// samples. Pure; any thread.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barrage {

class PrometheusText {
public:
    using Labels = std::vector<std::pair<std::string_view, std::string_view>>;
    static constexpr const char* content_type = "text/plain; version=0.0.4; charset=utf-8";

    /// A family begins; its samples follow. Counters end in _total.
    void gauge(std::string_view name, std::string_view help) { begin(name, "gauge", help); }
    void counter(std::string_view name, std::string_view help) { begin(name, "counter", help); }
    void histogram(std::string_view name, std::string_view help) { begin(name, "histogram", help); }

    void sample(const Labels& labels, double value) { line("", labels, value); }
    void sample(const Labels& labels, std::uint64_t value) { line("", labels, value); }
    void sample(double value) { line("", {}, value); }
    void sample(std::uint64_t value) { line("", {}, value); }
    /// Of a histogram: how many were not above each of `bounds`, ascending; how many there are, and their sum.
    void buckets(std::span<const double> bounds, std::span<const std::uint64_t> counts, std::uint64_t count, double sum);

    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    void begin(std::string_view name, std::string_view type, std::string_view help);
    template <class T>
    void line(std::string_view suffix, const Labels& labels, T value);

    std::string name_;   // of the family
    std::string text_;
};

}   // namespace barrage
