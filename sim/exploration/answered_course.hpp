// A state on its way through faults, a story and the answers of a responder, and how bad it has been so far.
#pragma once

#include "engine/objective.hpp"
#include "engine/simulation_state.hpp"
#include "engine/timings.hpp"
#include "recovery/search.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

namespace cmksim::exploration {

enum class WorstMeasure : std::uint8_t {
    Downtime, // all of it, added up
    Outage,   // the longest
    Impaired, // the longest interval in which it is down, denies something, or does not rotate its key
};
inline constexpr std::array<std::string_view, 3> worstMeasureNames{"downtime", "outage", "impaired"};

/// How long after a symptom the responder acts; any time between both, anew for each symptom.
struct ResponseTime {
    Duration least{};
    Duration most{};
};

/// What is not over when the search ends is worse than all that is.
struct Badness {
    bool open = false;
    Duration value{};

    friend auto operator<=>(const Badness&, const Badness&) = default;
};

struct CourseStep {
    enum class By : std::uint8_t { Fault, Story, Responder } by = By::Fault;
    Instant at{};
    Action action;
};

/// What answers were made of.
struct AnswersSeen {
    bool grants = false;             // some has a step that takes a time to count
    std::set<IdentityId> identities; // that they name
    std::set<VaultId> vaults;
    std::set<KeyId> keys;

    void include(const Program& program, const Action& step);
};

/// What is measured, of what, and who answers. All of it must outlive the courses.
struct CourseRules {
    const Program& program; // its timeline is the story
    WorstMeasure measure{};
    const Need& of;
    std::vector<Duration> responses; // after the first symptom, the second, …; the last stands for those after it;
                                     // none: no answer comes
    TimingEnd answers = TimingEnd::Nominal; // how long what they grant takes to count
    AnswersSeen* seen = nullptr;            // is told of every answer
};

/// Intervals in which it is bad.
struct Tally {
    Instant since = never; // of one that is not over
    Duration total{};      // of those that are
    Duration longest{};
    Instant first = never;       // when the first began
    Instant longestFrom = never; // when the longest began, of those that are over
    Duration limit = Duration::max();
    Instant exceeded = never; // when there was more of it in all

    void look(bool isBad, Instant now);
    /// Whether it is at least as bad as another from now on, whatever comes.
    [[nodiscard]] bool dominates(const Tally& other, WorstMeasure measure) const;
    [[nodiscard]] Badness badness(WorstMeasure measure, Instant now) const;
};

/// Within one instant the story acts before the responder, and faults come after both: the responder may be undone at
/// once. A symptom is that a look finds a resource bad, or that it becomes so; what shows while an answer is under way
/// is answered with it. An answer is the best plan for everything that is wrong when it is carried out.
class AnsweredCourse {
public:
    AnsweredCourse(const CourseRules& rules, const Phases& phases);

    [[nodiscard]] const SimulationState& simulation() const { return simulation_; }
    [[nodiscard]] Instant now() const { return simulation_.now(); }
    [[nodiscard]] const Tally& tally() const { return tally_; }
    [[nodiscard]] Instant answerDue() const { return answerDue_; }
    [[nodiscard]] std::size_t symptoms() const { return symptoms_; }
    /// An answer waits for what the rest of it stands on.
    [[nodiscard]] bool isHalfAnswered() const { return rest_.has_value(); }

    /// When something happens next, without a fault.
    [[nodiscard]] Instant nextDue() const;

    /// Plays everything before the faults of an instant.
    void goTo(Instant instant);
    /// Plays the rest of this instant: no fault can come in it any more.
    void settle();

    /// A fault; false where it is refused and changes nothing. The action must outlive the course.
    bool act(const Action& fault);

    /// Goes on without faults to `end`, and further until nothing is bad and no answer is under way, up to `patience`.
    Badness finish(Instant end, Instant patience);

    /// From which amount of it on to note when there was more.
    void limit(Duration most) { tally_.limit = most; }
    /// Notes what the story and the responder do from now on.
    void tellTo(std::vector<CourseStep>* steps) { told_ = steps; }

private:
    void actAsDue();
    void answer();
    void endInstant();
    void look();
    [[nodiscard]] bool isBad(ResourceId id) const;
    [[nodiscard]] bool looksNow(ResourceId id) const;
    [[nodiscard]] bool isUnmet(const Need& need) const;
    void tell(CourseStep::By by, const Action& action);

    const CourseRules* rules_;
    SimulationState simulation_;
    bool settled_ = false; // this instant is over
    EntryId nextEntry_{0};
    Instant answerDue_ = never;
    std::size_t symptoms_ = 0; // that were answered, or are being
    std::vector<bool> bad_;    // of the resources, as they stood when last looked at
    Tally tally_;
    std::vector<CourseStep>* told_ = nullptr;
    std::vector<recovery::Steps> answers_; // which must outlive the state
    std::optional<std::size_t> rest_;      // of the last answer, the step that waits for what it stands on
    bool hasWaited_ = false;               // for a step of it to be accepted by hand
    bool looksAgain_ = false;              // the responder, as what showed meanwhile may have come too late
    std::vector<Record> records_;
};

} // namespace cmksim::exploration
