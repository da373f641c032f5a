// What `cmksim test` says of the coverage of the models, and what it asks of it.
#pragma once

#include "analysis/coverage.hpp"
#include "program/command.hpp"
#include "suite/coverage_report.hpp"

#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::program {

inline constexpr OptionRule coverageOption{
    "coverage", "FORMAT", "say, after the report, what was exercised of each model: text, json or markdown"};
inline constexpr OptionRule coverageFileOption{"coverage-to",      "FORMAT=FILE", "write that there, too", true, {},
                                               FileRole::WrittenAs};
inline constexpr OptionRule coverageMinOption =
    withNumbers({"coverage-min", "PERCENT", "fail when less of a model was exercised"}, 0, 100);

/// What the command line wants to know of the coverage.
class CoverageRequest {
public:
    /// Reads the options, or says in one line what is wrong with them.
    static std::optional<CoverageRequest> read(const Arguments& arguments, std::ostream& err);

    /// Whether coverage must be collected at all.
    [[nodiscard]] bool isAsked() const { return printed_ || !files_.empty() || least_; }

    /// What is printed after the report of the suite; empty where nothing is asked for.
    [[nodiscard]] std::string printed(const std::vector<ModelCoverage>& models) const;

    [[nodiscard]] ExitCode writeFiles(const std::vector<ModelCoverage>& models, const Streams& streams) const;

    /// Whether every model reaches the least percentage asked for; those that do not are named.
    [[nodiscard]] bool isReached(const std::vector<ModelCoverage>& models, std::ostream& err) const;

private:
    std::optional<CoverageFormat> printed_;
    std::vector<std::pair<CoverageFormat, std::string>> files_;
    std::optional<unsigned> least_; // percent
};

} // namespace cmksim::program
