// How it is told what hangs on how documents are read.
#include "base/text.hpp"
#include "compile/deciding_readings.hpp"
#include "program/under_readings.hpp"
#include "report/readings.hpp"
#include "report/signs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ostream>

namespace cmksim::program {

namespace {

using namespace report;

std::string namesOf(const std::vector<FactReading>& readings) {
    std::string text;
    for (const FactReading& reading : readings) {
        text += (text.empty() ? "" : ", ") + reading.name;
    }
    return text;
}

/// What was looked at, and what not.
std::string lookedAtText(const UnderReadings& found) {
    const std::string names = namesOf(found.readings);
    std::string text;
    switch (found.lookedAt) {
    case ReadingsLookedAt::Every:
        text = fmt::format("every combination of the readings of {} ({})", names, found.combinations);
        break;
    case ReadingsLookedAt::OneByOne:
        text = fmt::format("each reading of {} by itself ({}), and not their combinations", names, found.combinations);
        break;
    case ReadingsLookedAt::Nominal:
        text = fmt::format("the nominal readings of {} alone, as all of them would take too long", names);
        break;
    }
    return found.cutShort ? fmt::format("{}; not all of it, as it was cut short", text) : text;
}

/// The readings that some claim hangs on.
std::vector<FactReading> decidingReadings(const UnderReadings& found) {
    std::vector<FactReading> deciding;
    for (const FactReading& reading : found.readings) {
        const bool decides = std::ranges::any_of(found.depending, [&](const DependingClaim& one) {
            return std::ranges::any_of(one.under,
                                       [&](const ReadingChoice& choice) { return choice.contains(reading.name); });
        });
        if (decides) {
            deciding.push_back(reading);
        }
    }
    return deciding;
}

} // namespace

void writeReadingsText(const UnderReadings& found, const TextStyle& style, std::ostream& out) {
    if (found.readings.empty()) {
        return;
    }
    Page page{style, out};
    page.blank();
    if (!found.depending.empty()) {
        page.heading("What hangs on how documents are read", (style.unicode ? unicodeSigns : asciiSigns).rule);
    }
    for (const DependingClaim& one : found.depending) {
        page.paragraph({}, Phrase{one.claim.subject, Paint::Strong}.add(": ").add(one.claim.text));
        page.paragraph(Phrase{"    "}.add("where ", Paint::Quiet),
                       Phrase{compile::whereText(one.under), Paint::Warning});
    }
    for (const FactReading& reading : decidingReadings(found)) {
        page.paragraph({}, Phrase{fmt::format("{}: {}", reading.name, reading.meaning), Paint::Quiet});
        for (const ReadingValue& value : reading.values) {
            page.paragraph(Phrase{"    "}.add(value.name + ": ", Paint::Quiet), Phrase{value.meaning, Paint::Quiet});
        }
    }
    const bool same = found.depending.empty() && found.lookedAt != ReadingsLookedAt::Nominal && !found.cutShort;
    page.paragraph({}, Phrase{(same ? "the same under " : "looked at: ") + lookedAtText(found), Paint::Quiet});
}

namespace {

/// A report that says what it looked at says too that there are readings that it did not.
JsonValue withoutAll(JsonValue report, const UnderReadings& found) {
    for (const auto& [name, value] : report.fields()) {
        if (name == "notSearched") {
            JsonArray left = value.items();
            left.emplace_back(fmt::format("other readings; looked at: {}", lookedAtText(found)));
            return report.with("complete", false).with("notSearched", std::move(left));
        }
    }
    return report;
}

} // namespace

JsonValue withReadings(JsonValue report, const UnderReadings& found) {
    if (found.readings.empty()) {
        return report;
    }
    ReadingsSaid said;
    said.combinations = found.combinations;
    said.complete = found.lookedAt == ReadingsLookedAt::Every && !found.cutShort;
    said.lookedAt = lookedAtText(found);
    for (const FactReading& reading : found.readings) {
        said.names.push_back(reading.name);
    }
    for (const DependingClaim& one : found.depending) {
        said.depending.push_back({one.claim.subject, one.claim.text, one.under});
    }
    if (!said.complete) {
        report = withoutAll(std::move(report), found);
    }
    return report.with("readings", readingsShape().write(said));
}

std::optional<std::string> readingsNotLookedAt(const Program& program, const Catalog& catalog,
                                               const ReadingChoice& given) {
    std::vector<std::string> names;
    for (const FactReading& reading :
         compile::readingsInHand(program, catalog, given, compile::WordReadings::LeftOut)) {
        std::vector<std::string> others;
        std::ranges::transform(reading.values.begin() + 1, reading.values.end(), std::back_inserter(others),
                               &ReadingValue::name);
        names.push_back(fmt::format("{} ({})", reading.name, separated(others, ", ")));
    }
    return names.empty() ? std::nullopt
                         : std::optional{fmt::format("other readings: {}; '--reading NAME=VALUE' looks at another",
                                                     separated(names, ", "))};
}

void noteReadings(const std::string& path, const UnderReadings& found, std::ostream& err) {
    for (const DependingClaim& one : found.depending) {
        err << fmt::format("{}: warning: {}: {}, where {}\n", printable(path), printable(one.claim.subject),
                           printable(one.claim.text), printable(compile::whereText(one.under)));
    }
    if (!found.readings.empty() && (found.lookedAt != ReadingsLookedAt::Every || found.cutShort)) {
        err << fmt::format("{}: warning: looked at: {}\n", printable(path), printable(lookedAtText(found)));
    }
}

} // namespace cmksim::program
