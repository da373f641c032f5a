// Tables of comma-separated values.
#pragma once

#include "base/instant.hpp"

#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace cmksim::report {

/// A text as a field of such a table; in quotes where it has to be.
std::string csvField(std::string_view text);

/// Several cells as a line.
std::string csvLine(const std::vector<std::string>& cells);

/// A value as a cell: texts as they are, seconds and counts as numbers; nothing is an empty one.
template <class V>
std::string csvCell(const V& value) {
    if constexpr (std::convertible_to<const V&, std::string_view>) {
        return csvField(value);
    } else if constexpr (std::is_same_v<V, bool>) {
        return value ? "true" : "false";
    } else if constexpr (std::is_same_v<V, Duration>) {
        return std::to_string(value.count());
    } else if constexpr (std::is_same_v<V, Instant>) {
        return std::to_string(value.time_since_epoch().count());
    } else if constexpr (std::integral<V>) {
        return std::to_string(value);
    } else {
        return value ? csvCell(*value) : std::string{}; // an optional or a pointer
    }
}

/// The columns of a table, each with its title and where a row has its cell: its first line and all others come from
/// the same list.
template <class Row>
class CsvTable {
public:
    template <class Get>
    CsvTable& column(std::string title, Get get) {
        titles_.push_back(std::move(title));
        cells_.push_back([get](const Row& row) { return csvCell(std::invoke(get, row)); });
        return *this;
    }

    [[nodiscard]] std::string head() const { return csvLine(titles_); }
    [[nodiscard]] std::string line(const Row& row) const {
        std::vector<std::string> cells;
        for (const auto& cell : cells_) {
            cells.push_back(cell(row));
        }
        return csvLine(cells);
    }

private:
    std::vector<std::string> titles_;
    std::vector<std::function<std::string(const Row&)>> cells_;
};

} // namespace cmksim::report
