// What a drill asks for and forbids, with its names resolved in the program beside it.
#pragma once

#include "base/diagnostics.hpp"
#include "catalog/catalog.hpp"
#include "compile/open_instants.hpp"
#include "engine/program.hpp"
#include "scenario/ast.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cmksim::compile {

struct DrillMust {
    std::optional<Duration> within; // since the first symptom; none: at the end
    std::vector<Expectation> expected;
    std::string text;
};

struct ForbiddenAction {
    ActionKind kind{};
    std::string target; // as targetName() puts it; empty: any
};

struct ForbiddenSettings {
    VaultId vault;
    VaultSettings settings; // all of those that are given, at once
};

struct DrillForbidden {
    std::variant<ForbidDataLoss, ForbidBroadGrants, ForbiddenAction, ForbiddenSettings> what;
    std::string text;
};

struct DrillRules {
    std::vector<DrillMust> must;
    std::vector<DrillForbidden> forbidden;
};

struct CompiledDrill {
    Program program;
    DrillRules rules; // none where the scenario says nothing of a drill
};

/// A scenario with what it says as a drill. Nothing when it, or what was reported before, has errors.
std::optional<CompiledDrill> compileDrill(const Scenario& scenario, Catalog& catalog, Diagnostics& diagnostics,
                                          OpenInstants open = OpenInstants::Refused);

} // namespace cmksim::compile
