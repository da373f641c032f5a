// What a gate is to let through, and what it found before.
#pragma once

#include "base/diagnostics.hpp"
#include "report/gate_view.hpp"
#include "scenario/parse.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cmksim::program {

/// One entry of a file of allowances: the findings that it is about, why they are let through, and until when.
struct Allowance {
    std::string id; // what is empty is not looked at
    std::string kind;
    std::string subject;
    std::string step; // `key.delete contoso-kv/acr-cmk`
    std::string reason;
    std::chrono::year_month_day until; // the last day
    Mark mark;

    [[nodiscard]] bool isAbout(const GateFinding& finding, const std::vector<GateStep>& steps) const;
};

/// Reads a file of them; what is wrong with it is reported.
std::vector<Allowance> readAllowances(const std::string& path, FileReader& files, Diagnostics& diagnostics);

/// Lets findings through. One that has ended lets nothing through, and is told in the finding; one that is about no
/// finding is told as a warning.
void allow(const std::vector<Allowance>& allowances, std::chrono::year_month_day asOf, GateView& view,
           Diagnostics& diagnostics);

/// The findings that counted against an earlier run, or that an allowance let through: by their ids, with how long each
/// could last; what may not end has no length.
using Baseline = std::map<std::string, std::optional<Duration>>;

/// Reads them from what that run printed as JSON; what is wrong is reported.
Baseline readBaseline(const std::string& path, FileReader& files, Diagnostics& diagnostics);

/// Whether a finding was there before, and was no less bad.
bool isInBaseline(const GateFinding& finding, const Baseline& baseline);

} // namespace cmksim::program
