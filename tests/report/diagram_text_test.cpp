#include "report/diagram_text.hpp"

#include <catch2/catch.hpp>

namespace cmksim::diagram_text_test {

using namespace cmksim::report;

TEST_CASE("nothing in a text is read by Mermaid, nor by the HTML and the Markdown that it makes") {
    CHECK(mermaidText("kv-1/k (2 members), 'é'") == "kv-1/k (2 members), 'é'");
    CHECK(mermaidText("</div>") == "#60;/div#62;");
    CHECK(mermaidText("#quot;") == "#35;quot#59;");
    CHECK(mermaidText("a&lt;b") == "a#38;lt#59;b");
    CHECK(mermaidText("`\"_x_\"`") == "#96;#34;#95;x#95;#34;#96;");
    CHECK(mermaidText("%%{x}: \\n") == "#37;#37;#123;x#125;#58; #92;n");
    CHECK(mermaidText("1. x") == "1#46; x");
    CHECK(mermaidText("- x - 1. y") == "#45; x - 1. y");
}

TEST_CASE("nothing in a text is read by Graphviz") {
    CHECK(dotText("a&lt;b \"q\" \\n <b> é") == "a&amp;lt;b \\\"q\\\" \\\\n <b> é");
}

} // namespace cmksim::diagram_text_test
