#pragma once
// Words of a scenario that are read and, beside the others that are said, do nothing: a rule each, and a row for every word that always does
// something, so that no word is forgotten. `loadgen validate` prints them, `loadgen run` warns of them. Pure; any thread.

#include <span>
#include <string_view>

#include "loadgen/scenario/scenario_document.hpp"

namespace barrage {

/// Where a word stands, and what is said around it.
struct SaidWord {
    const Scenario& scenario;
    const std::vector<ReadPhase>& phases;
    const GivenWords& given;                  // in this group of peers, this phase or the whole file
    const Scenario::Group* group = nullptr;   // of which it is said, or
    const Scenario::What* phase = nullptr;
    const Expect* expect = nullptr;   // where it stands in one
};

struct WordRule {
    /// As a path: "seed", "dut.pid", "peers.order", "phases.churn.share"; of expectations, wherever they stand, "expect.within". "device.*" is all
    /// words inside that.
    std::string_view word;
    std::string_view sentence = {};                    // what is said behind the word
    bool (*applies)(const SaidWord& said) = nullptr;   // null: the word always has an effect
};

/// A word may have several.
std::span<const WordRule> word_rules() noexcept;
/// A warning for each word that does nothing, in the order of their places.
std::vector<yaml::Problem> words_without_effect(const Document& document);

}   // namespace barrage
