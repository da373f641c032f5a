// From what a command line names to programs that can be replayed.
#pragma once

#include "base/diagnostics.hpp"
#include "catalog/catalog.hpp"
#include "compile/open_instants.hpp"
#include "engine/program.hpp"
#include "program/command.hpp"
#include "program/evidence.hpp"
#include "program/noting_reader.hpp"
#include "program/output.hpp"
#include "program/sealed_drill.hpp"
#include "scenario/parse.hpp"

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::program {

/// The options of every command that reads scenarios.
inline constexpr OptionRule estateOption{"estate", "FILE", "an estate file to use instead of the scenario's",
                                         false,    {},     FileRole::Read};
inline constexpr OptionRule setOption{
    "set", "PATH=VALUE", "override a field of the estate, such as vaults.contoso-kv.enablePurgeProtection=false", true};
inline constexpr OptionRule phaseOption{"phase", "RESOURCE=DURATION", "when in its period a resource revalidates",
                                        true};
inline constexpr OptionRule modelOption{"model", "SERVICE=VERSION", "the version of a service's model", true};
inline constexpr OptionRule modelsOption{"models", "DIR", "a directory with more models, or other versions", true};
inline constexpr OptionRule readingOption{"reading", "READING",
                                          "how to read a fact about which documents disagree or say nothing: "
                                          "NAME=VALUE, or 'all'; 'cmksim models' lists the readings",
                                          true};

/// What `--reading` says for every reading.
inline constexpr std::string_view allReadings = "all";
inline constexpr OptionRule quietOption{"quiet", "", "print no warnings"};

/// What the command line changes in scenarios.
ScenarioOverrides readOverrides(const Arguments& arguments);

/// Whether the command line asks for every reading.
bool asksForAllReadings(const Arguments& arguments);

/// The readings that the command line settles; whether it knows them is looked at by `loadCatalog`.
ReadingChoice givenReadings(const Arguments& arguments);

/// The base models and those of `--models`, under the readings of `--reading`, which may name any that some model or
/// the platform gives.
Catalog loadCatalog(const Arguments& arguments, FileReader& files, Diagnostics& diagnostics);

/// The same under other readings.
Catalog loadCatalog(const Arguments& arguments, ReadingChoice choice, FileReader& files, Diagnostics& diagnostics);

/// A scenario, or a case of its matrix, that compiled, under the path that it was given by.
struct LoadedScenario {
    std::string path;
    Program program;
    std::optional<Scenario> written; // where it was asked for
};

/// Whether scenarios as they were written are kept beside their programs; they are large.
enum class Written : std::uint8_t { Dropped, Kept };

/// Whether sealed drills are opened, or reported as such.
enum class Sealed : std::uint8_t { Refused, Opened };

/// What a case of a matrix is called: `NAME [retention=7, rbac=true]`; a scenario without one keeps its name.
std::string caseName(std::string_view scenario, std::string_view label);

/// Reads and compiles one scenario file, every case of its matrix; reports all that is wrong with it.
std::vector<LoadedScenario> loadScenarios(const std::string& path, const ScenarioOverrides& overrides, Catalog& catalog,
                                          FileReader& files, Diagnostics& diagnostics,
                                          Written written = Written::Dropped,
                                          compile::OpenInstants open = compile::OpenInstants::Refused);

/// All scenarios that a command line names, with the catalog that they point into.
class ScenarioInput {
public:
    /// Reads them, and reports to `err` what is wrong with the command line or with any file.
    ScenarioInput(const Arguments& arguments, std::ostream& err, Written written = Written::Dropped,
                  Sealed sealed = Sealed::Refused, compile::OpenInstants open = compile::OpenInstants::Refused);
    ScenarioInput(const ScenarioInput&) = delete;
    ScenarioInput& operator=(const ScenarioInput&) = delete;

    [[nodiscard]] bool isSound() const { return sound_; }
    [[nodiscard]] std::vector<LoadedScenario>& scenarios() { return scenarios_; }
    [[nodiscard]] const std::vector<LoadedScenario>& scenarios() const { return scenarios_; }
    [[nodiscard]] Catalog& catalog() { return catalog_; }
    [[nodiscard]] FileReader& files() { return files_; }
    /// What results rest on.
    [[nodiscard]] const Evidence& evidence() const { return evidence_; }
    /// What becomes of instants that are open.
    [[nodiscard]] compile::OpenInstants openInstants() const { return openInstants_; }
    /// What was read, in the order of the alphabet.
    [[nodiscard]] std::vector<std::string> paths() const { return files_.paths(); }

private:
    NotingReader files_;
    Evidence evidence_;
    UnsealingReader unsealing_{files_};
    Diagnostics diagnostics_;
    Catalog catalog_;
    std::vector<LoadedScenario> scenarios_;
    compile::OpenInstants openInstants_;
    bool sound_ = false;
};

/// Tells which resources of a scenario have no model, for what is written in a format that has no place for them.
void noteUnmodelled(const LoadedScenario& scenario, std::ostream& err);

/// Prints diagnostics, without warnings when the command line asks for quiet.
void report(const Diagnostics& diagnostics, const Arguments& arguments, std::ostream& err);

} // namespace cmksim::program
