// An output in the formats of the Azure CLI.
#pragma once

#include "base/json_value.hpp"
#include "reads/folder.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::reads {

/// As JSON, a table, tab-separated values or YAML, without a line end; empty for `none`. `columns` are those of a table
/// with the queries that fill them; none: every scalar field of what is printed.
std::string outputText(const JsonValue& value, std::string_view format, bool queried,
                       const std::vector<std::pair<std::string, std::string>>& columns);

} // namespace cmksim::reads
