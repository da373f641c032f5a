#include "program/import_files.hpp"

#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "document/json.hpp"
#include "import/azure_resources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <initializer_list>
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

/// The number behind one of the names, near the begin or end of a text, where what wraps rows stands.
std::optional<std::size_t> numberBeside(std::string_view text, std::initializer_list<std::string_view> names) {
    constexpr std::size_t near = 512;
    const std::string_view begin = text.substr(0, near);
    const std::string_view end = text.substr(text.size() > near ? text.size() - near : 0);
    for (const std::string_view part : {begin, end}) {
        for (const std::string_view name : names) {
            const std::size_t at = part.find(name);
            if (at == std::string_view::npos) {
                continue;
            }
            const std::string_view rest = part.substr(at + name.size());
            const std::string_view digits = rest.substr(std::min(rest.find_first_not_of(" \t:"), rest.size()));
            std::size_t number = 0;
            if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec == std::errc{}) {
                return number;
            }
        }
    }
    return std::nullopt;
}

/// Whether what wraps rows names a page behind it.
bool hasNextPage(std::string_view text) {
    constexpr std::size_t near = 2'048; // such links are long
    const std::string_view end = text.substr(text.size() > near ? text.size() - near : 0);
    for (const std::string_view part : {text.substr(0, near), end}) {
        for (const std::string_view name : {"\"nextLink\"", "\"@odata.nextLink\""}) {
            const std::size_t at = part.find(name);
            const std::string_view rest =
                at == std::string_view::npos ? std::string_view{} : part.substr(at + name.size());
            if (rest.substr(std::min(rest.find_first_not_of(" \t:"), rest.size())).starts_with("\"http")) {
                return true;
            }
        }
    }
    return false;
}

} // namespace

void ImportFiles::takeRows(const std::string& path) {
    if (const auto source = reader_.read(path, {}, diagnostics_)) {
        AzureResources resources{catalog_.azure(), catalog_.platform(), diagnostics_};
        forEachJsonRow(source, diagnostics_, [&](Node row) { resources.take(row); });
        parts_.push_back({std::move(resources.raw()), nullptr});
        countPage(source->text(), path);
    }
}

/// Queries come in pages, which say how many rows there are in all, or where the next one is.
void ImportFiles::countPage(std::string_view text, const std::string& path) {
    const auto count = numberBeside(text, {"\"count\"", "\"Count\""});
    const auto total = numberBeside(text, {"\"total_records\"", "\"totalRecords\"", "\"TotalRecords\""});
    if (count && total) {
        pages_[*total] += *count;
    } else if (hasNextPage(text)) {
        diagnostics_.warning({}, fmt::format("{} is one page of several", inQuotes(path)),
                             "what stands on the others is missing unless they are imported too");
    }
}

void ImportFiles::takeTemplate(const std::string& path) {
    const auto source = reader_.read(path, {}, diagnostics_);
    const auto document = source ? parseJson(source, diagnostics_, JsonComments::Allowed) : nullptr;
    if (!document) {
        return;
    }
    if (isArmTemplate(document->root())) {
        parts_.push_back({{}, document});
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
        parts_.push_back({std::move(reading->before), nullptr});
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
    if (!source) {
        return;
    }
    if (source->text().find_first_not_of(" \t\r\n") == std::string::npos) {
        diagnostics_.warning({}, fmt::format("{} is empty", inQuotes(path)),
                             "a command that was refused leaves such a file; what it was to hold is missing");
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
            parts_.push_back({std::move(plan_->after), nullptr});
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
    for (const auto& [total, count] : pages_) {
        if (count < total) {
            diagnostics_.warning({}, fmt::format("{} of the {} rows that a query found were read", count, total),
                                 "import its other pages too: what stands there is missing");
        }
    }
    RawImport raw;
    for (Part& part : parts_) {
        if (part.armTemplate) {
            AzureResources resources{catalog_.azure(), catalog_.platform(), diagnostics_};
            expandArmTemplate(part.armTemplate->root(), parameters_, resources, catalog_.azure(), catalog_.platform(),
                              diagnostics_);
            part.raw = std::move(resources.raw());
        }
        raw.append(std::move(part.raw));
    }
    return raw;
}

} // namespace cmksim::program
