#include "base/markdown_text.hpp"

#include <catch2/catch.hpp>

namespace cmksim::markdown_text_test {

TEST_CASE("nothing in a text is read by Markdown") {
    CHECK(markdownText("kv-1/k (é), 'x'") == "kv-1/k (é), 'x'");
    CHECK(markdownText("a&lt;b </div>") == "a&amp;lt;b &lt;/div&gt;");
    CHECK(markdownText("|`x`| $y$ [z]") == "\\|\\`x\\`\\| \\$y\\$ \\[z\\]");
    CHECK(markdownText("@me: https://x") == "&#64;me&#58; https&#58;//x");
}

} // namespace cmksim::markdown_text_test
