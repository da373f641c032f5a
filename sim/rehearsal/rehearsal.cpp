#include "rehearsal/rehearsal.hpp"

#include "analysis/bounds.hpp"
#include "compile/compile.hpp"
#include "document/from_json.hpp"
#include "document/text_store.hpp"
#include "engine/reactions.hpp"
#include "report/scenario_text.hpp"
#include "scenario/timeline.hpp"

#include <algorithm>
#include <utility>

namespace cmksim::rehearsal {

namespace {

constexpr Duration takesASecond{1};

std::uint32_t linesOf(const Scenario& scenario) {
    std::ptrdiff_t most = 0;
    for (const auto& document : scenario.documents) {
        most = std::max(most, std::ranges::count(document->source().text(), '\n') + 1);
    }
    return static_cast<std::uint32_t>(most);
}

/// Whose state at the end does not depend on a phase.
std::vector<ResourceId> settledIn(const Program& program) {
    std::vector<ResourceId> settled;
    for (const ResourceBounds& resource : boundsOf(program, OpenTimings::All).resources) {
        if (std::ranges::none_of(resource.outages,
                                 [](const OutageBounds& outage) { return !outage.over && outage.probability < 1; })) {
            settled.push_back(resource.resource);
        }
    }
    return settled;
}

} // namespace

Rehearsal::Rehearsal(Scenario scenario, Catalog& catalog, ChooseTiming timing)
    : scenario_{std::move(scenario)}, catalog_{&catalog}, timing_{std::move(timing)},
      texts_{std::make_shared<TextStore>()}, storyLines_{linesOf(scenario_)} {
    std::erase_if(scenario_.timeline, [](const EntrySpec& entry) {
        return std::holds_alternative<std::vector<ExpectationSpec>>(entry.what) ||
               std::holds_alternative<TrySpec>(entry.what);
    });
    for (EntrySpec& entry : scenario_.timeline) {
        entry.result.reset();
        if (auto* command = std::get_if<CommandSpec>(&entry.what)) {
            command->result = {};
        }
    }
}

std::optional<Rehearsal> Rehearsal::begin(Scenario scenario, Catalog& catalog, ChooseTiming timing,
                                          Diagnostics& diagnostics) {
    const std::optional<Program> whole = compileScenario(scenario, catalog, diagnostics, compile::OpenInstants::First);
    if (!whole) {
        return std::nullopt;
    }
    for (EntrySpec& entry : scenario.timeline) {
        entry.open.reset(); // the first instant is played, which is told
    }
    Rehearsal rehearsal{std::move(scenario), catalog, std::move(timing)};
    rehearsal.end_ = whole->until;
    rehearsal.scenario_.until = whole->until;
    if (!rehearsal.compileStory(diagnostics)) {
        return std::nullopt;
    }
    rehearsal.replayStory();
    return rehearsal;
}

bool Rehearsal::compileStory(Diagnostics& diagnostics) {
    std::optional<CompiledDrill> compiled = compileDrill(scenario_, *catalog_, diagnostics);
    if (!compiled) {
        return false;
    }
    compiled_ = std::move(compiled);
    return true;
}

void Rehearsal::replayStory() {
    std::vector<TimelineEntry> entries;
    for (const TimelineEntry& entry : compiled_->program.entries) {
        if (entry.at <= now_) {
            entries.push_back(entry);
        }
    }
    program_ = withTimeline(compiled_->program, std::move(entries), now_);
    program_.reactions = compiled_->program.reactions;
    phases_ = timing_(program_);
    if (!program_.reactions.empty()) {
        program_ = react(program_, phases_).program;
    }
    trace_ = replay(program_, phases_);
}

void Rehearsal::advanceTo(Instant instant) {
    moves_.push_back({scenario_.timeline.size(), now_});
    now_ = instant;
    replayStory();
}

std::vector<Diagnostic> Rehearsal::act(JsonObject entry) {
    Diagnostics diagnostics;
    const std::shared_ptr<const Document> document =
        documentOf(JsonArray{std::move(entry)}, "prompt", diagnostics, linesOf(scenario_) + 1);
    if (!document) {
        return diagnostics.all();
    }
    const Move before{scenario_.timeline.size(), now_};
    const std::vector<EntrySpec> read =
        readTimeline(document->root(), std::nullopt, {diagnostics, *texts_, scenario_.start});
    for (EntrySpec spec : read) {
        spec.at = now_ + takesASecond;
        scenario_.timeline.push_back(std::move(spec));
    }
    scenario_.until = std::max(end_, now_ + takesASecond);
    scenario_.documents.push_back(document);
    const bool isSound = !diagnostics.hasErrors() && compileStory(diagnostics);
    std::vector<Diagnostic> told;
    for (const Diagnostic& one : diagnostics.all()) {
        const bool isOlder = one.severity == Severity::Warning && one.mark.source != &document->source();
        if (!isOlder && std::ranges::find(told, one.message, &Diagnostic::message) == told.end()) {
            told.push_back(one);
        }
    }
    if (!isSound) {
        scenario_.timeline.resize(before.entries);
        scenario_.documents.pop_back();
        return told;
    }
    moves_.push_back(before);
    now_ += takesASecond;
    replayStory();
    return told;
}

std::optional<std::string> Rehearsal::asScenario(const std::filesystem::path& file,
                                                 const std::filesystem::path& folder) const {
    const std::string name = std::string{scenario_.name} + ", played";
    return scenarioText({*scenario_.documents.front(), file, folder, name, {}, {}}, program_, trace_,
                        settledIn(program_));
}

bool Rehearsal::undo() {
    if (moves_.empty()) {
        return false;
    }
    const Move last = moves_.back();
    moves_.pop_back();
    if (last.entries < scenario_.timeline.size()) {
        scenario_.timeline.resize(last.entries);
        Diagnostics diagnostics;
        compileStory(diagnostics);
    }
    now_ = last.now;
    replayStory();
    return true;
}

} // namespace cmksim::rehearsal
