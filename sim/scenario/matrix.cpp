#include "scenario/matrix.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "document/rewrite.hpp"
#include "document/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace cmksim::scenario {

namespace {

constexpr std::string_view opening = "${";
constexpr std::string_view escape = "$${";

std::string_view valueText(Node value) { return value.isNull() ? std::string_view{"null"} : value.text(); }

bool isParameterName(std::string_view text) {
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    const auto isPart = [&](char c) { return isLetter(c) || (c >= '0' && c <= '9'); };
    return !text.empty() && isLetter(text.front()) && std::ranges::all_of(text, isPart);
}

} // namespace

/// Reads the parameters, then finds what refers to them.
class MatrixReader {
public:
    MatrixReader(std::shared_ptr<const Document> document, Diagnostics& diagnostics) : diagnostics_{diagnostics} {
        matrix_.base_ = std::move(document);
    }

    std::optional<Matrix> read() {
        const Node root = matrix_.base_->root();
        const Node node = root.find(matrixField);
        if (!node) {
            return std::move(matrix_);
        }
        readParameters(node);
        if (sound_) {
            checkSize(node);
            checkLabels(node);
            for (const auto [key, value] : root.entries()) {
                if (value != node) {
                    findIn(key, true);
                    findIn(value, false);
                }
            }
        }
        return sound_ ? std::optional{std::move(matrix_)} : std::nullopt;
    }

private:
    void fail(Mark mark, std::string message, std::string help = {}) {
        diagnostics_.error(mark, std::move(message), std::move(help));
        sound_ = false;
    }

    // --- parameters --------------------------------------------------------------------------------------------------

    void readParameters(Node node) {
        if (!node.isMapping()) {
            reportUnexpected(node, "parameters with lists of their values (a mapping)", diagnostics_);
            sound_ = false;
        } else if (node.size() == 0) {
            fail(node.mark(), "a matrix has at least one parameter");
        }
        for (const auto [key, values] : node.entries()) {
            if (!isParameterName(key.text())) {
                fail(key.mark(), fmt::format("a parameter cannot be called {}", inQuotes(key.text())),
                     "its name has letters, digits and '_', and does not begin with a digit");
            }
            matrix_.parameters_.push_back({key.text(), readValues(values)});
        }
    }

    std::vector<Node> readValues(Node node) {
        std::vector<Node> values;
        if (!node.isSequence() || node.size() == 0) {
            reportUnexpected(node, "a list of one value or more", diagnostics_);
            sound_ = false;
        }
        for (const Node value : node.items()) {
            if (!value.isScalar() && !value.isNull()) {
                reportUnexpected(value, "a text, a number, a boolean or null", diagnostics_);
                sound_ = false;
            } else if (std::ranges::find(values, valueText(value), valueText) != values.end()) {
                fail(value.mark(), fmt::format("{} stands twice in the list", inQuotes(valueText(value))));
            } else {
                values.push_back(value);
            }
        }
        return values;
    }

    void checkSize(Node node) {
        std::size_t size = 1;
        for (const Matrix::Parameter& parameter : matrix_.parameters_) {
            size *= parameter.values.size();
            if (size > mostCases) {
                fail(node.mark(), fmt::format("a matrix has at most {} combinations", mostCases));
                return;
            }
        }
    }

    /// Cases are told apart by their labels, in a snapshot and by every filter.
    void checkLabels(Node node) {
        std::set<std::string> labels;
        for (std::size_t i = 0; sound_ && i < matrix_.size(); ++i) {
            const std::string label = matrix_.label(i);
            if (!labels.insert(label).second) {
                fail(node.mark(), fmt::format("two cases are called {}", inQuotes(label)),
                     "a value with a comma and '=' in it reads as two");
            }
        }
    }

    // --- references --------------------------------------------------------------------------------------------------

    void findIn(Node node, bool isKey) {
        if (node.isScalar() && node.text().find(opening) != std::string_view::npos) {
            matrix_.templates_.push_back({node, isKey, piecesOf(node)});
        }
        for (const Node item : node.items()) {
            findIn(item, false);
        }
        for (const auto [key, value] : node.entries()) {
            findIn(key, true);
            findIn(value, false);
        }
    }

    std::vector<Matrix::Piece> piecesOf(Node scalar) {
        std::vector<Matrix::Piece> pieces;
        std::string_view rest = scalar.text();
        for (std::size_t at = rest.find(opening); at != std::string_view::npos; at = rest.find(opening)) {
            if (at > 0 && rest.substr(at - 1).starts_with(escape)) {
                pieces.push_back({rest.substr(0, at - 1), {}});
                pieces.push_back({opening, {}});
                rest.remove_prefix(at + opening.size());
                continue;
            }
            if (at > 0) {
                pieces.push_back({rest.substr(0, at), {}});
            }
            rest.remove_prefix(at + opening.size());
            const std::size_t end = rest.find('}');
            const bool closed = end != std::string_view::npos;
            pieces.push_back({{}, parameterNamed(rest.substr(0, closed ? end : 0), scalar.mark())});
            rest.remove_prefix(closed ? end + 1 : rest.size());
        }
        if (!rest.empty()) {
            pieces.push_back({rest, {}});
        }
        return pieces;
    }

    std::optional<std::size_t> parameterNamed(std::string_view name, Mark mark) {
        const auto& parameters = matrix_.parameters_;
        const auto found = std::ranges::find(parameters, name, &Matrix::Parameter::name);
        if (found != parameters.end()) {
            return static_cast<std::size_t>(found - parameters.begin());
        }
        if (!isParameterName(name)) {
            fail(mark, "'${' begins no parameter here", "a parameter is '${NAME}', and '$${' stands for '${' itself");
            return std::nullopt;
        }
        std::vector<std::string_view> known;
        for (const Matrix::Parameter& parameter : parameters) {
            known.push_back(parameter.name);
        }
        fail(mark, fmt::format("the matrix has no parameter {}", inQuotes(name)), suggestion(name, known));
        return std::nullopt;
    }

    Diagnostics& diagnostics_;
    Matrix matrix_;
    bool sound_ = true;
};

std::size_t Matrix::size() const {
    std::size_t size = 1;
    for (const Parameter& parameter : parameters_) {
        size *= parameter.values.size();
    }
    return size;
}

std::vector<Node> Matrix::valuesOf(std::size_t index) const {
    std::vector<Node> values(parameters_.size());
    for (std::size_t i = parameters_.size(); i > 0; --i) {
        const std::vector<Node>& list = parameters_[i - 1].values;
        values[i - 1] = list[index % list.size()];
        index /= list.size();
    }
    return values;
}

std::string Matrix::label(std::size_t index) const {
    const std::vector<Node> values = valuesOf(index);
    std::string label;
    for (std::size_t i = 0; i < values.size(); ++i) {
        label += fmt::format("{}{}={}", i == 0 ? "" : ", ", parameters_[i].name, valueText(values[i]));
    }
    return label;
}

std::shared_ptr<const Document> Matrix::document(std::size_t index, Diagnostics& diagnostics) const {
    if (templates_.empty()) {
        return base_;
    }
    const std::vector<Node> values = valuesOf(index);
    std::vector<Rewrite> changes;
    changes.reserve(templates_.size());
    for (const Template& one : templates_) {
        Rewrite change{.scalar = one.scalar, .text = {}, .quoted = one.scalar.quoted()};
        for (const Piece& piece : one.pieces) {
            change.text += piece.parameter ? valueText(values[*piece.parameter]) : piece.text;
        }
        if (one.pieces.size() == 1 && one.pieces.front().parameter) {
            const Node value = values[*one.pieces.front().parameter];
            change.null = value.isNull() && !one.isKey;
            change.quoted = value.isScalar() && value.quoted();
        }
        changes.push_back(std::move(change));
    }
    return rewritten(*base_, changes, diagnostics);
}

std::string withoutReferences(std::string text) {
    for (std::size_t at = 0; (at = text.find(opening, at)) != std::string::npos; at += escape.size()) {
        text.replace(at, opening.size(), escape);
    }
    return text;
}

std::optional<Matrix> readMatrix(std::shared_ptr<const Document> document, Diagnostics& diagnostics) {
    return MatrixReader{std::move(document), diagnostics}.read();
}

} // namespace cmksim::scenario
