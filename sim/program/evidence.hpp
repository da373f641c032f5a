// What a result rests on, so that anybody can repeat it: the program, the models, the files that were read, and the
// command. Results in JSON and pages carry it; `cmksim verify` holds it against what is there.
#pragma once

#include "base/json_value.hpp"
#include "engine/program.hpp"
#include "program/command.hpp"
#include "program/noting_reader.hpp"
#include "report/rests_on.hpp"

#include <chrono>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::program {

inline constexpr std::string_view evidenceField = "evidence";

/// The evidence of one command's results. Costs a digest of each model the first time that it is named; files have
/// theirs since they were read.
class Evidence {
public:
    /// Both outlive it; what is read later counts as well.
    Evidence(const Arguments& arguments, const NotingReader& files) : words_{arguments.words}, files_{files} {}

    /// Adds to the command what it does not say itself, such as a day that is today unless it is given.
    void settle(std::string_view option, std::chrono::year_month_day day);

    /// For a result in another format than the command line asks for.
    [[nodiscard]] Evidence as(std::string_view format) const;

    /// For the whole of a result of which the command line asks for a part.
    [[nodiscard]] Evidence without(std::string_view option) const;

    /// As a value: `program`, `models`, `platform`, `inputs` and `command`; of the models that a program has.
    [[nodiscard]] JsonValue of(const Program& program) const;
    /// Of several programs, one at least: each model once, by service and version.
    [[nodiscard]] JsonValue of(std::span<const Program* const> programs) const;
    /// Of every model that the program carries: for results that rest on many scenarios.
    [[nodiscard]] JsonValue ofAll() const;

private:
    [[nodiscard]] JsonValue with(std::vector<report::UsedModel> models, report::UsedFile platform) const;

    std::vector<std::string> words_;
    const NotingReader& files_;
    mutable std::map<std::string, std::string> digests_; // of base models, by file
};

/// The program as evidence names it: its version and commit.
std::string programName();

} // namespace cmksim::program
