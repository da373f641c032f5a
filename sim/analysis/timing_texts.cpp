#include "analysis/timing_texts.hpp"

#include "base/time.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::analysis {

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
        for (const Timing& clock : model.ownClocks) {
            add(model, clock);
        }
        if (model.renewal) {
            add(model, model.renewal->lapse);
        }
    }
    return texts;
}

std::vector<std::string> timingTexts(const Program& estate) {
    std::vector<std::string> texts;
    const auto add = [&](std::string text) {
        if (std::ranges::find(texts, text) == texts.end()) {
            texts.push_back(std::move(text));
        }
    };
    for (const Timing* timing :
         {&estate.platform->roleEffect, &estate.platform->policyEffect, &estate.platform->tokenLife}) {
        if (timing->earliest != timing->latest) {
            add(rangeText(*timing));
        }
    }
    for (const ResourceId id : estate.resources.ids()) {
        const Model& model = estate.modelOf(id);
        if (model.renewal && model.renewal->lapse.earliest != model.renewal->lapse.latest) {
            add(rangeText(model.renewal->lapse));
        }
        for (const Timing& clock : model.ownClocks) {
            if (clock.earliest != clock.latest) {
                add(rangeText(clock));
            }
        }
        if (model.recoveryClock) {
            add(fmt::format("when what is down of {} looks for its key (once in {})", model.title,
                            formatDuration(model.recoveryClock->nominal)));
        }
        if (model.rotationClock) {
            add(fmt::format("when {} looks for a newer version of its key (once in {})", model.title,
                            formatDuration(model.rotationClock->nominal)));
        }
    }
    return texts;
}

} // namespace cmksim::analysis
