#include "report/diagram.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "report/diagram_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace cmksim::report {

namespace {

/// What leads back from a state to which these reasons lead.
std::string wayBack(const std::vector<std::string>& reasons) {
    const bool ofBases = std::ranges::find(reasons, nameOf(Reason::BaseUnavailable)) != reasons.end();
    const std::string_view bases = "what it stands on is available again";
    const std::string_view look = "a look that finds the key usable";
    return std::string{ofBases ? bases : look} + (ofBases && reasons.size() > 1 ? fmt::format("; {}", look) : "");
}

/// How long, as a model has it: one duration, or the most likely one with its range.
std::string lengthOf(const Timing& timing) {
    const std::string nominal = formatDuration(timing.nominal);
    return timing.earliest == timing.latest
               ? nominal
               : fmt::format("{} ({} to {})", nominal, formatDuration(timing.earliest), formatDuration(timing.latest));
}

/// The reasons that lead to each state or raise each condition, in the order of the check.
struct Ways {
    std::map<StateId, std::vector<std::string>> states;
    std::map<ConditionId, std::vector<std::string_view>> conditions;
};

/// What a model bears with for a while, or for ever.
std::string bearing(const Model& model, const ReasonRule& rule) {
    if (!rule.tolerated) {
        return {};
    }
    const auto* timing = std::get_if<TimingId>(&*rule.tolerated);
    return timing != nullptr ? ", borne for " + lengthOf(model.ownClocks[*timing]) : ", borne for ever";
}

Ways waysOf(const Model& model) {
    Ways ways;
    for (std::size_t i = 1; i < reasonCount; ++i) {
        const ReasonRule& rule = model.reasons[i];
        if (rule.state.valid()) {
            ways.states[rule.state].push_back(std::string{reasonNames[i]} + bearing(model, rule));
        } else if (rule.condition.valid()) {
            ways.conditions[rule.condition].push_back(reasonNames[i]);
        }
    }
    if (model.standsOn) {
        ways.states[model.standsOn->state].emplace_back(nameOf(Reason::BaseUnavailable));
    }
    return ways;
}

struct Arrow {
    StateId from;
    StateId to;
    std::vector<std::string> label;
    bool isBack = false;
};

/// What leads from state to state: losses, time alone, and the ways back from each state that either leads to.
std::vector<Arrow> arrowsOf(const Model& model, const Ways& ways) {
    std::vector<Arrow> arrows;
    std::map<StateId, std::vector<std::string>> reached = ways.states;
    for (const auto& [state, reasons] : ways.states) {
        arrows.push_back({model.ready(), state, reasons});
    }
    for (const StateId start : model.states.ids()) {
        if (!ways.states.contains(start)) {
            continue;
        }
        for (StateId from = start; model.states[from].then; from = model.states[from].then->to) {
            reached.emplace(model.states[from].then->to, ways.states.at(start));
        }
    }
    for (const StateId from : model.states.ids()) {
        if (const auto& then = model.states[from].then) {
            arrows.push_back({from, then->to, {"after " + lengthOf(model.ownClocks[then->after])}});
        }
    }
    for (const auto& [state, reasons] : reached) {
        const StateRule& rule = model.states[state];
        if (!rule.terminal) {
            std::string way = rule.byAction ? "by hand: resource.revalidate" : wayBack(reasons);
            if (rule.heals) {
                way = lengthOf(model.ownClocks[rule.heals->takes]) + " after " + way;
            }
            arrows.push_back({state, model.ready(), {std::move(way)}, true});
        }
    }
    return arrows;
}

/// What Mermaid knows a state by: its name, where that is one word of letters.
std::string mermaidId(const Model& model, StateId id) {
    const std::string& name = model.states[id].name;
    const bool isWord = std::ranges::all_of(
        name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
    return isWord ? name : fmt::format("state_{}", id.index());
}

} // namespace

std::string stateMermaid(const Model& model) {
    const Ways ways = waysOf(model);
    const std::string ready = mermaidId(model, model.ready());
    std::string out = "stateDiagram-v2\n";
    for (const StateId id : model.states.ids()) {
        if (const std::string known = mermaidId(model, id); known != model.states[id].name) {
            out += fmt::format("    state \"{}\" as {}\n", mermaidText(model.states[id].name), known);
        }
    }
    out += fmt::format("    [*] --> {}\n", ready);
    for (const Arrow& arrow : arrowsOf(model, ways)) {
        out += fmt::format("    {} --> {}: {}\n", mermaidId(model, arrow.from), mermaidId(model, arrow.to),
                           separated(arrow.label, "<br/>"));
    }
    for (const auto& [condition, reasons] : ways.conditions) {
        out += fmt::format("    note right of {}: {} while {}\n", ready, mermaidText(model.conditions[condition].name),
                           separated(reasons, ", "));
    }
    for (const StateId id : model.states.ids()) {
        if (model.states[id].terminal) {
            out += fmt::format("    [*] --> {}: a creation that fails\n", mermaidId(model, id));
        }
    }
    return out;
}

std::string stateDot(const Model& model) {
    const Ways ways = waysOf(model);
    const auto nameOfState = [&](StateId id) { return dotText(model.states[id].name); };
    std::string out = fmt::format("digraph \"{} {}\" {{\n"
                                  "  rankdir=LR; nodesep=0.6; ranksep=2.2;\n"
                                  "  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", "
                                  "margin=\"0.25,0.15\", color=\"#444444\"];\n"
                                  "  edge [fontname=\"sans-serif\", fontsize=10, color=\"#666666\"];\n",
                                  dotText(model.service), dotText(model.version));
    for (const StateId id : model.states.ids()) {
        const StateRule& rule = model.states[id];
        const std::string_view fill = id == model.ready() ? "#cdeadd" : rule.terminal ? "#dddddd" : "#f6d5bd";
        out += fmt::format("  \"{}\" [fillcolor=\"{}\"];\n", nameOfState(id), fill);
    }
    for (const Arrow& arrow : arrowsOf(model, ways)) {
        out +=
            fmt::format("  \"{}\" -> \"{}\" [label=\"{}{}\"{}];\n", nameOfState(arrow.from), nameOfState(arrow.to),
                        separated(arrow.label, "\\l"), arrow.isBack ? "" : "\\l", arrow.isBack ? ", style=dashed" : "");
    }
    for (const auto& [condition, reasons] : ways.conditions) {
        const std::string name = dotText(model.conditions[condition].name);
        out += fmt::format("  \"{}\" [shape=note, style=filled, fillcolor=\"#fdf3c4\", label=\"{} while\\n{}\"];\n"
                           "  \"{}\" -> \"{}\" [dir=none, style=dotted];\n",
                           name, name, separated(reasons, "\\n"), nameOfState(model.ready()), name);
    }
    return out + "}\n";
}

} // namespace cmksim::report
