#include "report/state_losses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace cmksim::report {

std::string lossText(const Program& program, const StateLoss& loss) {
    const LossRule& rule = ruleOfLoss(program, loss);
    return rule.what + (rule.forGood ? ", for good" : "");
}

shape::Record<StateLoss, Program> lossShape() {
    return shape::Record<StateLoss, Program>{}
        .field("what", [](const StateLoss& one, const Program& of) -> const auto& { return ruleOfLoss(of, one).what; })
        .field("state",
               [](const StateLoss& one, const Program& of) -> const auto& {
                   return of.modelOf(one.resource).states[one.state].name;
               })
        .field("forGood", [](const StateLoss& one, const Program& of) { return ruleOfLoss(of, one).forGood; });
}

std::vector<std::string> lossesNotLookedAt(const Program& program) {
    std::vector<std::string> texts;
    for (const ResourceId id : program.resources.ids()) {
        const Model& model = program.modelOf(id);
        for (const StateId state : model.states.ids()) {
            for (std::uint32_t i = 0; i < model.states[state].losses.size(); ++i) {
                const StateLoss loss{.resource = id, .state = state, .loss = i, .at = {}};
                std::string text = fmt::format("what is lost by {}, while {}: {}", model.service,
                                               model.states[state].name, lossText(program, loss));
                if (std::ranges::find(texts, text) == texts.end()) {
                    texts.push_back(std::move(text));
                }
            }
        }
    }
    return texts;
}

} // namespace cmksim::report
