#include "compile/objectives.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace cmksim::compile {

namespace {

class ObjectiveCompiler {
public:
    ObjectiveCompiler(const Program& program, Diagnostics& diagnostics)
        : program_{program}, diagnostics_{diagnostics} {}

    Objective compile(const scenario::ObjectiveSpec& spec) {
        Objective objective;
        objective.name = spec.name.text;
        if (spec.isJourney() && find(spec.name.text).valid()) {
            diagnostics_.error(spec.name.mark, fmt::format("{} is a resource; a journey needs a name of its own",
                                                           inQuotes(spec.name.text)));
        }
        objective.of = need(spec.of);
        objective.rto = spec.rto;
        if (spec.downtime) {
            objective.downtime = DowntimeLimit{spec.downtime->most, spec.downtime->per};
        }
        objective.noDataLoss = spec.noDataLoss;
        objective.noImpairment = spec.noImpairment;
        return objective;
    }

private:
    Need need(const scenario::NeedSpec& spec) {
        if (const auto* name = std::get_if<Name>(&spec.of)) {
            return {resource(*name)};
        }
        const auto& several = std::get<scenario::NeedOfSeveralSpec>(spec.of);
        NeedOfSeveral all{several.all ? NeedOfSeveral::How::All : NeedOfSeveral::How::Any, {}};
        for (const scenario::NeedSpec& part : several.parts) {
            all.parts.push_back(need(part));
        }
        return {std::move(all)};
    }

    [[nodiscard]] ResourceId find(std::string_view name) const {
        for (const ResourceId id : program_.resources.ids()) {
            if (program_.resources[id].name == name) {
                return id;
            }
        }
        return {};
    }

    ResourceId resource(const Name& name) {
        const ResourceId id = find(name.text);
        if (id.valid() || !name.present()) {
            return id;
        }
        if (std::ranges::find(program_.unmodelled, name.text, &Unmodelled::name) != program_.unmodelled.end()) {
            diagnostics_.error(name.mark, fmt::format("{} has no model; whether it keeps an objective cannot be said",
                                                      inQuotes(name.text)));
            return {};
        }
        std::vector<std::string_view> known;
        for (const ResourceProgram& one : program_.resources) {
            known.emplace_back(one.name);
        }
        diagnostics_.error(name.mark, fmt::format("unknown resource {}", inQuotes(name.text)),
                           suggestion(name.text, known));
        return {};
    }

    const Program& program_;
    Diagnostics& diagnostics_;
};

} // namespace

std::vector<Objective> compileObjectives(const std::vector<scenario::ObjectiveSpec>& written, const Program& program,
                                         Diagnostics& diagnostics) {
    std::vector<Objective> all;
    ObjectiveCompiler compiler{program, diagnostics};
    for (const scenario::ObjectiveSpec& one : written) {
        all.push_back(compiler.compile(one));
    }
    return all;
}

std::vector<Objective> compileObjectives(const Scenario& scenario, const Program& program, Diagnostics& diagnostics) {
    return compileObjectives(scenario::objectivesOf(scenario), program, diagnostics);
}

} // namespace cmksim::compile
