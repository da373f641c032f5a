// ARM templates, and what Bicep compiles to: every resource that a deployment makes, its expressions worked out.
#pragma once

#include "document/document.hpp"
#include "import/azure_resources.hpp"
#include "model/platform.hpp"

#include <map>
#include <string>
#include <string_view>

namespace cmksim::import {

/// Values of parameters by name in lower case; those of the command line as text, those of files as they stand there.
using ArmParameters = std::map<std::string, JsonValue, std::less<>>;

/// Takes the values out of a parameter file; false when the document is none.
bool readArmParameters(Node root, const std::vector<AzureTerms>& terms, const Platform& platform,
                       ArmParameters& parameters, Diagnostics& diagnostics);

/// A value as it is typed: a number, a flag, or an object or list in JSON where it reads so, else a text.
JsonValue readArmParameter(const std::string& text);

/// Whether a document is a template.
bool isArmTemplate(Node root);

/// Gives every resource of a template to `resources`, those of deployments nested in it and of copy loops too. What
/// only Azure will know keeps a text that stands for it; what depends on a parameter without a value is called after
/// the parameter, and reported. Bounded: templates that unfold to more than 100,000 resources or that take too long to
/// work out are an error.
void expandArmTemplate(Node root, const ArmParameters& parameters, AzureResources& resources,
                       const std::vector<AzureTerms>& terms, const Platform& platform, Diagnostics& diagnostics);

} // namespace cmksim::import
