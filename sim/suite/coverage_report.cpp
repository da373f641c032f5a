#include "suite/coverage_report.hpp"

#include "base/text.hpp"
#include "catalog/layout.hpp"
#include "suite/broken_json.hpp"
#include "suite/report_ci_shared.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <ostream>
#include <ranges>

namespace cmksim::suite {

namespace {

std::string nameOf(const ModelCoverage& model) { return fmt::format("{}={}", model.service, model.version); }

std::string countOf(const ModelCoverage& model) {
    return fmt::format("{} of {} rows, {}", model.exercised(), model.rows.size(), percentOf(model));
}

bool isComplete(const ModelCoverage& model) { return model.exercised() == model.rows.size(); }

// --- text ----------------------------------------------------------------------------------------------------------

void writeMissing(const CoverageRow& row, std::ostream& out) {
    printWrapped(out, "    - ", printable(row.name), 6);
    for (const std::string& source : row.provenance.sources) {
        printWrapped(out, "      ", printable(source), 6);
    }
    if (!row.provenance.assumed.empty()) {
        printWrapped(out, "      assumed: ", printable(row.provenance.assumed), 8);
    }
}

void writeText(const std::vector<ModelCoverage>& models, std::ostream& out) {
    out << "COVERAGE of the models\n";
    for (const ModelCoverage& model : models) {
        printWrapped(out, "  ", fmt::format("{}: {}", printable(nameOf(model)), countOf(model)), 4);
        if (!isComplete(model)) {
            out << "    never exercised:\n";
        }
        for (const CoverageRow& row : model.rows) {
            if (!row.exercised) {
                writeMissing(row, out);
            }
        }
    }
}

// --- JSON ----------------------------------------------------------------------------------------------------------

using Models = std::vector<ModelCoverage>;

const shape::Record<Models>& coverageShape() {
    using shape::list;
    using shape::Record;
    static const auto row =
        Record<CoverageRow>{}
            .field("kind", [](const CoverageRow& one) { return analysis::nameOf(one.key); })
            .field("row", &CoverageRow::name)
            .unlessEmpty("sources", [](const CoverageRow& one) -> const auto& { return one.provenance.sources; })
            .unlessEmpty("assumed", [](const CoverageRow& one) -> const auto& { return one.provenance.assumed; });
    static const auto never = [](const ModelCoverage& model) {
        return model.rows | std::views::filter([](const CoverageRow& one) { return !one.exercised; });
    };
    static const auto model = Record<ModelCoverage>{}
                                  .field("service", &ModelCoverage::service)
                                  .field("version", &ModelCoverage::version)
                                  .field("title", &ModelCoverage::title)
                                  .field("rows", [](const ModelCoverage& one) { return one.rows.size(); })
                                  .field("exercised", &ModelCoverage::exercised)
                                  .field("neverExercised", list(row), never);
    static const auto all = Record<Models>{}
                                .field("format", shape::constant(1), std::identity{})
                                .field("models", list(model), std::identity{});
    return all;
}

void writeJson(const Models& models, std::ostream& out) {
    writeBroken(coverageShape().write(models), 4, out);
    out << '\n';
}

// --- Markdown ------------------------------------------------------------------------------------------------------

std::string citation(const Provenance& provenance) {
    std::string text;
    for (const std::string& source : provenance.sources) {
        text += (text.empty() ? "" : "<br>") + prose(source);
    }
    if (!provenance.assumed.empty()) {
        text += (text.empty() ? "assumed&#58; " : "<br>assumed&#58; ") + prose(provenance.assumed);
    }
    return text;
}

void writeMarkdown(const std::vector<ModelCoverage>& models, std::ostream& out) {
    out << "## cmksim: coverage of the models\n\n| model | rows | exercised | |\n| --- | ---: | ---: | ---: |\n";
    for (const ModelCoverage& model : models) {
        out << fmt::format("| {} | {} | {} | {} |\n", prose(nameOf(model)), model.rows.size(), model.exercised(),
                           percentOf(model));
    }
    out << '\n';
    for (const ModelCoverage& model : models) {
        if (isComplete(model)) {
            continue;
        }
        out << fmt::format("### {}: never exercised\n\n| row | says |\n| --- | --- |\n", prose(nameOf(model)));
        for (const CoverageRow& row : model.rows) {
            if (!row.exercised) {
                out << fmt::format("| {} | {} |\n", prose(row.name), citation(row.provenance));
            }
        }
        out << '\n';
    }
}

} // namespace

shape::Properties coverageProperties() { return coverageShape().properties(); }

std::string percentOf(const ModelCoverage& model) {
    const std::size_t all = model.rows.size();
    const std::size_t thousandths = all == 0 ? 1'000 : model.exercised() * 1'000 / all;
    return thousandths % 10 == 0 ? fmt::format("{} %", thousandths / 10)
                                 : fmt::format("{}.{} %", thousandths / 10, thousandths % 10);
}

std::optional<CoverageFormat> coverageFormatNamed(std::string_view name) {
    const auto known = std::ranges::find(coverageFormatNames, name);
    if (known == coverageFormatNames.end()) {
        return {};
    }
    return static_cast<CoverageFormat>(known - coverageFormatNames.begin());
}

void writeCoverage(CoverageFormat format, const std::vector<ModelCoverage>& models, std::ostream& out) {
    switch (format) {
    case CoverageFormat::Text: writeText(models, out); break;
    case CoverageFormat::Json: writeJson(models, out); break;
    case CoverageFormat::Markdown: writeMarkdown(models, out); break;
    }
}

} // namespace cmksim::suite
