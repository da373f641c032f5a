// Resources as Azure's interfaces write them, nested as in templates and graph queries or flat as some commands print.
#pragma once

#include "document/document.hpp"
#include "import/raw_import.hpp"
#include "model/azure.hpp"

#include <string_view>
#include <vector>

namespace cmksim::import {

/// Gathers what resources say, one after the other.
class AzureResources {
public:
    AzureResources(const std::vector<AzureTerms>& terms, Diagnostics& diagnostics)
        : terms_{terms}, diagnostics_{diagnostics} {}

    /// Takes one resource. What has no type is known by its shape: a key as `az keyvault key show` prints it.
    void take(Node resource);

    [[nodiscard]] RawImport& raw() { return raw_; }

private:
    void untyped(Node resource);
    void vault(Node resource, std::string name);
    void policies(Node list, std::vector<RawPolicy>& policies);
    void key(Node resource, std::string_view vault, std::string_view name);
    void keyByIdentifier(Node resource, std::string_view identifier);
    void identity(Node resource, std::string name);
    void grant(Node resource);
    void service(Node resource, const AzureTerms& terms, std::string name);
    void attachedIdentities(Node block, RawResource& resource);

    const std::vector<AzureTerms>& terms_;
    Diagnostics& diagnostics_;
    RawImport raw_;
};

/// The value at a path of a resource, whatever the case of its fields; with `properties.` at its head also without.
Node findPath(Node resource, std::string_view path);

/// The value of a field, whatever its case.
Node findField(Node node, std::string_view name);

} // namespace cmksim::import
