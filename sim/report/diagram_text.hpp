// Text in the languages of pictures: what it says, and nothing that they read.
#pragma once

#include <string>
#include <string_view>

namespace cmksim::report {

/// `raw` as a label, a title or a name of Mermaid, on one line. Mermaid reads numbered characters, and then HTML and
/// Markdown: of ASCII all but letters, digits, blanks and what means nothing there is such a number.
std::string mermaidText(std::string_view raw);

/// `raw` within the double quotes of Graphviz, which reads entities of HTML.
std::string dotText(std::string_view raw);

} // namespace cmksim::report
