// From a file of models/ that says how Azure's tools write a service; the language is described in models/README.md.
#pragma once

#include "base/diagnostics.hpp"
#include "document/document.hpp"
#include "model/azure.hpp"

#include <optional>
#include <string_view>

namespace cmksim::catalog {

/// What terms call a type whose resources say which key their parent uses.
inline constexpr std::string_view keyOfParent = "key-of-parent";

/// What an option sets that takes the parameters of a template, `NAME=VALUE`; those that stand for something are
/// options of their own, such as `--parameters NAME`.
inline constexpr std::string_view parametersOption = "parameters";

/// What an option sets that changes what is not simulated, of an update that the service may refuse all the same.
inline constexpr std::string_view othersOption = "others";

/// Whether it is such a type: a child of one that is a resource, and the same to everything else.
bool saysKeyOfParent(const AzureTerms& terms, const AzureType& type);

/// Reads such a file. Reports all that is wrong with it, and returns nothing then.
std::optional<AzureTerms> readAzureTerms(const Document& document, Diagnostics& diagnostics);

} // namespace cmksim::catalog
