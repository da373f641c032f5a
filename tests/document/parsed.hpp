// Documents from text, with what was reported about them.
#pragma once

#include "base/diagnostics.hpp"
#include "document/yaml.hpp"

#include <memory>
#include <sstream>
#include <string>

namespace cmksim::test {

using namespace document;

inline std::string printed(const Diagnostics& diagnostics) {
    std::ostringstream out;
    diagnostics.print(out);
    return out.str();
}

/// A text as a document; `errors` is what the user would see.
struct Parsed {
    explicit Parsed(std::string text) {
        document = parseDocument(std::make_shared<const Source>("in.yaml", std::move(text)), diagnostics);
        errors = printed(diagnostics);
    }

    [[nodiscard]] Node root() const { return document->root(); }

    Diagnostics diagnostics;
    std::shared_ptr<const Document> document;
    std::string errors;
};

/// The first line of what a text is refused with.
inline std::string refusal(std::string text) {
    const Parsed parsed{std::move(text)};
    return parsed.document ? "" : parsed.errors.substr(0, parsed.errors.find('\n'));
}

} // namespace cmksim::test
