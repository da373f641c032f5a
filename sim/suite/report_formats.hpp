// One function a format; `writeSuite` chooses among them.
#pragma once

#include "base/shape.hpp"
#include "suite/report.hpp"

namespace cmksim::suite {

void writeSuiteText(const SuiteResult& suite, const SuiteReportStyle& style, std::ostream& out);
void writeSuiteTap(const SuiteResult& suite, std::ostream& out);
void writeSuiteJUnit(const SuiteResult& suite, const SuiteReportStyle& style, std::ostream& out);
/// The fields of that, apart from the evidence; and what `$defs` say of them.
shape::Properties suiteProperties();
shape::Properties suiteDefinitions();
void writeSuiteJson(const SuiteResult& suite, const std::optional<JsonValue>& evidence, std::ostream& out);
void writeSuiteGitHub(const SuiteResult& suite, std::ostream& out);
void writeSuiteAzureDevOps(const SuiteResult& suite, std::ostream& out);
void writeSuiteSarif(const SuiteResult& suite, const SuiteReportStyle& style, std::ostream& out);
void writeSuiteMarkdown(const SuiteResult& suite, std::ostream& out);

} // namespace cmksim::suite
