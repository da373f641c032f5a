#include "analysis/impairment_bounds.hpp"

#include "engine/step_records.hpp"

#include <algorithm>

namespace cmksim::analysis {

std::vector<ImpairmentSpell> impairmentSpells(const Model& model, std::span<const Record> records, Instant until) {
    std::vector<ImpairmentSpell> spells;
    std::map<ConditionId, std::size_t> open;
    for (const Record& record : records) {
        if (open.empty() && record.status.conditions.empty()) {
            continue; // as nearly always
        }
        const ConditionSet now = impairmentOf(model, record.status).conditions;
        const bool seen = record.position.stage == Stage::Revalidations || isCounted(record.position);
        for (const ConditionId condition : model.conditions.ids()) {
            const auto known = open.find(condition);
            if (now.contains(condition) && known == open.end()) {
                open.emplace(condition, spells.size());
                spells.push_back({condition, record.position.at, until, seen, false, false});
            } else if (!now.contains(condition) && known != open.end()) {
                ImpairmentSpell& spell = spells[known->second];
                spell.end = record.position.at;
                spell.endSeen = seen;
                spell.over = true;
                open.erase(known);
            }
        }
    }
    return spells;
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
    std::map<ConditionId, std::size_t> before;
    for (std::size_t i = 0; i < std::min(first.size(), last.size()); ++i) {
        const ConditionId condition = first[i].condition;
        const auto [known, isNew] = spells_.try_emplace({condition, before[condition]++});
        ImpairmentBounds& bounds = known->second.bounds;
        if (isNew) {
            bounds = {condition, {first[i].start, first[i].start}, {first[i].end, first[i].end}, true, false};
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
