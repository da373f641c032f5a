// A drill: a scenario's faults happen unseen, a player sees symptoms only, repairs what can be repaired, and is graded
// against the best plan.
#pragma once

#include "base/diagnostics.hpp"
#include "base/shape.hpp"
#include "rehearsal/best_course.hpp"
#include "rehearsal/drill_rules.hpp"
#include "rehearsal/prompt.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::rehearsal {

/// How many points what costs. A drill begins with a hundred. One that is passed keeps at least `passMark`, one that is
/// failed stays below it, so that points and exit code never contradict each other. Of those that are failed, one in
/// which something was repaired, within the rules, stays above `mostForNothing`; one in which nothing was repaired, and
/// no step towards that taken, has none: no honest try is worth less than to stop at once.
struct DrillPrices {
    static constexpr int fullMarks = 100;
    static constexpr int passMark = 50;
    static constexpr int mostForNothing = 30;                  // where nothing was repaired, or a rule was broken
    static constexpr int hint = 5;                             // unless the scenario says otherwise
    static constexpr int wrong = 3;                            // a line such as `wrongLine` says
    static constexpr int irreversible = 10;                    // a step that nothing undoes
    static constexpr int leftBehind = 30;                      // a resource that could have been brought back
    static constexpr Duration delay = std::chrono::minutes{5}; // beyond the best plan: a point
    static constexpr int mostForDelay = 40;
    static constexpr std::string_view wrongLine = "a line that is not understood, cannot be carried out, or is refused";
};

/// A line that was typed, and what it came to.
struct DrillMove {
    Instant at{}; // before it
    std::string line;
    Reply reply{};
    std::vector<std::string> actions; // the actions that it did or tried, by name: `key.recover contoso-kv/cmk`
    bool irreversible = false;
    bool hint = false;
};

/// What a drill came to for one resource.
struct DrilledResource {
    std::string name;
    Duration downtime{};
    Duration unrepaired{}; // it showed that something was wrong, and nothing that repairs it had been done
    bool whole = false;    // at the end
};

struct DrillResult {
    Instant began{};      // with the first symptom
    Instant ended{};      // when the player stopped
    Instant judged{};     // when the story had ended, and everything had settled
    bool complete = true; // the player stopped, or everything was whole; else the program was ended
    bool passed = false;
    bool repairedAny = false; // of what there was to repair
    bool triedAny = false;    // a step that a plan has was taken, though it may have repaired nothing
    Duration downtime{};      // of all resources that could be kept, together, until `judged`
    Duration bestDowntime{};  // the same with the best plan at every first symptom
    Duration unrepaired{};    // of the same resources
    Duration bestUnrepaired{};
    std::optional<Duration> repaired; // after the first symptom everything was whole, and stayed so; none: it never was
    int hints = 0;
    int hintPoints = DrillPrices::hint;
    int wrong = 0;
    int irreversible = 0;
    std::vector<std::string> leftBehind;
    std::vector<std::string> missed; // of what must be
    std::vector<BrokenRule> broken;
    int forDelay = 0; // points
    int points = 0;
    std::vector<DrilledResource> resources;
    std::vector<DrillMove> moves;
};

/// The points of a result whose other fields are there.
int pointsOf(const DrillResult& result);

/// Why a scenario is no drill.
enum class NoDrill : std::uint8_t {
    NothingWrong,      // nothing shows that anything is wrong
    NothingToRepair,   // what goes wrong comes back by itself, or by the story's own actions
    NothingRepairable, // nothing brings back what goes wrong
    OutOfReach,        // the best plan does not come to what must be
};

class Drill {
public:
    /// How much time has passed on the wall since the drill began.
    using WallClock = std::function<Duration()>;

    /// Plays the whole story, to know what there is to repair. With a clock the time that a player takes passes in the
    /// story, too.
    Drill(Rehearsal& rehearsal, Prompt& prompt, const TextStyle& style, std::ostream& out, WallClock clock = {});

    /// Why there is nothing to play; nothing where there is.
    [[nodiscard]] std::optional<NoDrill> noDrill() const { return noDrill_; }

    /// What must be and is out of reach, at its place in the file.
    [[nodiscard]] const Diagnostics& outOfReach() const { return outOfReach_; }

    /// Lets the story go on to its first symptom, and tells that. Where there is something to play.
    void begin();

    [[nodiscard]] bool isOver() const { return over_; }

    /// Answers a line; besides what a prompt knows, `hint`, `save` and `done`.
    void answer(std::string_view line);

    /// Lets the story go on to its end, though its player has stopped, and grades what was done.
    DrillResult finish();

private:
    /// Which resource is to be helped next, and what it suffers from.
    using Trouble = std::pair<ResourceId, Reason>;

    void passTime();
    void noteSteps(const Recovery& recovery);
    [[nodiscard]] bool isPlanned(const TimelineEntry& entry) const;
    void hint();
    Reply save(std::string_view path);
    void note(DrillMove move, Instant before);
    void judgeEnd();
    void grade(DrillResult& result);

    Rehearsal& rehearsal_;
    Prompt& prompt_;
    TextStyle style_;
    std::ostream& out_;
    WallClock clock_;
    Duration passed_{}; // on that clock, and in the story, too
    DrillResult result_;
    BestCourse best_;
    std::map<Trouble, int> hintsOn_;
    std::set<std::string> steps_; // of all plans: `key.recover contoso-kv/cmk`
    std::optional<NoDrill> noDrill_;
    Diagnostics outOfReach_;
    bool over_ = false;
};

/// What a person is told of a result.
void writeDrillText(const DrillResult& result, const TextStyle& style, std::ostream& out);

/// Its fields.
shape::Properties drillProperties();

/// The same for programs. `player` is left out where it is empty.
JsonValue drillJson(const DrillResult& result, std::string_view scenario, std::string_view file,
                    std::string_view player = {});

} // namespace cmksim::rehearsal
