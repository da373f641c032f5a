// The scenarios that the benchmarks play, read as the program reads them.
#pragma once

#include "catalog/catalog.hpp"
#include "compile/compile.hpp"
#include "scenario/parse.hpp"

#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

namespace cmksim::bench {

using namespace compile;

inline const std::string tenActionsFile = CMKSIM_BENCH_DIR "/ten_actions.yaml";
inline const std::string threeFaultsFile = CMKSIM_BENCH_DIR "/three_faults.yaml";

inline Scenario readFile(const std::string& path) {
    DiskFileReader files;
    Diagnostics diagnostics;
    std::optional<Scenario> scenario = parseScenario(path, files, {}, diagnostics);
    diagnostics.print(std::cerr);
    if (!scenario) {
        std::exit(2);
    }
    return std::move(*scenario);
}

/// The scenario, its end moved to `until` where one is given.
inline Scenario readTenActions(std::optional<Instant> until = {}) {
    Scenario scenario = readFile(tenActionsFile);
    if (until) {
        scenario.until = until;
    }
    return scenario;
}

/// A scenario from a text.
inline Scenario readText(const std::string& text) {
    class OneFile : public FileReader {
    public:
        explicit OneFile(const std::string& content) : source_{std::make_shared<Source>("text.yaml", content)} {}
        std::shared_ptr<const Source> read(const std::string&, Mark, Diagnostics& diagnostics) override {
            diagnostics.keep(source_);
            return source_;
        }

    private:
        std::shared_ptr<const Source> source_;
    };
    OneFile file{text};
    Diagnostics diagnostics;
    std::optional<Scenario> scenario = parseScenario("text.yaml", file, {}, diagnostics);
    diagnostics.print(std::cerr);
    if (!scenario) {
        std::exit(2);
    }
    return std::move(*scenario);
}

inline Program compileOrExit(const Scenario& scenario, Catalog& catalog) {
    Diagnostics diagnostics;
    std::optional<Program> program = compileScenario(scenario, catalog, diagnostics);
    diagnostics.print(std::cerr);
    if (!program) {
        std::exit(2);
    }
    return std::move(*program);
}

} // namespace cmksim::bench
