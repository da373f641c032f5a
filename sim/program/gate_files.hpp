// What a gate is to let through, and what it found before.
#pragma once

#include "base/diagnostics.hpp"
#include "report/gate_view.hpp"
#include "scenario/parse.hpp"

#include <chrono>
#include <set>
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

/// The ids of the findings of an earlier run, as it printed them as JSON; what is wrong is reported.
std::set<std::string> readBaseline(const std::string& path, FileReader& files, Diagnostics& diagnostics);

} // namespace cmksim::program
