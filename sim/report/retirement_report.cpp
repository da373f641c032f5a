#include "report/retirement_report.hpp"

#include "base/text.hpp"
#include "report/all_clear.hpp"
#include "report/clock.hpp"
#include "report/resource_names.hpp"
#include "report/shapes.hpp"
#include "report/signs.hpp"

#include <fmt/format.h>

#include <vector>

namespace cmksim::report {

namespace {

/// What happens where it is disabled before.
std::string earlierText(const Program& program, const Retirement& found) {
    return found.needing.empty()
               ? std::string{"a second earlier there is a case in which it cannot be disabled"}
               : fmt::format("a second earlier it changes the bounds of {}", resourceNames(program, found.needing));
}

/// The story does what is asked about, at an instant of its own.
std::string ownDisablingText(const Retirement& found) {
    const bool tooEarly = found.verdict == RetirementVerdict::Needed ||
                          (found.verdict == RetirementVerdict::Found && found.from > *found.disabledByStory);
    return fmt::format("the story disables it at {}{}; this answer leaves that out",
                       Clock::sinceStart(*found.disabledByStory), tooEarly ? ", which is too early" : "");
}

} // namespace

std::string nameOf(const Program& program, const OnVersion& version) {
    const WorldNames& names = program.names;
    return fmt::format("{}/{}/{}", names.vaults[version.vault].text, names.keys[version.key].text,
                       names.text(version.version));
}

std::string retirementText(const Program& program, const Retirement& found) {
    switch (found.verdict) {
    case RetirementVerdict::Found: return allClear(AllClear::CanBeRetired, Clock::sinceStart(found.from));
    case RetirementVerdict::Needed:
        return found.needing.empty() ? fmt::format("there is a case in which it cannot be disabled at {}",
                                                   Clock::sinceStart(found.lookedUntil))
                                     : fmt::format("is still needed at {}, by {}", Clock::sinceStart(found.lookedUntil),
                                                   resourceNames(program, found.needing));
    case RetirementVerdict::Unknown: break;
    }
    if (!found.unmodelled.empty()) {
        return fmt::format(
            "it is not known from when on it can be disabled: {} may need it, of which there is no model",
            separated(found.unmodelled, ", "));
    }
    return "it is not known from when on it can be disabled: not everything that is open was looked at";
}

void writeRetirementText(const Program& program, const OnVersion& version, const Retirement& found,
                         const TextStyle& style, std::ostream& out) {
    const Signs& signs = style.unicode ? unicodeSigns : asciiSigns;
    const bool isFound = found.verdict == RetirementVerdict::Found;
    Page page{style, out};
    page.blank();
    page.heading("Retiring " + nameOf(program, version), signs.rule);
    const Paint paint = isFound                                       ? Paint::Good
                        : found.verdict == RetirementVerdict::Unknown ? Paint::Warning
                                                                      : Paint::Bad;
    page.paragraph({}, Phrase{retirementText(program, found), paint});
    if (isFound && found.from > scenarioStart) {
        page.paragraph({}, Phrase{earlierText(program, found), Paint::Quiet});
        if (found.mayBeLater) {
            page.paragraph({}, Phrase{"this may be later than needed: what differs may be only how outages at "
                                      "different timings are counted together",
                                      Paint::Warning});
        }
    }
    if (found.disabledByStory) {
        page.paragraph({}, Phrase{ownDisablingText(found), Paint::Quiet});
    }
}

namespace {

struct PrintedRetirement {
    const Retirement& found;
    std::string version;
};

const shape::Record<PrintedRetirement, Program>& retirementShape() {
    using One = PrintedRetirement;
    static const auto all =
        shape::Record<One, Program>{}
            .field("version", &One::version)
            .field("verdict", shape::word<RetirementVerdict>(retirementVerdictNames),
                   [](const One& one) { return one.found.verdict; })
            .field("from", shape::orNull(shape::Deduced{}),
                   [](const One& one) {
                       return one.found.verdict == RetirementVerdict::Found ? &one.found.from : nullptr;
                   })
            .field("lookedUntil", [](const One& one) { return one.found.lookedUntil; })
            .field("needing", shape::list(resourceName()),
                   [](const One& one) -> const auto& { return one.found.needing; })
            .field("unmodelled", [](const One& one) -> const auto& { return one.found.unmodelled; })
            .field("disabledByStory", [](const One& one) -> const auto& { return one.found.disabledByStory; })
            .unlessEmpty("mayBeLater", [](const One& one) {
                return one.found.verdict == RetirementVerdict::Found && one.found.mayBeLater;
            });
    return all;
}

} // namespace

shape::Properties retirementProperties() { return {{"retire", retirementShape().schema(), false}}; }

JsonValue retirementJson(const Program& program, const OnVersion& version, const Retirement& found) {
    return retirementShape().write(PrintedRetirement{found, nameOf(program, version)}, program);
}

} // namespace cmksim::report
