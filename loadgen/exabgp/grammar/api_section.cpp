// api [NAME] { … }: which programs a neighbor works with, and which of its messages they get.

#include "loadgen/exabgp/grammar/neighbor_draft.hpp"
#include "loadgen/exabgp/grammar/selector.hpp"
#include "loadgen/exabgp/grammar/values.hpp"

namespace barrage::exabgp {

namespace {

using SelectionRow = Statement<MessageSelection>;
using Row = Statement<ApiDraft>;

template <bool MessageSelection::* Member>
void read_selection(TokenCursor& words, MessageSelection& selection)
{
    selection.*Member = take_boolean(words, true);
}

template <bool ApiSection::* Member>
void read_flag(TokenCursor& words, ApiDraft& draft)
{
    draft.section.*Member = take_boolean(words, true);
}

constexpr std::string_view flag = "[enable | disable]";
constexpr SelectionRow selection_rows[] = {
    {"parsed", flag, read_selection<&MessageSelection::parsed>},
    {"packets", flag, read_selection<&MessageSelection::packets>},
    {"consolidate", flag, read_selection<&MessageSelection::consolidate>},
    {"open", flag, read_selection<&MessageSelection::open>},
    {"update", flag, read_selection<&MessageSelection::update>},
    {"notification", flag, read_selection<&MessageSelection::notification>},
    {"keepalive", flag, read_selection<&MessageSelection::keepalive>},
    {"refresh", flag, read_selection<&MessageSelection::refresh>},
    {"operational", flag, read_selection<&MessageSelection::operational>},
};

void read_processes(TokenCursor& words, ApiDraft& draft)
{
    for_each_value(words, [&] {
        const auto token = take_word(words, "the name of a process");
        if (words.failed()) return;
        draft.processes.push_back({std::string{token.text}, token});
        draft.section.processes.emplace_back(token.text);
    });
}

void read_processes_match(TokenCursor& words, ApiDraft& draft)
{
    for_each_value(words, [&] {
        const auto token = take_word(words, "a regular expression");
        if (words.failed()) return;
        std::string pattern{token.text};
        constexpr std::size_t longest = 1000;   // std::regex goes deeper with every sign
        if (pattern.size() > longest) return words.fail(token, "a regular expression of more than 1000 octets");
        if (!is_process_pattern(pattern)) return words.fail(token, "expected a regular expression, without back references");
        draft.section.processes_match.push_back(std::move(pattern));
    });
}

constexpr Row rows[] = {
    {"processes", "[ NAME NAME … ]", read_processes},
    {"processes-match", "[ \"REGULAR EXPRESSION\" … ]", read_processes_match},
    {"neighbor-changes", flag, read_flag<&ApiSection::neighbor_changes>},
    {"negotiated", flag, read_flag<&ApiSection::negotiated>},
    {"fsm", flag, read_flag<&ApiSection::fsm>},
    {"signal", flag, read_flag<&ApiSection::signal>},
    {"send", "{ … }",
     [](TokenCursor& words, ApiDraft& draft) {
         read_block<MessageSelection>(words, draft.section.send, selection_rows, "api, send");
     },
     Ends::by_itself},
    {"receive", "{ … }",
     [](TokenCursor& words, ApiDraft& draft) {
         read_block<MessageSelection>(words, draft.section.receive, selection_rows, "api, receive");
     },
     Ends::by_itself},
};

}   // namespace

void read_api_section(TokenCursor& words, NeighborDraft& draft)
{
    ApiDraft api;
    const auto start = api.at = words.last();
    if (!words.peek().is("{")) api.name = take_word(words, "a name or '{'").text;
    read_block<ApiDraft>(words, api, rows, "api");
    if (words.failed()) return;
    if (!api.section.processes.empty() && !api.section.processes_match.empty())
        return words.add_error(start, "processes and processes-match cannot be used together");
    draft.apis.push_back(std::move(api));
}

std::vector<SectionText> describe_api_sections()
{
    return {describe_section<ApiDraft>("api", rows), describe_section<MessageSelection>("api, send and receive", selection_rows)};
}

}   // namespace barrage::exabgp
