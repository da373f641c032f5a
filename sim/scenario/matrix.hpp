// `matrix:`, the parameters of a scenario file: one case for every combination of their values.
#pragma once

#include "base/diagnostics.hpp"
#include "document/document.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::scenario {

inline constexpr std::string_view matrixField = "matrix";

/// More combinations than this are an error.
inline constexpr std::size_t mostCases = 10'000;

/// The cases of one document, made one at a time. A document without a matrix is a single case: itself, in which `${`
/// means nothing.
class Matrix {
public:
    [[nodiscard]] std::size_t size() const;

    /// The values of case `index`, `retention=7, rbac=true`; empty without a matrix. The first parameter varies
    /// slowest.
    [[nodiscard]] std::string label(std::size_t index) const;

    /// Case `index`: every `${name}` is replaced by the parameter's value, in values and in keys; all marks stay. A
    /// scalar that is nothing but `${name}` becomes the value, with its type. Keys that come out alike are reported.
    [[nodiscard]] std::shared_ptr<const Document> document(std::size_t index, Diagnostics& diagnostics) const;

private:
    friend class MatrixReader;

    struct Parameter {
        std::string_view name;
        std::vector<Node> values; // scalars and nulls
    };

    /// A stretch of a scalar: as it stands, or a parameter's value.
    struct Piece {
        std::string_view text;
        std::optional<std::size_t> parameter;
    };

    /// A scalar that the parameters change.
    struct Template {
        Node scalar;
        bool isKey = false;
        std::vector<Piece> pieces;
    };

    [[nodiscard]] std::vector<Node> valuesOf(std::size_t index) const;

    std::shared_ptr<const Document> base_;
    std::vector<Parameter> parameters_;
    std::vector<Template> templates_;
};

/// A text as it is written in a file with a matrix, so that it refers to no parameter.
std::string withoutReferences(std::string text);

/// The matrix of a document, with all that is wrong with it and with what refers to it reported. Nothing then.
std::optional<Matrix> readMatrix(std::shared_ptr<const Document> document, Diagnostics& diagnostics);

} // namespace cmksim::scenario
