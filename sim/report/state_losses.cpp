#include "report/state_losses.hpp"

namespace cmksim::report {

std::string lossText(const Program& program, const StateLoss& loss) {
    const LossRule& rule = ruleOfLoss(program, loss);
    return rule.what + (rule.forGood ? ", for good" : "");
}

JsonObject lossFields(const Program& program, const StateLoss& loss) {
    const LossRule& rule = ruleOfLoss(program, loss);
    return {{"what", rule.what},
            {"state", program.modelOf(loss.resource).states[loss.state].name},
            {"forGood", rule.forGood}};
}

} // namespace cmksim::report
