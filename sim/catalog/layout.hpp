// Plain text in a terminal's width: paragraphs, hanging indents, numbered references.
#pragma once

#include "model/model.hpp"

#include <array>
#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::catalog {

/// No line is longer, unless a single word is.
inline constexpr std::size_t pageWidth = 80;

/// The words of `text` in lines of `pageWidth`: the first starts with `lead` as it is, the others with as many blanks
/// as `indent` says. Ends with a line break.
void printWrapped(std::ostream& out, std::string_view lead, std::string_view text, std::size_t indent);

/// `name` in a column of `width`, padded with blanks, with at least two of them after it.
std::string column(std::string_view name, std::size_t width);

/// `a`, `a or b`, `a, b or c`.
std::string joined(const std::vector<std::string>& names, std::string_view conjunction);

/// The names of a set's enumerators, in the order of the enumeration.
template <class Enum, std::size_t Size>
std::vector<std::string> namesIn(EnumSet<Enum> set, const std::array<std::string_view, Size>& names) {
    std::vector<std::string> list;
    for (std::size_t i = 0; i < Size; ++i) {
        if (set.contains(static_cast<Enum>(i))) {
            list.emplace_back(names[i]);
        }
    }
    return list;
}

/// The sources and assumptions of what has been printed: each has a number, the same one wherever it is cited.
class References {
public:
    /// ` [1,2,A1]`, with a blank before it; empty when nothing is cited.
    std::string cite(const Provenance& provenance);

    /// The numbered lists that go with the citations.
    void print(std::ostream& out) const;

private:
    std::vector<std::string> sources_;
    std::vector<std::string> assumptions_;
};

} // namespace cmksim::catalog
