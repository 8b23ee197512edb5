#include "codec/format.hpp"

namespace barrage {

std::string to_text(const ReceivedAttribute& attribute)
{
    const auto usual = codec_of(type_of(attribute.value)).flags;
    auto text = to_text(attribute.value);
    if (attribute.flags != usual) text += fmt::format(" (flags 0x{:02x})", attribute.flags);
    return text;
}

std::string to_text(const Update& update)
{
    std::string text;
    const auto line = [&text](std::string_view name, const auto& routes) {
        if (routes.empty()) return;
        text.append(name) += ' ';
        print(text, routes);
        text += '\n';
    };
    line("withdrawn", update.withdrawn);
    for (const auto& attribute : update.attributes) text += to_text(attribute) + "\n";
    line("nlri", update.nlri);
    return text;
}

}   // namespace barrage
