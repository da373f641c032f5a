#include "program/import_files.hpp"

#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "document/json.hpp"
#include "import/azure_resources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace cmksim::program {

namespace {

enum class FileNature : std::uint8_t { Rows, Template, Terraform, Log };

/// What a file of JSON is, by what stands at its head.
FileNature natureOf(std::string_view text) {
    constexpr std::size_t head = 4'096;
    const std::string begin = lowerCase(text.substr(0, head));
    const auto says = [&](std::string_view word) { return begin.find(word) != std::string::npos; };
    if (says("deploymenttemplate.json") || says("deploymentparameters.json")) {
        return FileNature::Template;
    }
    if (says("\"terraform_version\"") || says("\"planned_values\"")) {
        return FileNature::Terraform;
    }
    return says("\"operationname\"") || says("\"operationnamevalue\"") ? FileNature::Log : FileNature::Rows;
}

} // namespace

void ImportFiles::takeRows(const std::string& path) {
    if (const auto source = reader_.read(path, {}, diagnostics_)) {
        AzureResources resources{catalog_.azure(), catalog_.platform(), diagnostics_};
        forEachJsonRow(source, diagnostics_, [&](Node row) { resources.take(row); });
        raw_.append(std::move(resources.raw()));
    }
}

void ImportFiles::takeTemplate(const std::string& path) {
    const auto source = reader_.read(path, {}, diagnostics_);
    const auto document = source ? parseJson(source, diagnostics_, JsonComments::Allowed) : nullptr;
    if (!document) {
        return;
    }
    if (isArmTemplate(document->root())) {
        templates_.push_back(document);
    } else if (!readArmParameters(document->root(), catalog_.azure(), catalog_.platform(), parameters_, diagnostics_)) {
        diagnostics_.error(document->root().mark(), "this is neither a template nor a file of parameters",
                           "a template has 'resources', a file of parameters 'parameters'");
    }
}

void ImportFiles::takeTerraform(const std::string& path) {
    const auto source = reader_.read(path, {}, diagnostics_);
    const auto document = source ? parseJson(source, diagnostics_) : nullptr;
    auto reading =
        document ? readTerraform(document->root(), catalog_.azure(), catalog_.platform(), diagnostics_) : std::nullopt;
    if (reading && reading->isPlan) {
        plan_ = std::move(reading);
    } else if (reading) {
        raw_.append(std::move(reading->before));
    }
}

void ImportFiles::takeFolder(const std::string& path) {
    std::vector<std::string> files;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator at{path, error}, end; !error && at != end; at.increment(error)) {
        if (at->is_regular_file(error)) {
            files.push_back(at->path().string());
        }
    }
    if (error || files.empty()) {
        diagnostics_.error({}, fmt::format("{} is no folder with files in it", inQuotes(path)));
        return;
    }
    std::ranges::sort(files);
    for (const std::string& file : files) {
        takeFile(file);
    }
}

void ImportFiles::takeFile(const std::string& path) {
    constexpr std::array<std::string_view, 4> endings{".json", ".jsonl", ".ndjson", ".tfstate"};
    if (std::ranges::none_of(endings, [&](std::string_view ending) { return path.ends_with(ending); })) {
        diagnostics_.warning({}, fmt::format("{} is left out", inQuotes(path)),
                             "files that end in .json, .jsonl, .ndjson and .tfstate are read");
        return;
    }
    const auto source = reader_.read(path, {}, diagnostics_);
    if (!source || source->text().find_first_not_of(" \t\r\n") == std::string::npos) {
        return;
    }
    switch (natureOf(source->text())) {
    case FileNature::Rows: takeRows(path); break;
    case FileNature::Template: takeTemplate(path); break;
    case FileNature::Log:
        diagnostics_.warning({}, fmt::format("{} is a log and left out", inQuotes(path)),
                             "read it with 'cmksim import activity-log' and this estate");
        break;
    case FileNature::Terraform:
        takeTerraform(path);
        if (plan_) {
            diagnostics_.warning({}, fmt::format("{} is a plan", inQuotes(path)),
                                 "what it leads to counts as part of the estate");
            raw_.append(std::move(plan_->after));
            plan_.reset();
        }
        break;
    }
}

void ImportFiles::setParameters(const std::vector<std::pair<std::string, std::string>>& parameters) {
    for (const auto& [name, value] : parameters) {
        parameters_.insert_or_assign(lowerCase(name), readArmParameter(value));
    }
}

RawImport ImportFiles::finish() {
    AzureResources resources{catalog_.azure(), catalog_.platform(), diagnostics_};
    for (const auto& one : templates_) {
        expandArmTemplate(one->root(), parameters_, resources, catalog_.azure(), catalog_.platform(), diagnostics_);
    }
    raw_.append(std::move(resources.raw()));
    return std::move(raw_);
}

} // namespace cmksim::program
