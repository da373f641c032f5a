// A change as it is given to the gate: a plan, a what-if result, a template, a scenario, commands, or another estate.
#pragma once

#include "base/diagnostics.hpp"
#include "catalog/catalog.hpp"
#include "engine/program.hpp"
#include "import/terraform_instances.hpp"
#include "report/gate_view.hpp"
#include "scenario/parse.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::program {

struct GateRequest {
    std::vector<std::string> files; // the first says what it is; files of parameters may follow a template
    std::string estate;             // path; empty: none is given
    CalendarTime start;             // of the change, unless a scenario says its own
    std::vector<std::pair<std::string, std::string>> parameters;
};

/// A change that was read. It can be compiled under several catalogs.
struct GateInput {
    std::string kind;                 // `Terraform plan`
    std::vector<std::string> unknown; // what of it is not known
    std::optional<Duration> pause;    // between its steps, where it does not say when they are
    bool knowsAll = true;             // all users of its vaults, keys and identities are taken to be in the estate

    /// The estate with the steps of the change as its timeline. Nothing when it does not compile, as reported.
    std::function<std::optional<Program>(Catalog&, Diagnostics&)> compile;
    /// The place of a step, by the program that `compile` made.
    std::function<GateStep(const Program&, const TimelineEntry&)> stepOf;
    /// Where in the first file a finding that is at no step has its place, or the thing that it is about; no place
    /// where it has none.
    std::function<Mark(const GateFinding&)> placeOf;
    /// What of a Terraform plan refers to what; none: the steps are taken in the order in which they are written.
    std::optional<TerraformDependencies> dependencies;
};

/// Which steps come before which whatever happens: in Terraform what is referred to is made first, and destroyed last.
StepOrder stepOrder(const TerraformDependencies& dependencies, const std::vector<GateStep>& steps,
                    const Program& program);

/// The steps in an order that keeps to what comes before what, and else as they are written; the instants stay.
Program takenInOrder(const Program& program, const StepOrder& order);

/// Reads it. Nothing when something is wrong, as reported.
std::optional<GateInput> readGateInput(const GateRequest& request, Catalog& catalog, FileReader& files,
                                       Diagnostics& diagnostics);

} // namespace cmksim::program
