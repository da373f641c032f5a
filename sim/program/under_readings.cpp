#include "program/under_readings.hpp"

#include "compile/deciding_readings.hpp"
#include "program/limits.hpp"

#include <algorithm>
#include <utility>

namespace cmksim::program {

namespace {

/// How many combinations are looked at: fewer of a large estate, as each costs as much as the first.
constexpr std::size_t mostResources = 256;
constexpr std::size_t mostOfAll = 256; // combinations times resources

/// The combinations to look at, the nominal one first; which they are goes to `found`.
std::vector<ReadingChoice> choicesFor(const Program& program, std::size_t most, UnderReadings& found) {
    const std::size_t resources = std::max<std::size_t>(program.resources.size(), 1);
    std::size_t count = 1;
    for (const FactReading& reading : found.readings) {
        count = std::min(count * reading.values.size(), mostOfAll + 1);
    }
    if (count <= most && count * resources <= mostOfAll) {
        return combinationsOf(found.readings);
    }
    found.lookedAt = ReadingsLookedAt::OneByOne;
    std::vector<ReadingChoice> choices = oneByOne(found.readings);
    if (choices.size() > most || resources > mostResources) {
        found.lookedAt = ReadingsLookedAt::Nominal;
        choices.resize(1);
    }
    return choices;
}

/// Tells inner work that it is to stop, and counts nothing of it.
class Watched : public Progress {
public:
    void advance(std::size_t) override {}
    [[nodiscard]] bool cancelled() const override { return LimitWatch::wasAsked(); }
};

} // namespace

std::vector<DependingClaim> dependingClaims(std::span<const FactReading> readings,
                                            std::span<const ReadingChoice> choices, std::span<const Claims> concluded) {
    Claims all;
    std::vector<std::string> subjects; // in the order in which they come up
    for (const Claims& claims : concluded) {
        for (const Claim& claim : claims) {
            if (std::ranges::find(all, claim) == all.end()) {
                all.push_back(claim);
            }
            if (std::ranges::find(subjects, claim.subject) == subjects.end()) {
                subjects.push_back(claim.subject);
            }
        }
    }
    std::vector<DependingClaim> depending;
    for (const std::string& subject : subjects) {
        for (const Claim& claim : all) {
            if (claim.subject != subject) {
                continue;
            }
            std::vector<bool> holds;
            for (const Claims& claims : concluded) {
                holds.push_back(std::ranges::find(claims, claim) != claims.end());
            }
            if (std::ranges::find(holds, false) != holds.end()) {
                depending.push_back({claim, compile::whereItHolds(readings, choices, holds)});
            }
        }
    }
    return depending;
}

OtherReadings::OtherReadings(const Arguments& arguments, ScenarioInput& input, const Streams& streams, Written written)
    : arguments_{arguments}, input_{input}, streams_{streams}, written_{written} {}

UnderReadings OtherReadings::look(const LoadedScenario& scenario, Claims nominal, const Conclude& conclude,
                                  std::size_t most, compile::WordReadings ofWords) {
    const ReadingChoice given = givenReadings(arguments_);
    UnderReadings found;
    found.readings = readingsInHand(scenario.program, input_.catalog(), given, ofWords);
    if (found.readings.empty()) {
        return found;
    }
    std::vector<ReadingChoice> choices = choicesFor(scenario.program, most, found);
    std::vector<Claims> concluded{std::move(nominal)};
    Watched watched;
    for (std::size_t i = 1; i < choices.size() && !found.cutShort; ++i) {
        ReadingChoice whole = given;
        whole.insert(choices[i].begin(), choices[i].end());
        const LoadedScenario* other = scenarioUnder(whole, scenario);
        Claims claims = other != nullptr ? conclude(*other, catalogUnder(whole), watched) : Claims{};
        found.cutShort = other == nullptr || watched.cancelled();
        if (!found.cutShort) {
            concluded.push_back(std::move(claims));
        }
    }
    choices.resize(concluded.size());
    found.combinations = choices.size();
    found.depending = dependingClaims(found.readings, choices, concluded);
    return found;
}

std::vector<LoadedScenario> OtherReadings::everyReading(const LoadedScenario& scenario) {
    const ReadingChoice given = givenReadings(arguments_);
    std::vector<LoadedScenario> all;
    for (const ReadingChoice& choice :
         combinationsOf(readingsInHand(scenario.program, input_.catalog(), given, WordReadings::Counted))) {
        ReadingChoice whole = given;
        whole.insert(choice.begin(), choice.end());
        if (const LoadedScenario* other = scenarioUnder(whole, scenario)) {
            all.push_back({other->path, other->program, other->written});
            all.back().program.name = caseName(all.back().program.name, textOf(choice));
        }
    }
    return all;
}

Catalog& OtherReadings::catalogUnder(const ReadingChoice& choice) {
    std::unique_ptr<Catalog>& catalog = catalogs_[choice];
    if (!catalog) {
        Diagnostics diagnostics; // of the readings chosen here; the files were sound under the nominal ones
        catalog = std::make_unique<Catalog>(loadCatalog(arguments_, choice, input_.files(), diagnostics));
        diagnostics.print(streams_.err);
    }
    return *catalog;
}

const LoadedScenario* OtherReadings::scenarioUnder(const ReadingChoice& choice, const LoadedScenario& scenario) {
    if (scenario.path != path_) {
        loaded_.clear();
        path_ = scenario.path;
    }
    const auto [loaded, isNew] = loaded_.try_emplace(choice);
    std::vector<LoadedScenario>& scenarios = loaded->second;
    if (isNew) {
        Diagnostics diagnostics;
        scenarios = loadScenarios(path_, readOverrides(arguments_), catalogUnder(choice), input_.files(), diagnostics,
                                  written_, input_.openInstants());
        if (diagnostics.hasErrors()) {
            diagnostics.print(streams_.err);
        }
    }
    return scenarios.empty() ? nullptr : &scenarios[placeInFile(scenario) % scenarios.size()];
}

std::size_t OtherReadings::placeInFile(const LoadedScenario& scenario) const {
    std::size_t place = 0;
    for (const LoadedScenario& one : std::as_const(input_).scenarios()) {
        if (&one == &scenario) {
            break;
        }
        place += one.path == scenario.path ? 1U : 0U;
    }
    return place;
}

} // namespace cmksim::program
