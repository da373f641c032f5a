#include "report/diagram.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace cmksim::report {

namespace {

/// What leads back from a state to which these reasons lead.
std::string wayBack(const std::vector<std::string_view>& reasons) {
    const bool ofBases = std::ranges::find(reasons, nameOf(Reason::BaseUnavailable)) != reasons.end();
    const std::string_view bases = "what it stands on is available again";
    const std::string_view look = "a look that finds the key usable";
    return std::string{ofBases ? bases : look} + (ofBases && reasons.size() > 1 ? fmt::format("; {}", look) : "");
}

/// The reasons that lead to each state or raise each condition, in the order of the check.
struct Ways {
    std::map<StateId, std::vector<std::string_view>> states;
    std::map<ConditionId, std::vector<std::string_view>> conditions;
};

Ways waysOf(const Model& model) {
    Ways ways;
    for (std::size_t i = 1; i < reasonCount; ++i) {
        const ReasonRule& rule = model.reasons[i];
        if (rule.state.valid()) {
            ways.states[rule.state].push_back(reasonNames[i]);
        } else if (rule.condition.valid()) {
            ways.conditions[rule.condition].push_back(reasonNames[i]);
        }
    }
    if (model.standsOn) {
        ways.states[model.standsOn->state].push_back(nameOf(Reason::BaseUnavailable));
    }
    return ways;
}

std::string joined(const std::vector<std::string_view>& names, std::string_view separator) {
    std::string text;
    for (const std::string_view name : names) {
        text.append(text.empty() ? "" : separator).append(name);
    }
    return text;
}

} // namespace

std::string stateMermaid(const Model& model) {
    const Ways ways = waysOf(model);
    const std::string& ready = model.states[model.ready()].name;
    std::string out = fmt::format("stateDiagram-v2\n    [*] --> {}\n", ready);
    for (const auto& [state, reasons] : ways.states) {
        const StateRule& rule = model.states[state];
        out += fmt::format("    {} --> {}: {}\n", ready, rule.name, joined(reasons, "<br/>"));
        if (!rule.terminal) {
            out += fmt::format("    {} --> {}: {}\n", rule.name, ready, wayBack(reasons));
        }
    }
    for (const auto& [condition, reasons] : ways.conditions) {
        out += fmt::format("    note right of {}: {} while {}\n", ready, model.conditions[condition].name,
                           joined(reasons, ", "));
    }
    for (const StateRule& rule : model.states) {
        if (rule.terminal) {
            out += fmt::format("    [*] --> {}: a creation that fails\n", rule.name);
        }
    }
    return out;
}

std::string stateDot(const Model& model) {
    const Ways ways = waysOf(model);
    const std::string& ready = model.states[model.ready()].name;
    std::string out = fmt::format("digraph \"{} {}\" {{\n"
                                  "  rankdir=LR; nodesep=0.6; ranksep=2.2;\n"
                                  "  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", "
                                  "margin=\"0.25,0.15\", color=\"#444444\"];\n"
                                  "  edge [fontname=\"sans-serif\", fontsize=10, color=\"#666666\"];\n",
                                  model.service, model.version);
    for (const StateId id : model.states.ids()) {
        const StateRule& rule = model.states[id];
        const std::string_view fill = id == model.ready() ? "#cdeadd" : rule.terminal ? "#dddddd" : "#f6d5bd";
        out += fmt::format("  \"{}\" [fillcolor=\"{}\"];\n", rule.name, fill);
    }
    for (const auto& [state, reasons] : ways.states) {
        const StateRule& rule = model.states[state];
        out += fmt::format("  \"{}\" -> \"{}\" [label=\"{}\\l\"];\n", ready, rule.name, joined(reasons, "\\l"));
        if (!rule.terminal) {
            out +=
                fmt::format("  \"{}\" -> \"{}\" [label=\"{}\", style=dashed];\n", rule.name, ready, wayBack(reasons));
        }
    }
    for (const auto& [condition, reasons] : ways.conditions) {
        const std::string& name = model.conditions[condition].name;
        out += fmt::format("  \"{}\" [shape=note, style=filled, fillcolor=\"#fdf3c4\", label=\"{} while\\n{}\"];\n"
                           "  \"{}\" -> \"{}\" [dir=none, style=dotted];\n",
                           name, name, joined(reasons, "\\n"), ready, name);
    }
    return out + "}\n";
}

} // namespace cmksim::report
