#include "report/at_rest.hpp"

#include "model/reason.hpp"
#include "report/shapes.hpp"
#include "report/signs.hpp"

#include <functional>
#include <ostream>

namespace cmksim::report {

namespace {

const shape::Record<std::span<const AtRest>, Program>& atRestShape() {
    static const auto trouble =
        shape::Record<AtRest, Program>{}
            .field("resource", resourceName(), &AtRest::resource)
            .field("standing", shape::word<RestStatus>(restStatusNames), &AtRest::status)
            .field("state",
                   [](const AtRest& one, const Program& of) { return of.modelOf(one.resource).states[one.state].name; })
            .field("reason", shape::word<Reason>(reasonNames), &AtRest::reason)
            .field("denied",
                   [](const AtRest& one, const Program& of) { return deniedNames(of, one.resource, one.impairment); })
            .field("returns", &AtRest::returns)
            .field("missing", &AtRest::missing)
            .optional("atRiskUntil", &AtRest::dataEnds);
    static const auto all =
        shape::Record<std::span<const AtRest>, Program>{}.field("atRest", shape::list(trouble), std::identity{});
    return all;
}

} // namespace

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
                    troubleText(program, trouble), trouble.status == RestStatus::Down ? Paint::Bad : Paint::Warning));
    }
}

shape::Properties atRestProperties() { return atRestShape().properties(); }

JsonValue withAtRest(JsonValue report, const Program& program, std::span<const AtRest> troubles) {
    return shape::extended(std::move(report), atRestShape().write(troubles, program));
}

} // namespace cmksim::report
