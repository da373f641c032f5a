#include "analysis/timing_texts.hpp"

#include "base/time.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::analysis {

std::string rangeText(const Timing& timing) {
    return fmt::format("{} ({} to {})", timing.meaning, formatDuration(timing.earliest), formatDuration(timing.latest));
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
        if (model.rotationClock) {
            add(fmt::format("when {} looks for a newer version of its key (once in {})", model.title,
                            formatDuration(model.rotationClock->nominal)));
        }
    }
    return texts;
}

} // namespace cmksim::analysis
