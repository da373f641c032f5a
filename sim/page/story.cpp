// What a page shows of one scenario, as data.

#include "analysis/at_rest.hpp"
#include "analysis/bounds.hpp"
#include "analysis/causes.hpp"
#include "analysis/deadlines.hpp"
#include "analysis/fleet_run.hpp"
#include "analysis/fleet_totals.hpp"
#include "analysis/reaction_worlds.hpp"
#include "base/time.hpp"
#include "engine/impairment.hpp"
#include "engine/wording.hpp"
#include "page/compared_services.hpp"
#include "page/page.hpp"
#include "recovery/plan.hpp"
#include "report/action_fields.hpp"
#include "report/all_clear.hpp"
#include "report/az_commands.hpp"
#include "report/bounds_report.hpp"
#include "report/objective_report.hpp"
#include "report/plan_report.hpp"
#include "report/run_view.hpp"
#include "report/status_history.hpp"
#include "report/tags.hpp"
#include "report/unmodelled.hpp"
#include "trace/intervals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

namespace cmksim::page {

namespace {

JsonValue seconds(Instant at) { return std::int64_t{at.time_since_epoch().count()}; }
JsonValue seconds(Duration length) { return std::int64_t{length.count()}; }
JsonValue number(std::size_t value) { return static_cast<std::int64_t>(value); }

/// How many of a fleet are down over time, as intervals of one lane.
std::vector<StatusInterval> fleetIntervals(const Program& program, const FleetRun& fleet) {
    std::vector<StatusInterval> intervals;
    std::int64_t down = fleet.downAtStart();
    const auto add = [&](Instant at) {
        if (!intervals.empty()) {
            intervals.back().to = at;
        }
        intervals.push_back({at, program.until,
                             down == 0              ? Tone::Good
                             : down < fleet.members ? Tone::Warning
                                                    : Tone::Bad,
                             fmt::format("{} of {} down", down, fleet.members)});
    };
    add(scenarioStart);
    for (const DownChange& change : downChanges(program, fleet)) {
        down += change.more;
        add(change.at);
    }
    return intervals;
}

/// How many of a fleet are down from which instant on, and how its downtime is spread over its members.
JsonValue spreadOf(const Program& program, const FleetRun& fleet) {
    std::int64_t down = fleet.downAtStart();
    JsonArray curve{JsonArray{seconds(scenarioStart), down}};
    for (const DownChange& change : downChanges(program, fleet)) {
        down += change.more;
        curve.push_back(JsonArray{seconds(change.at), down});
    }
    const DowntimeDistribution downtimes = downtimesOf(program, fleet);
    return JsonObject{{"members", std::int64_t{fleet.members}}, {"down", std::move(curve)},
                      {"least", seconds(downtimes.min)},        {"median", seconds(downtimes.median)},
                      {"p90", seconds(downtimes.p90)},          {"p99", seconds(downtimes.p99)},
                      {"most", seconds(downtimes.max)}};
}

using LaneId = Id<struct LaneTag>; // a subject, by its place in the list; invalid: none

class StoryWriter {
public:
    StoryWriter(const Program& program, const Program& shown, std::string_view file,
                const std::vector<AzureTerms>& terms)
        : program_{program}, shown_{shown}, file_{file}, terms_{terms}, commands_{shown, terms},
          phases_{nominalPhases(shown)}, replay_{replayWithFleets(shown, phases_, FleetDetail::Joined)},
          causes_{shown, phases_, replay_.trace}, stories_{storiesOf(replay_.trace, shown.until)},
          statusHistory_{statusHistoryOf(shown, phases_)} {
        for (std::size_t i = 0; i < statusHistory_.subjects.size(); ++i) {
            subjectOf_.emplace(statusHistory_.subjects[i].name, LaneId{i});
        }
    }

    JsonValue write() {
        const ScenarioBounds bounds =
            boundsOf(program_, shown_, OpenTimings::All, std::min(mostWorlds, usualReactionWorlds(program_)));
        deadlines_ =
            deadlinesOver(program_, shown_, OpenTimings::All, std::min(mostWorlds, usualReactionWorlds(program_)));
        return JsonObject{{"name", shown_.name},
                          {"file", file_},
                          {"atRest", atRest()},
                          {"start", formatTimestamp(shown_.start)},
                          {"end", seconds(shown_.until)},
                          {"passed", replay_.trace.passed},
                          {"subjects", subjects()},
                          {"ties", ties()},
                          {"events", events()},
                          {"bands", bands(bounds)},
                          {"deadlines", deadlineMarks()},
                          {"objectives", objectives()},
                          {"plans", plans()},
                          {"plansUntil", plansUntil_},
                          {"resources", resources(bounds)},
                          {"services", comparedServices(program_)},
                          {"clear", clear(bounds)},
                          {"complete", bounds.everyWorld && bounds.everyReaction},
                          {"worlds", number(bounds.worlds)}};
    }

private:
    /// Enough for what a page can show of open phases that reactions wait for.
    static constexpr std::uint64_t mostWorlds = 1'000;

    // --- what there is -----------------------------------------------------------------------------------------------

    JsonValue subjects() const {
        JsonArray list;
        for (std::size_t i = 0; i < statusHistory_.subjects.size(); ++i) {
            const Subject& subject = statusHistory_.subjects[i];
            const FleetRun* fleet = subject.kind == SubjectKind::Resource ? replay_.fleets.of(ResourceId{i}) : nullptr;
            JsonArray intervals;
            for (const StatusInterval& interval :
                 fleet != nullptr ? fleetIntervals(shown_, *fleet) : subject.intervals) {
                if (interval.from < interval.to || interval.to == shown_.until) {
                    intervals.push_back(JsonArray{seconds(interval.from), seconds(interval.to),
                                                  toneNames[static_cast<std::size_t>(interval.tone)], interval.text});
                }
            }
            JsonObject shown{{"kind", subjectKindNames[static_cast<std::size_t>(subject.kind)]},
                             {"name", subject.name},
                             {"detail", subject.detail},
                             {"spells", std::move(intervals)}};
            if (subject.kind == SubjectKind::Resource) {
                addTags(tagsJson(program_, ResourceId{i}), shown);
            }
            list.push_back(std::move(shown));
        }
        for (const Unmodelled& one : program_.unmodelled) {
            const std::string uses = whatItHangsOn(program_, one);
            const std::string text = knownOf(program_, one);
            JsonArray whole{seconds(scenarioStart), seconds(shown_.until), "unmodelled",
                            uses.empty() ? text : fmt::format("{} ({})", text, uses)};
            JsonObject shown{{"kind", subjectKindNames[static_cast<std::size_t>(SubjectKind::Resource)]},
                             {"name", one.name},
                             {"detail", one.type},
                             {"spells", JsonArray{std::move(whole)}}};
            addTags(tagsJson(one.tags), shown);
            list.push_back(std::move(shown));
        }
        return list;
    }

    /// By which a reader may group what there is.
    static void addTags(JsonObject tags, JsonObject& subject) {
        if (!tags.empty()) {
            subject.emplace_back("tags", std::move(tags));
        }
    }

    JsonValue ties() const {
        JsonArray list;
        for (const auto& [from, to, since, until, slots] : statusHistory_.ties) {
            list.push_back(JsonArray{number(from), number(to), seconds(since), seconds(until), slots});
        }
        std::size_t own = statusHistory_.subjects.size();
        for (const Unmodelled& one : program_.unmodelled) {
            for (const LaneId other : lanesUnder(one)) {
                list.push_back(
                    JsonArray{number(own), number(other.index()), seconds(scenarioStart), seconds(shown_.until)});
            }
            ++own;
        }
        return list;
    }

    /// What a resource without a model hangs on.
    [[nodiscard]] std::vector<LaneId> lanesUnder(const Unmodelled& resource) const {
        std::vector<LaneId> lanes;
        const auto add = [&](const std::string& name) {
            if (const LaneId found = lane(name); found.valid() && std::ranges::find(lanes, found) == lanes.end()) {
                lanes.push_back(found);
            }
        };
        const WorldNames& names = program_.names;
        for (const Unmodelled::KeyUse& use : resource.keys) {
            if (const auto& key = use.key.named) {
                add(names.vaults[key->vault].text + '/' + names.keys[key->key].text);
            }
            if (use.identity.valid()) {
                add(names.identities[use.identity].text);
            }
        }
        for (const IdentityId identity : resource.identities) {
            add(names.identities[identity].text);
        }
        for (const VaultId vault : resource.vaults) {
            add(names.vaults[vault].text);
        }
        for (const std::string& base : resource.on) {
            add(base);
        }
        return lanes;
    }

    /// The lane of something by its name; that of the vault for what is within a key or a vault and has none.
    [[nodiscard]] LaneId lane(std::string name) const {
        for (std::size_t end = name.size(); end != std::string::npos; end = name.rfind('/')) {
            name.resize(end);
            if (const auto found = subjectOf_.find(name); found != subjectOf_.end()) {
                return found->second;
            }
        }
        return {};
    }

    /// What is down or impaired before anything happens.
    JsonValue atRest() const {
        JsonArray list;
        for (const AtRest& trouble : troublesAtRest(program_)) {
            list.push_back(JsonObject{{"lane", number(trouble.resource.index())},
                                      {"standing", nameOf(trouble.status)},
                                      {"text", troubleText(program_, trouble)}});
        }
        return list;
    }

    // --- what happened -----------------------------------------------------------------------------------------------

    JsonValue events() const {
        const std::vector<Record>& records = replay_.trace.records;
        JsonArray list;
        for (const Record& record : records) {
            JsonObject event{{"t", seconds(record.position.at)}};
            tell(record, event);
            if (const Record* cause = causes_.of(record)) {
                event.emplace_back("cause", number(static_cast<std::size_t>(cause - records.data())));
            }
            JsonArray others;
            for (const Record* other : causes_.othersOf(record)) {
                others.push_back(number(static_cast<std::size_t>(other - records.data())));
            }
            if (!others.empty()) {
                event.emplace_back("otherCauses", std::move(others));
            }
            if (record.on && record.on->members.count > 1) {
                event.emplace_back("until", seconds(record.on->members.until));
                event.emplace_back("members", std::int64_t{record.on->members.count});
            }
            list.push_back(std::move(event));
        }
        return list;
    }

    /// Of the resource that a record is about; none of one of the world.
    [[nodiscard]] static LaneId laneOf(const Record& record) {
        return record.on ? LaneId{record.on->resource.index()} : LaneId{};
    }

    void place(JsonObject& event, std::string_view kind, LaneId lane, Tone tone, std::string text) const {
        event.emplace_back("kind", kind);
        if (lane.valid()) {
            event.emplace_back("lane", number(lane.index()));
        }
        event.emplace_back("tone", toneNames[static_cast<std::size_t>(tone)]);
        event.emplace_back("text", std::move(text));
    }

    void wording(JsonObject& event, const Record& record, const Wording& wording) const {
        const auto add = [&](std::string_view name, std::string text) {
            if (!text.empty()) {
                event.emplace_back(name, std::move(text));
            }
        };
        add("error", std::string{wording.error});
        add("message", filled(shown_, record, wording.message));
        add("fix", std::string{wording.fix});
        if (wording.provenance != nullptr) {
            event.emplace_back("sources",
                               JsonArray(wording.provenance->sources.begin(), wording.provenance->sources.end()));
            add("assumed", wording.provenance->assumed);
        }
    }

    void tell(const Record& record, JsonObject& event) const {
        std::visit([&](const auto& what) { tell(what, record, event); }, record.what);
    }

    void tell(const FactHappened&, const Record& record, JsonObject& event) const {
        const LaneId own = laneOf(record);
        place(event, "fact", own.valid() ? own : lane(factTarget(shown_, record)), Tone::Warning,
              eventName(shown_, record));
    }

    void tell(const ActionDone& done, const Record& record, JsonObject& event) const {
        const TimelineEntry& entry = shown_.entries[done.entry];
        LaneId at = laneOf(record);
        const Action& act = *entry.action();
        if (!at.valid() && !vaultOf(act).valid() && identityOf(act).valid()) {
            at = lane(shown_.names.identities[identityOf(act)].text);
        }
        place(event, "action", at.valid() ? at : lane(entry.target), done.refusal ? Tone::Bad : Tone::Good,
              eventName(shown_, record) + (done.refusal ? ": refused" : ""));
        if (const std::string with = flowYaml(argumentsOf(shown_, entry)); !with.empty()) {
            event.emplace_back("with", with);
        }
        if (const std::string az = joinedCommands(commands_.of(entry)); !az.empty()) {
            event.emplace_back("az", az);
        }
        if (done.refusal) {
            wording(event, record, wordingOf(shown_, record));
        }
    }

    static void tell(Created, const Record&, JsonObject&) {}
    static void tell(Deleted, const Record&, JsonObject&) {}

    void tell(DataLost, const Record& record, JsonObject& event) const {
        place(event, "data-lost", laneOf(record), Tone::Bad, "data lost for good");
    }

    void tell(const ConditionChanged& change, const Record& record, JsonObject& event) const {
        const std::string& name = shown_.modelOf(record.on->resource).conditions[change.condition].name;
        place(event, "condition", laneOf(record), change.raised ? Tone::Warning : Tone::Good,
              change.raised ? name : "no longer " + name);
    }

    void tell(const Transition& change, const Record& record, JsonObject& event) const {
        const Model& model = shown_.modelOf(record.on->resource);
        const Tone tone = record.on->status.down                 ? Tone::Bad
                          : isImpaired(model, record.on->status) ? Tone::Warning
                                                                 : Tone::Good;
        std::string text = fmt::format("{} to {}", model.states[change.from].name, model.states[change.to].name);
        text += change.reason == Reason::None ? "" : fmt::format(": {}", nameOf(change.reason));
        text += ofSlot(shown_, change.slot);
        place(event, "transition", laneOf(record), tone, std::move(text));
        wording(event, record, wordingOf(shown_, *record.on, change.reason));
    }

    void tell(const LossCame&, const Record& record, JsonObject& event) const {
        const LossRule& rule = lossOf(shown_, record);
        place(event, "data-lost", laneOf(record), Tone::Bad,
              fmt::format("lost{}: {}", rule.forGood ? " for good" : "", rule.what));
    }

    void tell(const KeyRotated& rotated, const Record& record, JsonObject& event) const {
        place(event, "key-rotated", laneOf(record), Tone::Good,
              fmt::format("goes over from {} to {}{}", shown_.names.text(rotated.from), shown_.names.text(rotated.to),
                          ofSlot(shown_, rotated.slot)));
    }

    void tell(const OperationTried& tried, const Record& record, JsonObject& event) const {
        place(event, "operation", laneOf(record), tried.denied ? Tone::Bad : Tone::Good,
              fmt::format("{}: {}", shown_.entries[tried.entry].name, tried.denied ? "denied" : "ok"));
        if (tried.denied) {
            wording(event, record, wordingOf(shown_, record));
        }
    }

    void tell(const ReadDone& read, const Record& record, JsonObject& event) const {
        const TimelineEntry& entry = shown_.entries[read.entry];
        place(event, "sight", lane(entry.target), read.refusal ? Tone::Bad : Tone::Good,
              fmt::format("{} {}: {}", entry.name, entry.target, read.refusal ? "denied" : "ok"));
        if (read.refusal) {
            wording(event, record, wordingOf(shown_, record));
        }
    }

    void tell(const Verdict& verdict, const Record& record, JsonObject& event) const {
        const ExpectationView view = expectationView(shown_, record);
        place(event, "expectation", laneOf(record), verdict.held ? Tone::Good : Tone::Bad,
              verdict.held ? fmt::format("expected, and held: {}", view.expected)
                           : fmt::format("expected {}, but {}", view.expected, view.actual));
        event.emplace_back("line", std::int64_t{view.line});
    }

    // --- what is open, and until when --------------------------------------------------------------------------------

    JsonValue bands(const ScenarioBounds& bounds) const {
        JsonArray list;
        const auto add = [&](const ResourceBounds& resource, const Turn& turn, std::string_view what,
                             const OutageBounds& outage) {
            if (!turn.instant.isPoint()) {
                list.push_back(JsonObject{{"lane", number(resource.resource.index())},
                                          {"from", seconds(turn.instant.least)},
                                          {"to", seconds(turn.instant.most)},
                                          {"what", what},
                                          {"reason", nameOf(outage.reason())},
                                          {"after", causeOf(shown_, turn.cause)},
                                          {"likely", fmt::format("{:.3g}", 100 * outage.probability.toDouble())}});
            }
        };
        for (const ResourceBounds& resource : bounds.resources) {
            for (const OutageBounds& outage : resource.outages) {
                add(resource, outage.start, "goes down", outage);
                if (outage.over) {
                    add(resource, outage.end, "comes back", outage);
                }
            }
        }
        return list;
    }

    JsonValue deadlineMarks() const {
        JsonArray list;
        for (const Deadline& deadline : deadlines_) {
            JsonArray loses;
            for (const ResourceId id : deadline.loses) {
                loses.emplace_back(shown_.resources[id].name);
            }
            JsonObject mark{{"t", seconds(deadline.at)},
                            {"from", seconds(deadline.earliest)},
                            {"to", seconds(deadline.latest)},
                            {"what", std::string{nameOf(deadline.ending)}},
                            {"target", targetOf(shown_, deadline)},
                            {"loses", std::move(loses)},
                            {"averted", deadline.averted ? seconds(*deadline.averted) : JsonValue{nullptr}}};
            if (const std::vector<std::string> names = notKnownBy(shown_, deadline); !names.empty()) {
                mark.emplace_back("notKnown", JsonArray(names.begin(), names.end()));
            }
            if (const LaneId at = lane(targetOf(shown_, deadline)); at.valid()) {
                mark.emplace_back("lane", number(at.index()));
            }
            list.push_back(std::move(mark));
        }
        return list;
    }

    /// The way back from each instant at which something became different; what stays the same is told once.
    JsonValue plans() {
        JsonArray list;
        std::string last;
        std::size_t looked = 0;
        for (const Instant at : statusHistory_.changes) {
            if (looked == mostPlans) {
                plansUntil_ = seconds(at);
                break;
            }
            ++looked;
            const JsonValue plan = planJson(planRecovery(shown_, at), terms_).with("at", nullptr);
            if (std::string text = plan.line(); text != last) {
                list.push_back(plan.with("at", seconds(at)));
                last = std::move(text);
            }
        }
        return list;
    }

    [[nodiscard]] JsonValue eventOf(const Record* record) const {
        return record == nullptr ? JsonValue{nullptr}
                                 : number(static_cast<std::size_t>(record - replay_.trace.records.data()));
    }

    /// When a resource was down, and which events began and ended that.
    [[nodiscard]] JsonValue outages(ResourceId resource) const {
        JsonArray list;
        for (const Outage& outage : outagesOf(stories_[resource])) {
            list.push_back(JsonObject{{"from", seconds(outage.from)},
                                      {"to", seconds(outage.to)},
                                      {"down", eventOf(outage.intervals.front().began)},
                                      {"up", eventOf(outage.ended)}});
        }
        return list;
    }

    JsonValue resources(const ScenarioBounds& bounds) const {
        JsonArray list;
        for (const ResourceEnd& end : replay_.trace.ends) {
            const Model& model = shown_.modelOf(end.resource);
            JsonObject row{{"lane", number(end.resource.index())},
                           {"service", fmt::format("{} {}", model.service, model.version)},
                           {"state", stateName(model, end.status)},
                           {"reason", nameOf(end.status.reason)},
                           {"recoverable", end.status.recoverable}};
            if (const FleetRun* fleet = replay_.fleets.of(end.resource)) {
                row.emplace_back("downtime", seconds(downtimesOf(shown_, *fleet).max));
                row.emplace_back("outages", JsonArray{});
                row.emplace_back("fleet", spreadOf(shown_, *fleet));
            } else {
                row.emplace_back("downtime", seconds(end.status.downtime));
                row.emplace_back("outages", outages(end.resource));
            }
            const auto bound = std::ranges::find(bounds.resources, end.resource, &ResourceBounds::resource);
            if (bound != bounds.resources.end()) {
                row.emplace_back("least", seconds(bound->downtime.extent.least));
                row.emplace_back("most", seconds(bound->downtime.extent.most));
                row.emplace_back("mayBeImpaired", !bound->impairments.empty());
                const bool isUnweighed = bound->mayLoseData && bound->dataLost.isZero();
                row.emplace_back("lost",
                                 isUnweighed ? "some" : fmt::format("{:.3g}", 100 * bound->dataLost.toDouble()));
            }
            list.push_back(std::move(row));
        }
        return list;
    }

    /// What is asked of resources and journeys, and whether that is kept at every timing.
    [[nodiscard]] JsonValue objectives() const {
        const JudgedObjectives judged = judgedObjectives(program_, OpenTimings::All);
        JsonArray list;
        for (const ObjectiveResult& one : judged.results) {
            const Objective& objective = judged.objectives[one.objective];
            list.push_back(JsonObject{{"name", objective.name},
                                      {"asked", askedText(objective, one.kind)},
                                      {"holds", heldNames[static_cast<std::size_t>(one.held)]},
                                      {"text", heldText(one)}});
        }
        return list;
    }

    /// The sentences that say that nothing happened, where they may be said.
    [[nodiscard]] JsonValue clear(const ScenarioBounds& bounds) const {
        const bool complete = bounds.everyWorld && bounds.everyReaction;
        const std::string courses =
            fmt::format("in {} {} that {} looked at", bounds.worlds, bounds.worlds == 1 ? "course" : "courses",
                        bounds.worlds == 1 ? "was" : "were");
        JsonObject said;
        if (const std::string failed = failedNames(bounds); !failed.empty() && noneUnreachable(bounds)) {
            said.emplace_back("unreachable",
                              fmt::format("{} failed as it was made, and nothing that was up became unreachable, {}.",
                                          failed, complete ? "at any timing" : courses));
        } else if (noneUnreachable(bounds)) {
            said.emplace_back("unreachable", allClear(AllClear::NoneUnreachable, complete ? "at any timing" : courses));
        }
        if (noDataLost(bounds)) {
            said.emplace_back(
                "data", allClear(program_.unmodelled.empty() ? AllClear::NoDataLost : AllClear::NoModelledDataLost,
                                 complete ? "at any phase" : courses));
        }
        return said;
    }

    /// Those whose making failed at some timing.
    [[nodiscard]] std::string failedNames(const ScenarioBounds& bounds) const {
        std::string names;
        for (const ResourceBounds& one : bounds.resources) {
            if (!one.failed.empty()) {
                names += (names.empty() ? "" : ", ") + shown_.resources[one.resource].name;
            }
        }
        return names;
    }

    [[nodiscard]] bool noneUnreachable(const ScenarioBounds& bounds) const {
        const bool allArePlayed =
            std::ranges::all_of(program_.unmodelled, [](const Unmodelled& one) { return one.carries.empty(); });
        return allArePlayed &&
               std::ranges::all_of(replay_.trace.ends,
                                   [&](const ResourceEnd& end) {
                                       const FleetRun* fleet = replay_.fleets.of(end.resource);
                                       return fleet != nullptr ? downtimesOf(shown_, *fleet).max == Duration::zero()
                                                               : end.status.downtime == Duration::zero();
                                   }) &&
               std::ranges::all_of(bounds.resources, [](const ResourceBounds& one) {
                   return one.downtime.extent.most == Duration::zero();
               });
    }

    [[nodiscard]] bool noDataLost(const ScenarioBounds& bounds) const {
        const auto isLoss = [](const Record& record) { return std::holds_alternative<DataLost>(record.what); };
        return std::ranges::none_of(replay_.trace.records, isLoss) &&
               std::ranges::all_of(replay_.trace.ends, [](const ResourceEnd& end) { return end.status.recoverable; }) &&
               std::ranges::all_of(bounds.resources, [](const ResourceBounds& one) { return !one.mayLoseData; }) &&
               std::ranges::none_of(deadlines_, [&](const Deadline& one) {
                   return !one.averted && !one.loses.empty() && one.at > shown_.until;
               });
    }

    std::vector<Deadline> deadlines_;
    const Program& program_;
    const Program& shown_;
    std::string_view file_;
    const std::vector<AzureTerms>& terms_;
    AzCommands commands_;
    Phases phases_;
    ReplayWithFleets replay_;
    Causes causes_;
    IdVector<ResourceId, ResourceStory> stories_;
    StatusHistory statusHistory_;
    std::unordered_map<std::string, LaneId> subjectOf_;
    JsonValue plansUntil_ = nullptr;
};

} // namespace

JsonValue storyJson(const Program& program, const Program& shown, std::string_view file,
                    const std::vector<AzureTerms>& terms) {
    return StoryWriter{program, shown, file, terms}.write();
}

} // namespace cmksim::page
