// Mappings whose keys are names that the scenario gives.
#pragma once

#include "document/document.hpp"
#include "document/values.hpp"
#include "scenario/scalars.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

namespace cmksim::scenario {

/// One `Thing` for every entry of a mapping, made by `read(name, value)`. Null, and no node, are an empty mapping;
/// anything else is reported, with `what` for what was expected, and so is an empty name.
template <class Thing, class Read>
std::vector<Thing> readNamed(Node node, std::string_view what, Diagnostics& diagnostics, Read read) {
    std::vector<Thing> things;
    if (!node || node.isNull()) {
        return things;
    }
    if (!node.isMapping()) {
        reportUnexpected(node, fmt::format("{} (a mapping)", what), diagnostics);
        return things;
    }
    things.reserve(node.size());
    for (const auto [key, value] : node.entries()) {
        if (key.text().empty()) {
            diagnostics.error(key.mark(), "expected a name, not an empty text");
        } else {
            things.push_back(read(nameOf(key), value));
        }
    }
    return things;
}

} // namespace cmksim::scenario
