// What running a suite of scenarios came to: plain data, for every format of report.
#pragma once

#include "base/diagnostics.hpp"
#include "base/instant.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace cmksim::suite {

/// Phases of one resource, both ends in.
struct PhaseInterval {
    Duration first{};
    Duration last{};

    friend bool operator==(const PhaseInterval&, const PhaseInterval&) = default;
};

/// A place in a file, counted from 1.
struct FilePlace {
    std::string file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::string text; // of that line
};

/// One event on the way to a failure, in the order in which they took effect.
struct FindingStep {
    Instant at{};
    std::string text;     // `key.delete contoso-kv/acr-cmk: ok`
    FilePlace place;      // of the entry that it comes from; line 0 where time alone brought it about
    bool isCause = false; // the first cause in time of what failed
};

/// Pairs of phases for which something fails, of a resource that looks for newer versions by a clock of its own.
struct FailingPairs {
    std::int64_t failing = 0;
    std::int64_t all = 0;
    bool ofBoth = false; // else its revalidation phase is pinned
    Duration period{};   // of the looks for a newer version
    Duration shown{};    // the phase of these that `actual` and `steps` are told for
};

/// Something that fell short: an expectation, an objective, or an action that was refused unexpectedly.
struct Finding {
    enum class Kind : std::uint8_t { Expectation, UnexpectedRefusal, WrongResult, Snapshot, Objective } kind{};
    std::string id;      // the same as long as the scenario says the same, wherever its lines stand
    std::string subject; // the resource, or what the action acts on
    Instant at{};
    std::string expected;
    std::string actual;                // at the phase shown
    FilePlace place;                   // of the expectation
    std::string resource;              // whose phase decides; empty where none does
    std::vector<PhaseInterval> phases; // for which it fails; empty where the phase makes no difference
    Duration period{};                 // of that resource's revalidation
    Duration shownPhase{};             // the one that `actual` and `steps` are told for
    std::optional<FailingPairs> pairs; // where at some of `phases` it fails for some phases of another clock alone
    std::vector<std::string> timings;  // that are not nominal where it fails, in words
    std::vector<FindingStep> steps;    // what happened to the resource before
    std::string fix;                   // the documented way back; empty where there is none
    std::vector<std::string> sources;  // citations of the fix
    std::string replay;                // the one-line command that shows just that
};

enum class CaseOutcome : std::uint8_t {
    Passed,
    Failed,
    Skipped,    // the scenario says so
    Todo,       // failed, and the scenario says that it would
    TodoPassed, // the scenario says that it would fail, and it does not
    Error,      // the file is wrong; nothing can be said of it
    Undecided,  // took longer than it was given; nothing can be said of it
    Listed,     // was not run, only named
};

/// One scenario, or one combination of its matrix.
struct CaseResult {
    std::string file;     // as it was found
    std::string scenario; // its name
    std::string name;     // the scenario's, with the combination's values behind it
    std::vector<std::string> tags;
    CaseOutcome outcome{};
    std::string reason;                      // of a skip, a todo or an error: for an error all diagnostics as printed
    std::size_t expectations = 0;            // how many were looked at
    std::size_t phaseClasses = 0;            // how many classes of phases were replayed for them
    Duration simulated{};                    // virtual time
    std::chrono::duration<double> elapsed{}; // real time
    bool isWaivedByDate = false;             // its 'todo' has a day at which it ends
    std::set<std::string> atNominal;         // open timings that were not looked at
    std::vector<std::string> cutShort;       // resources of whose timings not all values were looked at
    std::vector<std::string> notKnown;       // objectives of which it is not known whether they hold, and why
    bool everyReaction = true;               // else reactions have more courses than were looked at
    std::vector<Finding> findings;
};

/// A scenario file with the snapshot that it asks for, as it is to be written.
struct FileUpdate {
    std::string file;
    std::string text;
    std::shared_ptr<const Source> before; // what the file held when it was read
};

/// All cases, in the order in which they are reported: by path, then by place in the matrix.
struct SuiteResult {
    std::vector<CaseResult> cases;
    std::vector<FileUpdate> updates;         // where snapshots were asked to be recorded anew, the files that change
    std::size_t otherFiles = 0;              // found in folders, and none of ours
    std::size_t filesNotRun = 0;             // when it was interrupted, or its time was up
    std::vector<std::string> foldersNotRead; // each is a case in error, too
    bool stoppedEarly = false;               // by --fail-fast
    bool interrupted = false;                // by the user, or by its time

    [[nodiscard]] std::size_t count(CaseOutcome outcome) const {
        std::size_t number = 0;
        for (const CaseResult& one : cases) {
            number += one.outcome == outcome ? 1 : 0;
        }
        return number;
    }
};

} // namespace cmksim::suite
