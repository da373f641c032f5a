// Estates imported from text, and what was told about them.
#pragma once

#include "catalog/catalog.hpp"
#include "document/json.hpp"
#include "document/yaml.hpp"
#include "import/arm_template.hpp"
#include "import/azure_resources.hpp"
#include "import/carry.hpp"
#include "import/estate.hpp"
#include "import/estate_change.hpp"
#include "import/plan_timeline.hpp"
#include "import/terraform.hpp"
#include "support/compiled.hpp"

#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

namespace cmksim::test {

using namespace compile;
using namespace import;

inline bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// What an import writes and tells.
struct Imported {
    std::string text;     // the file
    std::string messages; // each without excerpt, `LINE: message; help`

    /// Whether the file compiles, that is, could be replayed.
    [[nodiscard]] bool compiles() const { return Compiled{text}.program.has_value(); }
};

inline std::string reported(const Diagnostics& diagnostics) {
    std::string text;
    for (const Diagnostic& one : diagnostics.all()) {
        text += std::to_string(one.mark.line) + ": " + one.message + (one.help.empty() ? "" : "; " + one.help) + '\n';
    }
    return text;
}

/// What `az … -o json` prints.
inline Imported importAz(std::string_view json) {
    Catalog catalog;
    Diagnostics diagnostics;
    AzureResources resources{catalog.azure(), catalog.platform(), diagnostics};
    forEachJsonRow(std::make_shared<const Source>("in.json", std::string{json}), diagnostics,
                   [&](Node row) { resources.take(row); });
    std::string text = estateYaml(joinEstate(resources.raw(), catalog, diagnostics));
    return {std::move(text), reported(diagnostics)};
}

inline Imported importArm(std::string_view json, const ArmParameters& parameters = {}) {
    Catalog catalog;
    Diagnostics diagnostics;
    AzureResources resources{catalog.azure(), catalog.platform(), diagnostics};
    const auto document =
        parseJson(std::make_shared<const Source>("in.json", std::string{json}), diagnostics, JsonComments::Allowed);
    if (document) {
        expandArmTemplate(document->root(), parameters, resources, catalog.azure(), catalog.platform(), diagnostics);
    }
    std::string text = estateYaml(joinEstate(resources.raw(), catalog, diagnostics));
    return {std::move(text), reported(diagnostics)};
}

inline Imported importTerraform(std::string_view json) {
    Catalog catalog;
    Diagnostics diagnostics;
    const auto document = parseJson(std::make_shared<const Source>("in.json", std::string{json}), diagnostics);
    auto reading =
        document ? readTerraform(document->root(), catalog.azure(), catalog.platform(), diagnostics) : std::nullopt;
    if (!reading) {
        return {{}, reported(diagnostics)};
    }
    if (reading->isPlan) {
        shareIdentities(reading->before, reading->after);
    }
    ImportedEstate before = joinEstate(reading->before, catalog, diagnostics);
    if (!reading->isPlan) {
        return {estateYaml(before), reported(diagnostics)};
    }
    ImportedEstate after = joinEstate(reading->after, catalog, diagnostics);
    tellUndescribed({&reading->before, &reading->after}, diagnostics);
    dropWhatGoes(reading->before, reading->after, before, after);
    carryAssumed(before, after);
    std::string text =
        scenarioYaml({"plan", {}, {}}, before, planTimeline(before, after, reading->replaced, diagnostics));
    return {std::move(text), reported(diagnostics)};
}

} // namespace cmksim::test
