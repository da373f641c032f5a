// Text that stands in no file but is viewed like text that does.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>

namespace cmksim::document {

/// Keeps texts where they are, so that views of them stay good as long as the store.
class TextStore {
public:
    std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

private:
    std::deque<std::string> texts_;
};

} // namespace cmksim::document
