// Configuration files → a Configuration: the root of the grammar, templates and their heirs, and what several neighbors must not
// share.

#include <algorithm>
#include <deque>
#include <span>

#include <boost/unordered/unordered_flat_set.hpp>

#include "io/text_file.hpp"
#include "loadgen/exabgp/grammar/grammar.hpp"
#include "loadgen/exabgp/grammar/neighbor_draft.hpp"
#include "loadgen/exabgp/grammar/parse.hpp"
#include "loadgen/exabgp/grammar/parse_files.hpp"
#include "loadgen/exabgp/grammar/process_section.hpp"
#include "loadgen/exabgp/grammar/selector.hpp"
#include "loadgen/exabgp/grammar/values.hpp"

namespace barrage::exabgp {

namespace {

struct TemplateDraft {
    std::string name;
    NeighborDraft draft;
    bool has_heir = false;
};

/// One file while it is read.
struct FileDraft {
    RouteContext& routes;
    std::vector<ProcessConfig>& processes;
    std::vector<Token> process_names{};   // of each of them
    std::deque<TemplateDraft> templates{};
    std::deque<NeighborDraft> neighbors{};
};

void read_neighbor(TokenCursor& words, FileDraft& file)
{
    NeighborDraft draft{file.routes};
    draft.at = words.peek();
    const auto prefix = take_prefix(words);
    draft.peer_address = std::pair{prefix.address, prefix.length};
    read_block(words, draft, neighbor_statements(), "neighbor");
    if (!words.failed()) file.neighbors.push_back(std::move(draft));
}

void read_template_neighbor(TokenCursor& words, FileDraft& file)
{
    NeighborDraft draft{file.routes};
    draft.at = words.peek();
    std::string name{take_word(words, "the name of the template").text};
    read_block(words, draft, neighbor_statements(), "template, neighbor");
    if (words.failed()) return;
    if (std::ranges::find(file.templates, name, &TemplateDraft::name) != file.templates.end())
        return words.add_error(draft.at, "a second template of this name");
    file.templates.push_back({.name = std::move(name), .draft = std::move(draft)});
}

constexpr Statement<FileDraft> template_rows[] = {
    {"neighbor", "NAME { … }", read_template_neighbor, Ends::by_itself},
};

constexpr Statement<FileDraft> root_rows[] = {
    {"process", "NAME { … }",
     [](TokenCursor& words, FileDraft& file) {
         const auto name = words.peek();
         const auto before = file.processes.size();
         read_process(words, file.processes);
         if (file.processes.size() > before) file.process_names.push_back(name);
     },
     Ends::by_itself},
    {"template", "{ … }",
     [](TokenCursor& words, FileDraft& file) { read_block<FileDraft>(words, file, template_rows, "template"); }, Ends::by_itself},
    {"neighbor", "ADDRESS | PREFIX { … }", read_neighbor, Ends::by_itself},
};

/// All of a file. A `}` too many is not minded, as in ExaBGP.
void read_root(TokenCursor& words, FileDraft& file)
{
    do {
        read_statements<FileDraft>(words, file, root_rows, "the configuration");
    } while (words.take_if("}") && !words.too_many_errors());
}

constexpr std::size_t deepest_inheritance = 20;

/// What a draft inherits is merged in, and what those templates inherit before, of each once. `path`: the templates that are being merged.
void inherit(TokenCursor& words, FileDraft& file, NeighborDraft& draft, std::vector<const NeighborDraft*> path = {})
{
    const auto inherits = std::move(draft.inherits);
    draft.inherits.clear();
    path.push_back(&draft);
    for (const auto& [name, at] : inherits) {
        const auto found = std::ranges::find(file.templates, name, &TemplateDraft::name);
        if (found == file.templates.end()) {
            words.add_error(at, "no template of this name");
        } else if (path.size() > deepest_inheritance || std::ranges::find(path, &found->draft) != path.end()) {
            words.add_error(at, "templates that inherit from each other");
        } else {
            found->has_heir = true;
            inherit(words, file, found->draft, path);
            for (const auto word : draft.merge(found->draft))
                words.add_warning(draft.place_of(word), std::string{word} + " has no effect here: template " + name +
                                                            " gives another value, and that of a template wins");
        }
    }
}

/// What ExaBGP makes a neighbor's name of: no two neighbors have the same. Compared by it a million of them are read in seconds.
std::string identity_of(const Neighbor& neighbor)
{
    const auto number = [](const auto& value) { return value ? std::to_string(value->value) : std::string{}; };
    auto text = barrage::to_text(neighbor.peer_address) + '/' + std::to_string(neighbor.peer_mask) + ' ' +
                (neighbor.local_address ? barrage::to_text(*neighbor.local_address) : std::string{}) + ' ' +
                number(neighbor.local_as) + ' ' + number(neighbor.peer_as) + ' ' + number(neighbor.router_id) + ' ' +
                std::to_string(neighbor.connect);
    neighbor.families.for_each([&](Family family) {
        text += ' ' + std::to_string(std::to_underlying(family.afi)) + '.' + std::to_string(std::to_underlying(family.safi));
    });
    return text;
}

class ConfigurationReader {
public:
    /// Of several files, each has processes of its own, whatever their names.
    ConfigurationReader(AttributePool& pool, std::vector<TextError>* warnings, bool has_files = false)
        : pool_(pool), warnings_(warnings), has_files_(has_files)
    {
    }

    void read(std::string_view text, const std::string& file)
    {
        TokenCursor words{text, file};
        if (words.peek().kind == Token::Kind::end) configuration_.files_without_words.push_back(file);
        RouteContext routes{pool_, configuration_.watchdogs};
        std::vector<ProcessConfig> processes;
        FileDraft draft{routes, processes};
        read_root(words, draft);
        for (auto& neighbor : draft.neighbors) inherit(words, draft, neighbor);
        for (const auto& each : draft.templates)
            if (!each.has_heir) words.add_warning(each.draft.at, "no neighbor inherits from this template");
        draft.templates.clear();
        const auto first_neighbor = configuration_.neighbors.size();
        for (auto& neighbor : draft.neighbors) {
            const auto at = neighbor.at;
            auto finished = finish_neighbor(words, std::move(neighbor), processes);
            if (!identities_.insert(identity_of(finished)).second)
                words.add_error(at, "a second neighbor with the same addresses, ASes, router-id and families");
            configuration_.neighbors.push_back(std::move(finished));
        }
        warn_about_processes(words, draft);
        if (has_files_) name_by_file(file, processes, std::span{configuration_.neighbors}.subspan(first_neighbor));
        for (auto& process : processes) add_process(words, std::move(process));
        std::ranges::stable_sort(words.errors(), {}, &TextError::line);
        std::ranges::move(words.errors(), std::back_inserter(errors_));
        std::ranges::stable_sort(words.warnings(), {}, &TextError::line);
        if (warnings_) std::ranges::move(words.warnings(), std::back_inserter(*warnings_));
    }

    void read_file(const std::string& file)
    {
        constexpr std::size_t largest_file = std::size_t{1} << 30;
        const auto text = read_text_file(file, {.most_octets = largest_file});
        if (!text)
            errors_.push_back({file, 0, 0, {}, "cannot be read: " + text.error()});
        else
            read(*text, file);
    }

    std::expected<Configuration, std::vector<TextError>> finish()
    {
        if (!errors_.empty()) return std::unexpected(std::move(errors_));
        return std::move(configuration_);
    }

private:
    void warn_about_processes(TokenCursor& words, const FileDraft& file) const
    {
        for (std::size_t i = 0; i < file.process_names.size(); ++i) {
            const auto& process = file.processes[i].name;
            const bool is_named = std::ranges::any_of(configuration_.neighbors, [&](const Neighbor& neighbor) {
                return std::ranges::any_of(neighbor.apis, [&](const ApiSection& api) { return names_process(api, process); });
            });
            if (!is_named) words.add_warning(file.process_names[i], "no neighbor names this process in api { processes [ … ]; }");
        }
    }

    /// Which processes a neighbor works with is settled by the names in its own file.
    static void name_by_file(const std::string& file, std::vector<ProcessConfig>& processes, std::span<Neighbor> neighbors)
    {
        for (auto& neighbor : neighbors)
            for (auto& section : neighbor.apis) {
                std::vector<std::string> named;
                for (const auto& process : processes)
                    if (names_process(section, process.name)) named.push_back(process.name + " (" + file + ")");
                section.processes = std::move(named);
                section.processes_match.clear();
            }
        for (auto& process : processes) process.name += " (" + file + ")";
    }

    void add_process(TokenCursor& words, ProcessConfig&& process)
    {
        const auto same_port = std::ranges::find(configuration_.processes, process.http_port, &ProcessConfig::http_port);
        if (process.http_port && same_port != configuration_.processes.end())
            words.add_error({}, "process " + process.name + " has the port of process " + same_port->name);
        configuration_.processes.push_back(std::move(process));
    }

    AttributePool& pool_;
    std::vector<TextError>* warnings_;
    bool has_files_;
    boost::unordered_flat_set<std::string> identities_;   // of the neighbors
    Configuration configuration_;
    std::vector<TextError> errors_;
};

}   // namespace

std::expected<Configuration, std::vector<TextError>> parse_configuration(const std::vector<std::string>& files,
                                                                         AttributePool& pool, std::vector<TextError>* warnings)
{
    ConfigurationReader reader{pool, warnings, files.size() > 1};
    for (const auto& file : files) reader.read_file(file);
    return reader.finish();
}

std::expected<Configuration, std::vector<TextError>> parse_fleet(const std::vector<std::string>& files, AttributePool& pool)
{
    ConfigurationReader reader{pool, nullptr, true};
    for (const auto& file : files) reader.read_file(file);
    return reader.finish();
}

std::expected<Configuration, std::vector<TextError>>
parse_configuration_text(std::string_view text, const std::string& file, AttributePool& pool, std::vector<TextError>* warnings)
{
    ConfigurationReader reader{pool, warnings};
    reader.read(text, file);
    return reader.finish();
}

std::vector<SectionText> describe_grammar()
{
    std::vector<SectionText> sections{describe_section<FileDraft>("the configuration", root_rows), describe_process_section(),
                                      describe_section<FileDraft>("template", template_rows)};
    for (auto& section : describe_neighbor_sections()) sections.push_back(std::move(section));
    return sections;
}

std::string grammar_text()
{
    std::string text;
    for (const auto& section : describe_grammar()) {
        text += section.name + "\n";
        for (const auto& row : section.rows) text += "    " + row.word + (row.values.empty() ? "" : " ") + row.values + "\n";
    }
    return text;
}

}   // namespace barrage::exabgp
