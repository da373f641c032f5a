#include "property/modelled_play.hpp"

#include "catalog/catalog.hpp"
#include "compile/compile.hpp"
#include "engine/replay.hpp"
#include "property/engine_player.hpp"
#include "property/harness.hpp"
#include "reference/replay.hpp"

#include <map>
#include <sstream>
#include <stdexcept>

namespace cmksim::property {

namespace {

/// Files that are nowhere but here.
class TextFiles : public FileReader {
public:
    explicit TextFiles(const std::vector<std::string>& texts) {
        for (std::size_t i = 0; i < texts.size(); ++i) {
            const std::string name = "model-" + std::to_string(i) + ".yaml";
            sources_[name] = std::make_shared<Source>(name, texts[i]);
        }
    }

    std::shared_ptr<const Source> read(const std::string& path, Mark, Diagnostics& diagnostics) override {
        diagnostics.keep(sources_.at(path));
        return sources_.at(path);
    }

    [[nodiscard]] const std::map<std::string, std::shared_ptr<const Source>>& all() const { return sources_; }

private:
    std::map<std::string, std::shared_ptr<const Source>> sources_;
};

} // namespace

CompiledWorld compileModelled(const std::vector<std::string>& models, const std::string& yaml) {
    CompiledWorld compiled;
    Diagnostics diagnostics;
    TextFiles files{models};
    auto catalog = std::make_shared<catalog::Catalog>();
    for (const auto& [name, source] : files.all()) {
        catalog->addFile(name, files, diagnostics);
    }
    const ReadWorld world = readWorld(yaml);
    if (world.scenario && !diagnostics.hasErrors()) {
        compiled.program = compile::compileScenario(*world.scenario, *catalog, diagnostics);
    }
    if (!compiled.program) {
        std::ostringstream complaints;
        complaints << world.complaints;
        diagnostics.print(complaints);
        compiled.complaints = complaints.str();
    }
    compiled.catalog = std::move(catalog);
    return compiled;
}

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
    const CompiledWorld compiled = compileModelled(models, yaml);
    if (!compiled.program) {
        throw std::runtime_error{compiled.complaints};
    }
    const engine::Program& program = *compiled.program;
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
    const CompiledWorld compiled = compileModelled(models, yaml);
    if (!compiled.program) {
        return "the world is not sound:\n" + compiled.complaints;
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
