#include "loadgen/exabgp/grammar/process_section.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "loadgen/exabgp/grammar/values.hpp"

namespace barrage::exabgp {

namespace {

namespace fs = std::filesystem;

struct ProcessDraft {
    ProcessConfig process;
    Token program;
    bool has_encoder = false;
};

/// A relative program may be meant from several places; the last one where it is wins, as in ExaBGP.
std::optional<std::string> find_program(const std::string& name, const std::string& file)
{
    const fs::path program{name};
    std::error_code ignored;
    std::vector<fs::path> places;
    if (program.is_absolute()) {
        places = {program};
    } else if (name.starts_with("etc/exabgp")) {
        places = {"/" / program, fs::current_path(ignored) / program};
    } else {
        places = {"/etc/exabgp" / program, fs::absolute(fs::path{file}, ignored).parent_path() / program};
        const char* variable = std::getenv("PATH");
        std::string_view folders{variable ? variable : ""};
        while (!folders.empty()) {
            const auto colon = std::min(folders.find(':'), folders.size());
            places.push_back(fs::path{folders.substr(0, colon)} / program);
            folders.remove_prefix(std::min(colon + 1, folders.size()));
        }
    }
    std::optional<std::string> found;
    for (const auto& place : places)
        if (fs::exists(place, ignored)) found = place.string();
    return found;
}

std::optional<std::string_view> wrong_program(const std::string& path)
{
    struct stat status{};
    if (stat(path.c_str(), &status) != 0) return "the program cannot be looked at";
    if (!S_ISREG(status.st_mode)) return "the program is not a file";
    if (status.st_mode & (S_ISUID | S_ISGID)) return "the program is setuid or setgid, which is not run";
    if (access(path.c_str(), X_OK) != 0) return "the program cannot be executed";
    return std::nullopt;
}

/// "python /usr/share/exabgp/http_api.py 5000": the port. The program that SONiC's testbed has for it is not needed.
std::optional<std::uint16_t> http_port_of(const std::vector<std::string>& run)
{
    for (std::size_t i = 0; i + 1 < run.size(); ++i) {
        if (fs::path{run[i]}.filename() != "http_api.py") continue;
        const auto port = number_from<std::uint16_t>(run[i + 1], 0xffff);
        return port && *port != 0 ? port : std::nullopt;
    }
    return std::nullopt;
}

/// PROGRAM ARGS as they stand: what the lexer took apart at a comma or a bracket is one word again.
void read_run(TokenCursor& words, ProcessDraft& draft)
{
    auto& run = draft.process.run;
    run.clear();
    draft.program = take_word(words, "a program");
    if (words.failed()) return;
    run.emplace_back(draft.program.text);
    for (auto before = draft.program; !words.at_end();) {
        const auto token = words.take();
        const bool was_apart = token.kind == Token::Kind::punctuation || before.kind == Token::Kind::punctuation;
        if (was_apart && token.begin == before.end)
            run.back() += token.text;
        else
            run.emplace_back(token.text);
        before = token;
    }
    draft.process.http_port = http_port_of(run);
    if (draft.process.http_port) return;
    const auto found = find_program(run[0], words.file());
    if (!found) return words.fail(draft.program, "no such program in /etc/exabgp, beside this file, or in $PATH");
    if (const auto wrong = wrong_program(*found)) return words.fail(draft.program, std::string{*wrong});
    run[0] = *found;
}

void read_encoder(TokenCursor& words, ProcessDraft& draft)
{
    const auto token = take_word(words, "text or json");
    if (!is_word(token, "text") && !is_word(token, "json")) return words.fail(token, "expected text or json");
    draft.process.encoder = is_word(token, "json") ? Encoder::json : Encoder::text;
    draft.has_encoder = true;
}

constexpr Statement<ProcessDraft> process_rows[] = {
    {"run", "PROGRAM ARGUMENTS | … http_api.py PORT", read_run},
    {"encoder", "text | json", read_encoder},
    {"respawn", "[enable | disable]",
     [](TokenCursor& words, ProcessDraft& draft) { draft.process.respawn = take_boolean(words, true); }},
};

}   // namespace

void read_process(TokenCursor& words, std::vector<ProcessConfig>& processes)
{
    const auto name = take_word(words, "a name");
    ProcessDraft draft;
    draft.process.name = name.text;
    const auto errors_before = words.errors().size();
    read_block<ProcessDraft>(words, draft, process_rows, "process");
    if (words.failed()) return;
    if (std::ranges::find(processes, draft.process.name, &ProcessConfig::name) != processes.end())
        words.add_error(name, "a second process of this name");
    if (words.errors().size() == errors_before && draft.process.run.empty()) words.add_error(name, "a process needs run PROGRAM");
    if (words.errors().size() == errors_before && !draft.has_encoder)
        words.add_error(name, "a process needs encoder text or encoder json");
    processes.push_back(std::move(draft.process));   // also a wrong one: what names it is right
}

std::string_view written_name(std::string_view process) noexcept { return process.substr(0, process.find(" (")); }

SectionText describe_process_section() { return describe_section<ProcessDraft>("process", process_rows); }

}   // namespace barrage::exabgp
