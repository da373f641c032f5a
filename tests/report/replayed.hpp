// A scenario of the golden folder, replayed.
#pragma once

#include "catalog/catalog.hpp"
#include "compile/compile.hpp"
#include "engine/replay.hpp"
#include "report/text.hpp"
#include "support/places.hpp"
#include "support/text_files.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <sstream>
#include <string>

namespace cmksim::test {

using namespace report;

inline const std::string goldenDirectory = testsFolder() + "/report/golden/";

/// A replay and all that it points into.
struct Replayed {
    Diagnostics diagnostics;
    Catalog catalog;
    std::optional<Program> program;
    Phases phases;
    Trace trace;

    [[nodiscard]] std::string text(const TextStyle& style, std::string_view file = "story.yaml") const {
        std::ostringstream out;
        writeRunText(*program, trace, phases, file, style, out);
        return out.str();
    }

    [[nodiscard]] ResourceId resource(std::string_view name) const {
        for (const ResourceId id : program->resources.ids()) {
            if (program->resources[id].name == name) {
                return id;
            }
        }
        FAIL("no resource " << name);
        return {};
    }
};

/// Plays what `files` says stands at `path`, with the models of the golden folder besides the base models.
inline std::unique_ptr<Replayed> replayed(const std::string& path, FileReader& files) {
    auto replayed = std::make_unique<Replayed>();
    DiskFileReader disk;
    replayed->catalog.addDirectory(goldenDirectory + "models", disk, replayed->diagnostics);
    if (const auto scenario = parseScenario(path, files, {}, replayed->diagnostics)) {
        replayed->program = compileScenario(*scenario, replayed->catalog, replayed->diagnostics);
    }
    std::ostringstream errors;
    replayed->diagnostics.print(errors);
    INFO(errors.str());
    REQUIRE(replayed->program);
    replayed->phases = nominalPhases(*replayed->program);
    replayed->trace = replay(*replayed->program, replayed->phases);
    return replayed;
}

/// A scenario of the golden folder, by its name.
inline std::unique_ptr<Replayed> golden(const std::string& name) {
    DiskFileReader disk;
    return replayed(goldenDirectory + name + ".yaml", disk);
}

inline std::unique_ptr<Replayed> story(std::string text) {
    TextFiles files{"story.yaml", std::move(text)};
    return replayed("story.yaml", files);
}

} // namespace cmksim::test
