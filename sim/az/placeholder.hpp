// What stands in a command for what is not known: `<object id of app>`, for a person to fill in, and read again as what
// it stands for.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace cmksim::az {

/// Where something lies.
inline constexpr std::string_view groupToFillIn = "<resource group>";

/// What is to be filled in of a version that only the simulator named.
inline constexpr std::string_view versionToFillIn = "version id";

inline std::string placeholderFor(std::string_view what, std::string_view name) {
    return std::string{"<"}.append(what).append(" of ").append(name).append(">");
}

inline bool isPlaceholder(std::string_view text) { return text.starts_with('<') && text.ends_with('>'); }

/// What is to be filled in of a file that the estate does not name.
inline constexpr std::string_view fileToFillIn = "path";

/// A text with the names of versions and files in the place of what is to be filled in of them.
inline std::string withNamesFilledIn(std::string text) {
    for (const std::string_view what : {versionToFillIn, fileToFillIn}) {
        const std::string whole = placeholderFor(what, {});
        const std::string begin = whole.substr(0, whole.size() - 1);
        for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
            const std::size_t end = text.find('>', at);
            if (end == std::string::npos) {
                break;
            }
            const std::string name = text.substr(at + begin.size(), end - at - begin.size());
            text.replace(at, end + 1 - at, name);
            at += name.size();
        }
    }
    return text;
}

} // namespace cmksim::az
