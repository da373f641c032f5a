// A scenario that is played on: its own story, what was done to it since, and the instant that it has come to.
// Time moves only when told to. Every move replays the whole from its start: that takes no longer than a person blinks,
// and nothing can come out other than in a file with the same timeline.
#pragma once

#include "base/diagnostics.hpp"
#include "base/json_value.hpp"
#include "catalog/catalog.hpp"
#include "compile/drill.hpp"
#include "engine/replay.hpp"
#include "reads/read_outputs.hpp"
#include "scenario/ast.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cmksim::rehearsal {

class Rehearsal {
public:
    /// Where open phases and timings stand in a program.
    using ChooseTiming = std::function<Phases(Program&)>;

    /// At the start of a scenario; what it expects, and what it only tries, is left out. `catalog` must outlive the
    /// rehearsal. Nothing when the scenario does not compile, as reported.
    static std::optional<Rehearsal> begin(Scenario scenario, Catalog& catalog, ChooseTiming timing,
                                          Diagnostics& diagnostics);

    /// The story so far, as a program up to now, and what came of it.
    [[nodiscard]] const Program& program() const { return program_; }
    [[nodiscard]] const Phases& phases() const { return phases_; }
    [[nodiscard]] const Trace& trace() const { return trace_; }
    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] Catalog& catalog() const { return *catalog_; }
    /// The commands in it, the story's and those typed here.
    [[nodiscard]] reads::CommandTexts commands() const { return reads::commandTextsOf(scenario_.timeline); }

    /// When the scenario ends by itself.
    [[nodiscard]] Instant end() const { return end_; }

    /// What the scenario says as a drill, and what it asks for and forbids, in the names of the program.
    [[nodiscard]] const std::optional<DrillSpec>& drill() const { return scenario_.drill; }
    [[nodiscard]] const DrillRules& rules() const { return compiled_->rules; }

    /// Whether an entry was done here, and not by the scenario.
    [[nodiscard]] bool isDoneHere(const TimelineEntry& entry) const { return entry.place.line > storyLines_; }

    void advanceTo(Instant instant);

    /// Does what an entry of a timeline says, given by its fields (`{do: key.delete, target: contoso-kv/cmk}`); that
    /// takes a second. What is wrong with it, and where that has an error nothing has happened.
    std::vector<Diagnostic> act(JsonObject entry);

    /// What was played up to now as a scenario that passes, to lie in `folder`. Nothing for a file that was not written
    /// line by line.
    [[nodiscard]] std::optional<std::string> asScenario(const std::filesystem::path& file,
                                                        const std::filesystem::path& folder) const;

    /// Takes the last move back, whichever it was. False when there is none.
    bool undo();

private:
    struct Move {
        std::size_t entries = 0; // of the timeline before it
        Instant now{};
    };

    Rehearsal(Scenario scenario, Catalog& catalog, ChooseTiming timing);
    bool compileStory(Diagnostics& diagnostics);
    void replayStory();

    Scenario scenario_;
    Catalog* catalog_;
    ChooseTiming timing_;
    std::shared_ptr<TextStore> texts_;
    std::uint32_t storyLines_ = 0; // lines behind them are those typed here
    Instant end_{};
    Instant now_{};
    std::vector<Move> moves_;
    std::optional<CompiledDrill> compiled_; // the whole of it, behind now too
    Program program_;
    Phases phases_;
    Trace trace_;
};

} // namespace cmksim::rehearsal
