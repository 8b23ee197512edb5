#include "loadgen/console/secret.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "io/text_file.hpp"
#include "loadgen/console/print_error.hpp"

namespace barrage {

std::expected<std::string, std::string> read_secret(const SecretWords& words, const char* command)
{
    std::string from_environment;
    if (const char* value = std::getenv(words.variable)) {
        from_environment = value;
        ::unsetenv(words.variable);
    }
    if (!words.given.empty() && !words.file.empty())
        return std::unexpected(words.option + " and " + words.option + "-file do not go together");
    if (!words.given.empty()) {
        print_error(command, "warning: what stands behind " + words.option +
                                 " could be read by every user of this machine; use " + words.option + "-file or " +
                                 words.variable);
        return words.given;
    }
    if (words.file.empty()) return from_environment;
    constexpr std::size_t most_octets = 4096;
    auto text = read_text_file(words.file, {.most_octets = most_octets, .takes_pipes = true});
    if (!text) return std::unexpected(words.option + "-file: " + words.file + ": " + text.error());
    text->erase(std::min(text->find_first_of("\r\n"), text->size()));
    if (text->empty()) return std::unexpected(words.option + "-file: " + words.file + ": there is nothing in its first line");
    return std::move(*text);
}

void hide_argument(int argc, char** argv, const char* option) noexcept
{
    const auto hide = [](char* text) { std::memset(text, 'x', std::strlen(text)); };
    const std::string_view name = option;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == name && i + 1 < argc)
            hide(argv[i + 1]);
        else if (word.starts_with(name) && word.size() > name.size() && word[name.size()] == '=')
            hide(argv[i] + name.size() + 1);
    }
}

}   // namespace barrage
