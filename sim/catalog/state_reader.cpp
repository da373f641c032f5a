#include "catalog/state_reader.hpp"

#include "base/text.hpp"
#include "catalog/name_lookup.hpp"
#include "document/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cmksim::catalog {

namespace {

constexpr std::array<std::string_view, 2> returnNames{"by-itself", "by-action"};
constexpr std::size_t mostLosses = 32;

class StateReader {
public:
    StateReader(Model& model, FactReader& facts) : model_{model}, facts_{facts}, diagnostics_{facts.diagnostics()} {}

    void read(const std::vector<Entry>& states) {
        for (const auto& [name, value] : states) {
            if (model_.states.size() == StateSet::capacity) {
                diagnostics_.error(name.mark(), fmt::format("a model has at most {} states", StateSet::capacity));
                return;
            }
            StateRule rule;
            rule.name = name.text();
            model_.states.push_back(std::move(rule));
        }
        for (std::size_t i = 0; i < states.size(); ++i) {
            state(StateId{i}, states[i]);
        }
        reportCircles(states);
    }

private:
    void state(StateId id, const Entry& entry) {
        const auto [name, value] = entry;
        MappingReader fields{value, "a state", name.mark(), diagnostics_};
        StateRule& rule = model_.states[id];
        const bool first = id == model_.ready();
        rule.meaning = facts_.text(fields, "meaning");
        rule.terminal = fields.boolean("terminal").value_or(false);
        const Node down = fields.take("down");
        rule.down = down ? readBoolean(down, diagnostics_).value_or(!first) : !first;
        if (const auto then = fields.takeEntry("then")) {
            rule.then = thenRule(id, *then);
        }
        if (const auto heals = fields.takeEntry("heals")) {
            rule.heals = healsRule(id, *heals);
        }
        if (const Node returns = fields.take("returns")) {
            rule.byAction = facts_.indexOf(returns, "way back", returnNames) == 1;
            if (first && rule.byAction) {
                diagnostics_.error(returns.mark(), "the first state is the one to which resources return");
            }
        }
        losses(fields.take("loses"), rule);
        rule.provenance = facts_.provenance(fields);
        fields.finish();
        if (rule.terminal && first) {
            diagnostics_.error(name.mark(), "the first state is the one in which data is available; it cannot be "
                                            "terminal");
        }
        if (down && rule.down && first) {
            diagnostics_.error(down.mark(), "the first state is the one in which data is available; it is not down");
        }
        if (down && !rule.down && rule.terminal) {
            diagnostics_.error(down.mark(), "a terminal state is down for every resource that a 'then' leads there");
        }
        if (rule.heals && (first || rule.terminal || rule.byAction || !rule.down)) {
            diagnostics_.error(name.mark(), "'heals' stands in a state that is down, is not terminal, and returns by "
                                            "itself; out of another one no look leads");
        }
    }

    std::optional<ThenRule> thenRule(StateId id, const Entry& entry) {
        MappingReader fields{entry.value, "a 'then'", entry.key.mark(), diagnostics_};
        ThenRule rule;
        Timing after = facts_.ownClock(fields, "after", "then-" + lowerCase(model_.states[id].name), Zero::Refused);
        if (const Node to = fields.require("to")) {
            if (const auto state = stateNamed(to, model_, facts_)) {
                rule.to = *state;
            }
            if (rule.to == model_.ready()) {
                diagnostics_.error(to.mark(), fmt::format("{} is the first state; time alone leads nothing there",
                                                          inQuotes(to.text())));
            }
        }
        rule.provenance = facts_.provenance(fields);
        fields.finish();
        if (id == model_.ready() || model_.states[id].terminal) {
            diagnostics_.error(entry.key.mark(),
                               fmt::format("a {} state has no 'then'", id == model_.ready() ? "first" : "terminal"));
        }
        if (after.meaning.empty()) {
            after.meaning = fmt::format("a resource that has been {} for so long goes on", model_.states[id].name);
        }
        inherit(after.provenance, rule.provenance);
        rule.after = model_.ownClocks.push_back(std::move(after));
        return rule.to.valid() ? std::optional{rule} : std::nullopt;
    }

    HealsRule healsRule(StateId id, const Entry& entry) {
        MappingReader fields{entry.value, "'heals'", entry.key.mark(), diagnostics_};
        HealsRule rule;
        Timing takes = facts_.ownClock(fields, "takes", "heals-" + lowerCase(model_.states[id].name), Zero::Taken);
        rule.provenance = facts_.provenance(fields);
        fields.finish();
        if (takes.meaning.empty()) {
            takes.meaning =
                fmt::format("a resource that is {} is back so long after a look finds its key", model_.states[id].name);
        }
        inherit(takes.provenance, rule.provenance);
        rule.takes = model_.ownClocks.push_back(std::move(takes));
        return rule;
    }

    void losses(Node node, StateRule& state) {
        if (!node) {
            return;
        }
        if (!node.isSequence()) {
            reportUnexpected(node, "a list of what is lost", diagnostics_);
            return;
        }
        for (const Node item : node.items()) {
            if (state.losses.size() == mostLosses) {
                diagnostics_.error(item.mark(), fmt::format("a state has at most {} losses", mostLosses));
                return;
            }
            MappingReader fields{item, "a loss", diagnostics_};
            LossRule rule;
            rule.what = facts_.text(fields, "what");
            Timing after = facts_.ownClock(fields, "after", "loss-in-" + lowerCase(state.name), Zero::Taken);
            rule.forGood = fields.boolean("for-good").value_or(false);
            rule.provenance = facts_.provenance(fields);
            fields.finish();
            if (after.meaning.empty()) {
                after.meaning = fmt::format("a resource that has been {} for so long loses {}", state.name, rule.what);
            }
            inherit(after.provenance, rule.provenance);
            rule.after = model_.ownClocks.push_back(std::move(after));
            state.losses.push_back(std::move(rule));
        }
    }

    static void inherit(Provenance& own, const Provenance& other) {
        if (own.sources.empty() && own.assumed.empty()) {
            own = other;
        }
    }

    /// A resource would go round for ever.
    void reportCircles(const std::vector<Entry>& states) {
        for (const StateId start : model_.states.ids()) {
            StateSet seen;
            std::string way;
            for (StateId at = start; model_.states[at].then && !seen.contains(at); at = model_.states[at].then->to) {
                seen.insert(at);
                way += model_.states[at].name + " -> ";
                if (model_.states[at].then->to == start) {
                    diagnostics_.error(states[start.index()].key.mark(),
                                       fmt::format("the 'then's go round: {}{}", way, model_.states[start].name));
                    return;
                }
            }
        }
    }

    Model& model_;
    FactReader& facts_;
    Diagnostics& diagnostics_;
};

} // namespace

void readStates(const std::vector<Entry>& states, Model& model, FactReader& facts) {
    StateReader{model, facts}.read(states);
}

Tolerance readTolerance(const Entry& tolerated, Model& model, FactReader& facts) {
    if (tolerated.value.isScalar() && tolerated.value.text() == "forever") {
        return ToleratedForever{};
    }
    Timing timing = facts.ownClock(tolerated, "tolerance", Zero::Taken,
                                   "a duration such as 24h, 'nominal' and 'range', or 'forever'");
    if (timing.meaning.empty()) {
        timing.meaning = "for so long looks that answer this leave a resource where it is";
    }
    return model.ownClocks.push_back(std::move(timing));
}

RecoveryRule readRecovery(const Entry& recovery, Model& model, FactReader& facts) {
    MappingReader fields{recovery.value, "'recovery-action'", recovery.key.mark(), facts.diagnostics()};
    RecoveryRule rule;
    rule.error = facts.optionalText(fields, "error");
    if (rule.error.empty()) {
        rule.error = "KeyAccessDenied";
    }
    Timing takes;
    takes.name = "recovery";
    takes.meaning = "a revalidation by hand takes so long";
    if (const auto given = fields.takeEntry("takes")) {
        takes = facts.ownClock(*given, "recovery", Zero::Taken);
        if (takes.meaning.empty()) {
            takes.meaning = "a revalidation by hand takes so long";
        }
    }
    if (const Node needs = fields.take("needs")) {
        for (const Node permission : facts.oneOrMore(needs, "a permission")) {
            rule.needs.emplace_back(permission.text());
        }
    }
    rule.az = facts.optionalText(fields, "az");
    rule.fix = facts.optionalText(fields, "fix");
    rule.provenance = facts.provenance(fields);
    fields.finish();
    if (takes.provenance.sources.empty() && takes.provenance.assumed.empty()) {
        takes.provenance = rule.provenance;
    }
    rule.takes = model.ownClocks.push_back(std::move(takes));
    return rule;
}

void addTolerating(Model& model) {
    const bool tolerates =
        std::ranges::any_of(model.reasons, [](const ReasonRule& rule) { return rule.tolerated.has_value(); });
    if (!tolerates) {
        return;
    }
    model.tolerating =
        model.conditions.push_back({.name = std::string{toleratingName},
                                    .meaning = "the latest look could not use the key, and the service bears with it",
                                    .provenance = {{}, "the engine's own, of every model that tolerates a reason"}});
}

} // namespace cmksim::catalog
