#include "program/test_coverage.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "program/loading.hpp"

#include <fmt/format.h>

#include <charconv>
#include <ostream>
#include <sstream>

namespace cmksim::program {

namespace {

std::optional<CoverageFormat> readFormat(const std::string& name, std::ostream& err) {
    const std::optional<CoverageFormat> format = coverageFormatNamed(name);
    if (!format) {
        err << fmt::format("cmksim test: error: unknown format of a coverage report {}; {}\n", inQuotes(name),
                           suggestion(name, coverageFormatNames));
    }
    return format;
}

std::string coverageText(CoverageFormat format, const std::vector<ModelCoverage>& models) {
    std::ostringstream text;
    writeCoverage(format, models, text);
    return std::move(text).str();
}

} // namespace

std::optional<CoverageRequest> CoverageRequest::read(const Arguments& arguments, std::ostream& err) {
    CoverageRequest request;
    if (const auto name = arguments.value(coverageOption.name)) {
        request.printed_ = readFormat(*name, err);
        if (!request.printed_) {
            return {};
        }
    }
    for (const auto& [name, file] : arguments.assignments(coverageFileOption.name)) {
        const std::optional<CoverageFormat> format = readFormat(name, err);
        if (!format) {
            return {};
        }
        request.files_.emplace_back(*format, file);
    }
    if (const auto percent = arguments.number(coverageMinOption.name)) {
        request.least_ = static_cast<unsigned>(*percent);
    }
    for (const std::string_view other : {"fail-fast", "list"}) {
        if (request.isAsked() && arguments.has(other)) {
            err << fmt::format("cmksim test: error: coverage is of a whole suite, and '--{}' does not run it\n", other);
            return {};
        }
    }
    return request;
}

std::string CoverageRequest::printed(const std::vector<ModelCoverage>& models) const {
    return printed_ ? coverageText(*printed_, models) : std::string{};
}

ExitCode CoverageRequest::writeFiles(const std::vector<ModelCoverage>& models, const Streams& streams) const {
    ExitCode worst = ExitCode::Done;
    for (const auto& [format, file] : files_) {
        const ExitCode written = writeFile(coverageText(format, models), file, streams);
        worst = worst == ExitCode::Done ? written : worst;
    }
    return worst;
}

bool CoverageRequest::isReached(const std::vector<ModelCoverage>& models, std::ostream& err) const {
    bool reached = true;
    for (const ModelCoverage& model : models) {
        if (least_ && !model.reaches(*least_)) {
            reached = false;
            err << fmt::format("cmksim test: coverage of {}={} is {}, less than {} %\n", printable(model.service),
                               printable(model.version), percentOf(model), *least_);
        }
    }
    return reached;
}

} // namespace cmksim::program
