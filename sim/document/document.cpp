#include "document/document.hpp"

namespace cmksim::document {

Node Node::find(std::string_view key) const {
    for (const auto [name, value] : entries()) {
        if (name.text() == key) {
            return value;
        }
    }
    return {};
}

} // namespace cmksim::document
