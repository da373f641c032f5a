#include "property/modelled_play.hpp"

#include "engine/replay.hpp"
#include "property/engine_player.hpp"
#include "property/harness.hpp"
#include "reference/replay.hpp"
#include "support/compiled.hpp"

namespace cmksim::property {

std::optional<reference::Replay> playModelledByReference(const std::vector<std::string>& models,
                                                         const std::string& yaml) {
    const ReadWorld world = readWorld(yaml);
    if (!world.scenario) {
        return std::nullopt;
    }
    std::vector<reference::ModelFile> files;
    for (const std::string& model : models) {
        files.push_back(reference::readModelFile(model));
    }
    return reference::replay(*world.scenario, files);
}

namespace {

reference::Replay playedByEngine(const std::vector<std::string>& models, const std::string& yaml) {
    const test::Compiled compiled{models, yaml};
    const engine::Program& program = compiled.sound();
    return told(program, engine::replay(program, engine::nominalPhases(program)));
}

} // namespace

std::vector<std::string> linesOf(const std::vector<std::string>& models, const std::string& yaml) {
    std::vector<std::string> lines;
    for (const reference::Event& event : playedByEngine(models, yaml).events) {
        lines.push_back(describe(event));
    }
    return lines;
}

bool passes(const std::vector<std::string>& models, const std::string& yaml) {
    return playedByEngine(models, yaml).passed;
}

std::string differenceOnModels(const std::vector<std::string>& models, const std::string& yaml) {
    const test::Compiled compiled{models, yaml};
    if (!compiled.program) {
        return "the world is not sound:\n" + compiled.errors;
    }
    const engine::Program& program = *compiled.program;
    return reference::firstDifference(*playModelledByReference(models, yaml),
                                      told(program, engine::replay(program, engine::nominalPhases(program))));
}

std::string describedDifference(const ModelledWorld& world) {
    const auto differs = [&](const std::string& yaml) {
        const std::string difference = differenceOnModels(world.models, yaml);
        return !difference.empty() && !difference.starts_with("the world is not sound");
    };
    const std::string yaml = toYaml(differs(toYaml(world.world)) ? shrink(world.world, differs) : world.world);
    std::string text = differenceOnModels(world.models, yaml) + "\n" + yaml;
    for (const std::string& model : world.models) {
        text += "\n" + model;
    }
    return text;
}

} // namespace cmksim::property
