#include "report/at_rest.hpp"

#include "report/extent.hpp"
#include "report/signs.hpp"

#include <ostream>

namespace cmksim::report {

void writeAtRestText(const Program& program, std::span<const AtRest> troubles, const TextStyle& style,
                     std::ostream& out) {
    if (troubles.empty()) {
        return;
    }
    Page page{style, out};
    page.blank();
    page.heading("Before anything happens", (style.unicode ? unicodeSigns : asciiSigns).rule);
    for (const AtRest& trouble : troubles) {
        page.paragraph(
            {}, Phrase{program.resources[trouble.resource].name, Paint::Strong}.add(" is ").add(
                    troubleText(program, trouble), trouble.standing == Standing::Down ? Paint::Bad : Paint::Warning));
    }
}

JsonValue withAtRest(JsonValue report, const Program& program, std::span<const AtRest> troubles) {
    JsonArray list;
    for (const AtRest& trouble : troubles) {
        const Model& model = program.modelOf(trouble.resource);
        JsonArray denied;
        for (const OperationId operation : trouble.impairment.denied) {
            denied.emplace_back(model.operations[operation].name);
        }
        JsonObject fields{{"resource", program.resources[trouble.resource].name},
                          {"standing", nameOf(trouble.standing)},
                          {"state", model.states[trouble.state].name},
                          {"reason", nameOf(trouble.reason)},
                          {"denied", std::move(denied)},
                          {"returns", trouble.returns},
                          {"missing", JsonArray(trouble.missing.begin(), trouble.missing.end())}};
        if (trouble.dataEnds) {
            fields.emplace_back("atRiskUntil", seconds(*trouble.dataEnds));
        }
        list.emplace_back(std::move(fields));
    }
    return report.with("atRest", std::move(list));
}

} // namespace cmksim::report
