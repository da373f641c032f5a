// Runs a suite of scenarios, in parallel, with the same result whatever the parallelism. A case costs reading its file
// and one replay for each class of open phases, a few mostly; with `OpenTimings::All` or reactions it can be many.
#pragma once

#include "analysis/coverage.hpp"
#include "analysis/verify.hpp"
#include "base/progress.hpp"
#include "catalog/catalog.hpp"
#include "scenario/parse.hpp"
#include "suite/collect.hpp"
#include "suite/result.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <regex>
#include <string>
#include <vector>

namespace cmksim::suite {

/// A case of an earlier run: of a file that could not be read its path stands for its name.
struct NamedCase {
    std::string file;
    std::string name;
};

/// Whether a case is the one that was named. What a run under other readings put behind its name does not matter.
bool isCase(const NamedCase& named, const std::string& file, const std::string& name);

struct SuiteOptions {
    std::optional<std::vector<NamedCase>> cases; // these alone
    std::optional<std::regex> only;              // by name or path
    std::vector<std::string> tags;               // any of them; empty: all
    std::vector<std::string> notTags;            // none of them
    std::uint32_t shard = 1;                     // of `shards`
    std::uint32_t shards = 1;
    unsigned jobs = 1; // at least 1
    bool failFast = false;
    bool allowEmpty = false;      // a scenario without expectations is fine
    bool listOnly = false;        // cases are listed, and nothing is replayed
    bool recordSnapshots = false; // instead of comparing them
    OpenTimings open = OpenTimings::Phases;
    std::optional<std::chrono::year_month_day> asOf;               // the day that waivers are measured by
    std::optional<std::chrono::seconds> timeout;                   // of real time, for one case
    std::optional<std::chrono::steady_clock::time_point> deadline; // of real time, for all of them
    ScenarioOverrides overrides;
    bool everyReading = false; // not the nominal ones alone
    ReadingChoice readings;    // that are settled
    std::string replayOptions; // what a replay of a single case must repeat of the command line, ` --set …`
};

/// Makes a catalog for one thread, under readings beside those that are settled.
using CatalogMaker = std::function<Catalog(const ReadingChoice&)>;

/// Runs the scenarios among `files`; estates are passed over, and so are files in folders that are none of ours, which
/// are counted. Anything else is an error of its own. What the cases
/// exercise of their models is added to `coverage`, where there is one; with `failFast` that depends on luck. Each file
/// is an item for `progress`; when that is cancelled, the suite ends with the files that were begun.
SuiteResult runSuite(const std::vector<SuiteFile>& files, const SuiteOptions& options, const CatalogMaker& catalog,
                     FileReader& reader, Coverage* coverage = nullptr, Progress* progress = nullptr);

} // namespace cmksim::suite
