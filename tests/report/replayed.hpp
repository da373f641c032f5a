// A scenario of the golden folder, replayed.
#pragma once

#include "catalog/catalog.hpp"
#include "compile/compile.hpp"
#include "engine/replay.hpp"
#include "report/text.hpp"
#include "scenario/parse.hpp"
#include "support/places.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <sstream>
#include <string>

namespace cmksim::test {

using namespace report;

inline const std::string goldenDirectory = testsFolder() + "/report/golden/";

/// A scenario file that is a text here.
class TextReader : public FileReader {
public:
    explicit TextReader(std::string text) : text_{std::move(text)} {}

    std::shared_ptr<const Source> read(const std::string& path, Mark, Diagnostics&) override {
        return std::make_shared<Source>(path, text_);
    }

private:
    std::string text_;
};

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
    TextReader reader{std::move(text)};
    return replayed("story.yaml", reader);
}

} // namespace cmksim::test
