#include "az/command_places.hpp"

#include <algorithm>

namespace cmksim::az {

std::size_t CommandPlaces::offsetOf(const Mark& mark) {
    std::vector<std::size_t>& starts = lineStarts_[mark.source];
    if (starts.empty()) {
        starts.push_back(0);
        const std::string& text = mark.source->text();
        for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
            starts.push_back(at + 1);
        }
    }
    return mark.line == 0 || mark.line > starts.size() ? std::string::npos : starts[mark.line - 1] + mark.column - 1;
}

Mark CommandPlaces::markAt(const Source& source, std::size_t offset) {
    const std::vector<std::size_t>& starts = lineStarts_[&source];
    const auto next = std::ranges::upper_bound(starts, offset);
    const auto line = static_cast<std::uint32_t>(next - starts.begin());
    return {&source, line, static_cast<std::uint32_t>(offset - starts[line - 1] + 1)};
}

Mark CommandPlaces::find(const Name& command, std::string_view part) {
    constexpr std::string_view blanks = " \t\r\n\\";
    if (!command.mark.source) {
        return command.mark;
    }
    const std::string_view source = command.mark.source->text();
    std::size_t at = offsetOf(command.mark);
    const auto wanted = static_cast<std::size_t>(part.data() - command.text.data());
    // Word by word: what stands between them, blanks and ends of lines, differs from the file's.
    for (std::size_t begin = command.text.find_first_not_of(blanks); begin != std::string_view::npos;) {
        const std::size_t end = std::min(command.text.find_first_of(blanks, begin), command.text.size());
        at = source.find(command.text.substr(begin, end - begin), at);
        if (at == std::string_view::npos) {
            return command.mark;
        }
        if (wanted < end) {
            return markAt(*command.mark.source, at + (wanted > begin ? wanted - begin : 0));
        }
        at += end - begin;
        begin = command.text.find_first_not_of(blanks, end);
    }
    return command.mark;
}

} // namespace cmksim::az
