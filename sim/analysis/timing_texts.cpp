#include "analysis/timing_texts.hpp"

#include "base/time.hpp"
#include "engine/chosen_clocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace cmksim::analysis {

namespace {

/// Those of a resource, without those of bases where it stands on nothing.
std::vector<const Timing*> clocksThatMatter(const Program& estate, ResourceId id) {
    std::vector<const Timing*> clocks = clocksOf(estate.modelOf(id));
    if (!standsOnAny(estate, id)) {
        clocks.resize(estate.modelOf(id).ownClocks.size());
    }
    return clocks;
}

} // namespace

std::string rangeText(const Timing& timing) {
    return fmt::format("{} ({} to {})", timing.meaning, formatDuration(timing.earliest), formatDuration(timing.latest));
}

std::vector<std::string> undocumentedTexts(const Program& estate) {
    std::vector<std::string> texts;
    const auto add = [&](const Model& model, const Timing& timing) {
        std::string text = fmt::format("of {}: {} ({} to {})", model.title, timing.meaning,
                                       formatDuration(timing.earliest), formatDuration(timing.latest));
        if (timing.notDocumented && std::ranges::find(texts, text) == texts.end()) {
            texts.push_back(std::move(text));
        }
    };
    for (const ResourceId id : estate.resources.ids()) {
        const Model& model = estate.modelOf(id);
        add(model, model.revalidation);
        for (const Timing* clock : clocksThatMatter(estate, id)) {
            add(model, *clock);
        }
        if (model.renewal) {
            add(model, model.renewal->lapse);
        }
    }
    return texts;
}

namespace {

void addNewText(std::vector<std::string>& texts, std::string text) {
    if (std::ranges::find(texts, text) == texts.end()) {
        texts.push_back(std::move(text));
    }
}

} // namespace

std::vector<std::string> rangeTexts(const Program& estate) {
    std::vector<std::string> texts;
    const auto add = [&](const Timing& timing) {
        if (timing.earliest != timing.latest) {
            addNewText(texts, rangeText(timing));
        }
    };
    for (const Timing* timing :
         {&estate.platform->roleEffect, &estate.platform->policyEffect, &estate.platform->tokenLife}) {
        add(*timing);
    }
    for (const ResourceId id : estate.resources.ids()) {
        const Model& model = estate.modelOf(id);
        if (model.renewal) {
            add(model.renewal->lapse);
        }
        for (const Timing* clock : clocksThatMatter(estate, id)) {
            add(*clock);
        }
    }
    return texts;
}

std::vector<std::string> clockTextsOf(const Program& estate, ResourceId resource, bool everyRotation) {
    std::vector<std::string> texts;
    const Model& model = estate.modelOf(resource);
    const auto isOpen = [&](std::optional<Duration> NewResource::*phase) {
        return std::ranges::any_of(livesOf(estate, resource), [&](const NewResource* life) { return !(life->*phase); });
    };
    if (model.recoveryClock && isOpen(&NewResource::recoveryPhase)) {
        texts.push_back(fmt::format("when what is down of {} looks for its key (once in {})", model.title,
                                    formatDuration(model.recoveryClock->nominal)));
    }
    if (model.rotationClock && !everyRotation && isOpen(&NewResource::rotationPhase)) {
        texts.push_back(fmt::format("when {} looks for a newer version of its key (once in {})", model.title,
                                    formatDuration(model.rotationClock->nominal)));
    }
    return texts;
}

std::vector<std::string> clockTexts(const Program& estate) {
    std::vector<std::string> texts;
    for (const ResourceId id : estate.resources.ids()) {
        for (std::string& text : clockTextsOf(estate, id, false)) {
            addNewText(texts, std::move(text));
        }
    }
    return texts;
}

std::vector<std::string> timingTexts(const Program& estate) {
    std::vector<std::string> texts = rangeTexts(estate);
    std::ranges::move(clockTexts(estate), std::back_inserter(texts));
    return texts;
}

} // namespace cmksim::analysis
