#include "loadgen/commands/session_words.hpp"

#include "loadgen/commands/option_words.hpp"

namespace barrage {

SessionOptions SessionWords::options() const
{
    return {.four_octet_as = !asn2,
            .extended_message = extended_message,
            .add_path_send = add_path,
            .add_path_receive = add_path,
            .extended_next_hop = FamilySet::all(),
            .multiple_labels = multiple_labels};
}

namespace {

void add_families_word(CLI::App& command, const char* word, const char* description, FamilySet& into)
{
    option_words::add(command, word, "FAMILY[+FAMILY..]|all", description,
                      [&into](const std::string& text) -> std::expected<void, std::string> {
                          const auto families = option_words::read_families(text);
                          if (!families) return std::unexpected(families.error());
                          into = *families;
                          return {};
                      })
        ->group("Session");
}

}   // namespace

void add_session_words(CLI::App& command, SessionWords& into)
{
    command.add_flag("--asn2", into.asn2, "AS numbers of two octets in AS_PATH and AGGREGATOR")->group("Session");
    add_families_word(command, "--addpath", "Families whose NLRI have path identifiers (RFC 7911)", into.add_path);
    add_families_word(command, "--multiple-labels",
                      "Families whose announced prefixes have a stack of labels, not one (RFC 8277 section 2.3)",
                      into.multiple_labels);
    command.add_flag("--extended-message", into.extended_message, "Messages of up to 65535 octets (RFC 8654)")->group("Session");
}

}   // namespace barrage
