// What may have caused some symptoms, and what to look at to tell the causes apart.
#pragma once

#include "base/shape.hpp"
#include "exploration/diagnose.hpp"
#include "model/azure.hpp"
#include "report/layout.hpp"

#include <iosfwd>
#include <string_view>
#include <vector>

namespace cmksim::report {

struct DiagnosisView {
    const Program& estate;
    std::string_view file;
    const std::vector<Diagnosis>& causes;
    Instant until{}; // the last symptom
    const std::vector<Symptom>& symptoms;
    const Program& story; // the estate with its timeline, which no cause is looked for in
};

void writeDiagnosisText(const DiagnosisView& view, const TextStyle& style, std::ostream& out);

/// Its fields, apart from what every result has.
shape::Properties diagnosisProperties();
JsonValue diagnosisJson(const DiagnosisView& view, const std::vector<AzureTerms>& terms);

} // namespace cmksim::report
