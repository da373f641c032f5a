#include "analysis/impairment_bounds.hpp"

#include "base/overloaded.hpp"

#include <algorithm>
#include <set>

namespace cmksim::analysis {

namespace {

/// Follows what impairs a resource from record to record.
class SpellReader {
public:
    SpellReader(const Model& model, Instant until) : model_{model}, until_{until} {}

    void follow(const ResourceStatus& status, Instant at, bool seen) {
        if (open_.empty() && isPlain(status)) {
            return; // as nearly always
        }
        const std::set<Impairer> now = impairersOf(status);
        for (auto known = open_.begin(); known != open_.end();) {
            if (now.contains(known->first)) {
                ++known;
                continue;
            }
            ImpairmentSpell& spell = spells_[known->second];
            spell.end = at;
            spell.endSeen = seen;
            spell.over = true;
            known = open_.erase(known);
        }
        for (const Impairer& impairer : now) {
            if (open_.try_emplace(impairer, spells_.size()).second) {
                spells_.push_back({impairer, at, until_, seen, false, false});
            }
        }
    }

    std::vector<ImpairmentSpell> finish() { return std::move(spells_); }

private:
    [[nodiscard]] bool isPlain(const ResourceStatus& status) const {
        return status.conditions.empty() && (status.down || !status.state.valid() || status.state == model_.ready());
    }

    [[nodiscard]] std::set<Impairer> impairersOf(const ResourceStatus& status) const {
        std::set<Impairer> impairers;
        if (status.presence != ResourceStatus::Presence::Present) {
            return impairers;
        }
        const ConditionSet conditions = impairmentOf(model_, status).conditions;
        for (const ConditionId condition : model_.conditions.ids()) {
            if (conditions.contains(condition)) {
                impairers.insert(condition);
            }
        }
        const bool terminal = model_.states[status.state].terminal;
        if (!status.down && !terminal && isImpaired(model_, status.state, {})) {
            impairers.insert(status.state);
        }
        return impairers;
    }

    const Model& model_;
    Instant until_;
    std::vector<ImpairmentSpell> spells_;
    std::map<Impairer, std::size_t> open_; // their spells
};

} // namespace

Impairment impairmentBy(const Model& model, const Impairer& impairer) {
    if (const auto* state = std::get_if<StateId>(&impairer)) {
        return impairmentOf(model, *state, {});
    }
    ConditionSet conditions;
    conditions.insert(std::get<ConditionId>(impairer));
    return impairmentOf(model, model.ready(), conditions);
}

const std::string& impairerName(const Model& model, const Impairer& impairer) {
    return std::visit(
        Overloaded{[&](StateId state) -> const std::string& { return model.states[state].name; },
                   [&](ConditionId condition) -> const std::string& { return model.conditions[condition].name; }},
        impairer);
}

std::vector<ImpairmentSpell> impairmentSpells(const Model& model, const ResourceStatus& start,
                                              std::span<const Record> records, Instant until) {
    SpellReader reader{model, until};
    reader.follow(start, scenarioStart, false);
    for (const Record& record : records) {
        reader.follow(record.on->status, record.position.at,
                      record.position.stage == Stage::Revalidations || record.position.stage == Stage::OwnFacts);
    }
    return reader.finish();
}

Duration impairedFor(std::span<const ImpairmentSpell> spells) {
    Duration sum{};
    Instant counted = scenarioStart;
    for (const ImpairmentSpell& spell : spells) {
        sum += std::max(spell.end - std::max(spell.start, counted), Duration::zero());
        counted = std::max(counted, spell.end);
    }
    return sum;
}

void ImpairmentGatherer::add(std::span<const ImpairmentSpell> first, Duration later) {
    std::vector<ImpairmentSpell> last{first.begin(), first.end()};
    for (ImpairmentSpell& spell : last) {
        spell.start += spell.startSeen ? later : Duration::zero();
        spell.end += spell.endSeen ? later : Duration::zero();
    }
    add(first, last);
}

void ImpairmentGatherer::add(std::span<const ImpairmentSpell> first, std::span<const ImpairmentSpell> last) {
    ++classes_;
    std::map<Impairer, std::size_t> before;
    for (std::size_t i = 0; i < std::min(first.size(), last.size()); ++i) {
        const Impairer& by = first[i].by;
        const auto [known, isNew] = spells_.try_emplace({by, before[by]++});
        ImpairmentBounds& bounds = known->second.bounds;
        if (isNew) {
            bounds = {by, {first[i].start, first[i].start}, {first[i].end, first[i].end}, true, false};
        }
        bounds.start.include(first[i].start);
        bounds.start.include(last[i].start);
        bounds.end.include(first[i].end);
        bounds.end.include(last[i].end);
        bounds.over = bounds.over && first[i].over;
        ++known->second.classes;
    }
}

void ImpairmentGatherer::widen(Instant until) {
    for (auto& [name, gathered] : spells_) {
        for (Extent<Instant>* instant : {&gathered.bounds.start, &gathered.bounds.end}) {
            instant->include(scenarioStart);
            instant->include(until);
        }
    }
}

std::vector<ImpairmentBounds> ImpairmentGatherer::finish() const {
    std::vector<ImpairmentBounds> all;
    for (const auto& [name, gathered] : spells_) {
        all.push_back(gathered.bounds);
        all.back().always = gathered.classes == classes_;
    }
    std::ranges::stable_sort(all, {}, [](const ImpairmentBounds& one) { return one.start.least; });
    return all;
}

} // namespace cmksim::analysis
