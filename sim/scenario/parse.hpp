// From text to a scenario as written: every error of the file, not the first alone.
#pragma once

#include "base/diagnostics.hpp"
#include "scenario/ast.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::scenario {

/// How the parser gets at files; tests put an in-memory one in its place.
class FileReader {
public:
    virtual ~FileReader() = default;

    /// The file's text under the name that the user knows it by; `-` is standard input. Reports at `from` (which may
    /// name no place) what is missing, a directory, unreadable or too large, and returns nothing.
    virtual std::shared_ptr<const Source> read(const std::string& path, Mark from, Diagnostics& diagnostics) = 0;
};

/// Reads from the file system.
class DiskFileReader : public FileReader {
public:
    std::shared_ptr<const Source> read(const std::string& path, Mark from, Diagnostics& diagnostics) override;
};

/// What the command line changes in a scenario before it is read.
struct ScenarioOverrides {
    std::optional<std::string> estateFile;                   // `--estate FILE`, relative to the working directory
    std::vector<std::pair<std::string, std::string>> sets;   // `--set PATH=VALUE`: path, YAML text of the value
    std::vector<std::pair<std::string, std::string>> phases; // `--phase RESOURCE=DURATION`
    std::vector<std::pair<std::string, std::string>> models; // `--model SERVICE=VERSION`
};

/// The version field of a scenario that is sealed: only a drill opens it.
inline constexpr std::string_view sealedVersionField = "cmksim-sealed";

/// What the file turned out to be, judged by its version field.
enum class FileKind : std::uint8_t { Scenario, Estate, Other };

/// Judges a document that has been read.
FileKind fileKind(const Document& document);

/// Reads a scenario, or an estate, which is one at rest. References between its parts are not looked at: the compile
/// step resolves them, and may be given a scenario in which errors were found, so that all of them are reported
/// together. Nothing when the text is no YAML at all or no scenario.
std::optional<Scenario> parseScenario(const std::string& path, FileReader& files, const ScenarioOverrides& overrides,
                                      Diagnostics& diagnostics);

/// The same of a document that has been read from `path` already. A `matrix` in it is passed over.
std::optional<Scenario> parseScenario(const std::string& path, std::shared_ptr<const Document> document,
                                      FileReader& files, const ScenarioOverrides& overrides, Diagnostics& diagnostics);

/// One case of a scenario file: the whole of it, or one combination of its `matrix`.
struct ScenarioCase {
    std::string label; // `retention=7, rbac=true`; empty without a matrix
    Scenario scenario;
};

/// Reads the cases of a scenario file, in the order in which its matrix lists them; one without a matrix. None of those
/// whose errors keep them from being scenarios at all.
std::vector<ScenarioCase> parseScenarioCases(const std::string& path, FileReader& files,
                                             const ScenarioOverrides& overrides, Diagnostics& diagnostics);

/// The same of a document that has been read from `path` already.
std::vector<ScenarioCase> parseScenarioCases(const std::string& path, std::shared_ptr<const Document> document,
                                             FileReader& files, const ScenarioOverrides& overrides,
                                             Diagnostics& diagnostics);

} // namespace cmksim::scenario
