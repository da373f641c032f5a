#include "report/csv.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace cmksim::report {

std::string csvField(std::string_view raw) {
    // A spreadsheet takes what begins so for a formula; with the quote before it, it is a text.
    // Some take the wide forms for the same signs.
    constexpr std::array<std::string_view, 4> wide{"＝", "＋", "－", "＠"};
    const bool computed =
        !raw.empty() && (std::string_view{"=+-@\t\r"}.find(raw.front()) != std::string_view::npos ||
                         std::ranges::any_of(wide, [&](std::string_view sign) { return raw.starts_with(sign); }));
    const std::string text = (computed ? "'" : "") + printable(raw);
    // Where the comma parts whole numbers from fractions, spreadsheets part cells by semicolons.
    if (text.find_first_of(",;\"") == std::string::npos) {
        return text;
    }
    std::string out = "\"";
    for (const char c : text) {
        out.append(c == '"' ? 2 : 1, c);
    }
    return out + '"';
}

std::string csvLine(const std::vector<std::string>& cells) { return separated(cells, ",") + "\n"; }

} // namespace cmksim::report
