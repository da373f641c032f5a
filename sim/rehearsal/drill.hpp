// A drill: a scenario's faults happen unseen, somebody sees symptoms only and mends what they can, and is graded
// against the best plan.
#pragma once

#include "base/json_value.hpp"
#include "rehearsal/best_course.hpp"
#include "rehearsal/prompt.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::rehearsal {

/// How many points what costs; a drill begins with a hundred and cannot end below none.
struct DrillPrices {
    static constexpr int fullMarks = 100;
    static constexpr int hint = 5;
    static constexpr int wrong = 3;                            // a command that is none, or that was refused
    static constexpr int irreversible = 10;                    // a step that nothing undoes
    static constexpr int leftBehind = 30;                      // a resource that could have been brought back
    static constexpr Duration delay = std::chrono::minutes{5}; // of one resource, beyond the best plan: a point
    static constexpr int mostForDelay = 40;
};

/// What somebody typed, and what it came to.
struct DrillMove {
    Instant at{}; // before it
    std::string line;
    Reply reply{};
    bool irreversible = false;
    bool hint = false;
};

struct DrillResult {
    Instant began{}; // with the first symptom
    Instant ended{};
    bool recovered = false; // everything that could be brought back is Ready, and stays so
    Duration downtime{};    // of all resources together
    Duration best{};        // with the best plan at every first symptom
    int hints = 0;
    int wrong = 0;
    int irreversible = 0;
    std::vector<std::string> leftBehind;
    int forDelay = 0; // points
    int points = 0;
    std::vector<DrillMove> moves;
};

class Drill {
public:
    /// Lets the story go on to its first symptom. Without any there is nothing to mend, and the drill is over.
    Drill(Rehearsal& rehearsal, Prompt& prompt, const TextStyle& style, std::ostream& out);

    [[nodiscard]] bool isOver() const { return over_; }

    /// Answers a line; besides what a prompt knows, `hint` and `done`.
    void answer(std::string_view line);

    /// As it stands now; whatever is not Ready counts as left behind.
    [[nodiscard]] DrillResult result() const;

private:
    /// Which resource is to be helped next, and what it suffers from.
    using Trouble = std::pair<ResourceId, Reason>;

    void hint();
    void judgeEnd();
    [[nodiscard]] std::vector<ResourceId> notReady() const;

    Rehearsal& rehearsal_;
    Prompt& prompt_;
    TextStyle style_;
    std::ostream& out_;
    DrillResult result_;
    std::vector<ResourceId> lost_; // that nothing could have brought back
    Instant lastFault_{};          // of the story
    std::map<Trouble, int> hintsOn_;
    bool over_ = false;
    bool recovered_ = false;
};

void writeDrillText(const DrillResult& result, const TextStyle& style, std::ostream& out);
JsonValue drillJson(const DrillResult& result, std::string_view scenario, std::string_view file);

} // namespace cmksim::rehearsal
