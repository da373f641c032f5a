// What is concluded of a scenario under every reading of what documents disagree about, and which conclusions hang on
// the reading.
#pragma once

#include "base/json_value.hpp"
#include "base/progress.hpp"
#include "catalog/readings.hpp"
#include "compile/readings_in_hand.hpp"
#include "program/loading.hpp"
#include "report/layout.hpp"

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cmksim::program {

/// Something that is concluded, in words: of a resource, a node, a rule, the plan.
struct Claim {
    std::string subject;
    std::string text;

    friend bool operator==(const Claim&, const Claim&) = default;
};
using Claims = std::vector<Claim>;

/// A claim that does not hold under every reading, and where it does: in the fewest readings that decide it.
struct DependingClaim {
    Claim claim;
    std::vector<ReadingChoice> under;
};

/// Which readings were looked at.
enum class ReadingsLookedAt : std::uint8_t {
    Every,    // every combination of those that matter
    OneByOne, // each by itself, beside the nominal ones
    Nominal,  // no others than the nominal ones
};

struct UnderReadings {
    std::vector<FactReading> readings; // that matter to the scenario
    ReadingsLookedAt lookedAt = ReadingsLookedAt::Every;
    std::size_t combinations = 1; // that were looked at
    bool cutShort = false;        // by an interrupt, or a model that is wrong under another reading
    std::vector<DependingClaim> depending;

    /// Whether what is concluded holds however documents are read.
    [[nodiscard]] bool agree() const { return depending.empty() && lookedAt == ReadingsLookedAt::Every && !cutShort; }
};

/// The claims that hold under some of `choices` and not under others; `concluded` has those of each.
std::vector<DependingClaim> dependingClaims(std::span<const FactReading> readings,
                                            std::span<const ReadingChoice> choices, std::span<const Claims> concluded);

inline constexpr std::size_t mostCombinations = 64;

/// Looks at scenarios of a command line again, under other readings than the nominal ones.
class OtherReadings {
public:
    /// Concludes something of a scenario that points into a catalog. The progress says when to stop.
    using Conclude = std::function<Claims(const LoadedScenario&, Catalog&, Progress&)>;

    OtherReadings(const Arguments& arguments, ScenarioInput& input, const Streams& streams, Written written);

    /// The readings that matter to a scenario of the input, and what hangs on them. `nominal` is what was concluded
    /// already. Where there are more combinations than `most`, and in large estates, fewer are looked at, which is
    /// told. Readings of words alone matter where `ofWords` says so.
    UnderReadings look(const LoadedScenario& scenario, Claims nominal, const Conclude& conclude,
                       std::size_t most = mostCombinations,
                       compile::WordReadings ofWords = compile::WordReadings::LeftOut);

    /// A scenario of the input under every combination of the readings that it leaves open, those of words too, each
    /// named after its own; the nominal one first. They point into catalogs of this.
    std::vector<LoadedScenario> everyReading(const LoadedScenario& scenario);

private:
    Catalog& catalogUnder(const ReadingChoice& choice);
    /// The same case of the same file; null where it is wrong there, which is reported.
    const LoadedScenario* scenarioUnder(const ReadingChoice& choice, const LoadedScenario& scenario);
    [[nodiscard]] std::size_t placeInFile(const LoadedScenario& scenario) const;

    const Arguments& arguments_;
    ScenarioInput& input_;
    const Streams& streams_;
    Written written_;
    std::map<ReadingChoice, std::unique_ptr<Catalog>> catalogs_;
    std::string path_; // whose scenarios are loaded
    std::map<ReadingChoice, std::vector<LoadedScenario>> loaded_;
};

/// The section of a text report; nothing where no reading matters.
void writeReadingsText(const UnderReadings& found, const report::TextStyle& style, std::ostream& out);

/// What a command that takes one reading of each fact did not look at: `other readings of identity-recovery (never);
/// …`; nothing where no reading that changes what happens is open.
std::optional<std::string> readingsNotLookedAt(const Program& program, const Catalog& catalog,
                                               const ReadingChoice& given);

/// The report with the field `readings`; as it is where no reading matters.
JsonValue withReadings(JsonValue report, const UnderReadings& found);

/// The same on a line each, for formats that have no place for it.
void noteReadings(const std::string& path, const UnderReadings& found, std::ostream& err);

} // namespace cmksim::program
