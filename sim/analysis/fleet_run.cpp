#include "analysis/fleet_run.hpp"

#include "analysis/failing_phases.hpp"
#include "analysis/roster.hpp"
#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"
#include "trace/intervals.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <span>
#include <tuple>

namespace cmksim::analysis {

namespace {

class FleetReplay {
public:
    FleetReplay(const Program& program, const WorldHistory& history, ResourceId id)
        : program_{program}, history_{history}, id_{id}, roster_{program, id} {
        run_.fleet = id;
        run_.members = program.resources[id].fleet->members;
    }

    FleetRun run(Duration phase) {
        const bool spread = program_.resources[id_].fleet->phases.has_value();
        const std::vector<PhaseClass> classes =
            spread ? phaseClasses(program_, history_, id_) : std::vector<PhaseClass>{{phase, phase}};
        first_.reserve(usualRecords);
        last_.reserve(usualRecords);
        run_.classes.reserve(classes.size());
        for (const PhaseClass& one : classes) {
            play(one);
            if (run_.classes.size() == 1) {
                run_.spans.reserve(classes.size() * first_.size());
            }
        }
        run_.start = history_.born(id_).statusAt(scenarioStart);
        return std::move(run_);
    }

private:
    static constexpr std::size_t usualRecords = 16;

    void play(const PhaseClass& phases) {
        MemberClass members{phases, roster_.first(phases), roster_.count(phases), {}, {}};
        run_.passed = walk(phases.firstPhases(), first_, members.firstEnd) && run_.passed;
        const bool several = phases.first < phases.last;
        const bool looksAlone = onlyLooksMove();
        members.lastEnd = members.firstEnd;
        if (several && looksAlone) {
            members.lastEnd.downtime += downtimeGrown(phases.last - phases.first);
        } else if (several) {
            run_.passed = walk(phases.lastPhases(), last_, members.lastEnd) && run_.passed;
        }
        for (std::size_t i = 0; i < first_.size(); ++i) {
            if (!several || looksAlone) {
                add(first_[i], phases, several && isOfLook(first_[i]));
            } else if (first_[i].isFailedVerdict() != last_[i].isFailedVerdict()) {
                split(first_[i], last_[i], phases);
            } else {
                add(first_[i], phases, last_[i].position.at != first_[i].position.at);
            }
        }
        run_.classes.push_back(members);
    }

    static bool isOfLook(const Record& record) { return record.position.stage == Stage::Revalidations; }

    /// Whether what the looks of the first member brought about is as much later for another as its phase is, and all
    /// else at the same time: then the records of one tell those of both ends. Any other clock, fact of its own, base,
    /// expectation or second life of a resource may mix the two, and both ends are replayed.
    [[nodiscard]] bool onlyLooksMove() const {
        const Model& model = program_.modelOf(id_);
        return !model.countsTime() && !model.rotationClock && !model.standsOn &&
               std::ranges::all_of(first_, [](const Record& record) {
                   return isOfLook(record) ||
                          (record.position.stage == Stage::Actions &&
                           (record.is<ActionDone>() || record.is<Transition>() || record.is<ConditionChanged>()));
               });
    }

    /// How much more downtime a member has than the first whose looks are so much later.
    [[nodiscard]] Duration downtimeGrown(Duration later) const {
        Duration grown{};
        DownWatch watch{history_.born(id_).statusAt(scenarioStart)};
        for (const Record& record : first_) {
            const DownWatch::Turn turn = watch.follow(record);
            if (turn != DownWatch::Turn::None && isOfLook(record)) {
                grown += turn == DownWatch::Turn::Up ? later : -later;
            }
        }
        return grown;
    }

    bool walk(const OpenPhases& phases, std::vector<Record>& records, ResourceStatus& end) {
        records.clear();
        ResourceReplay walk{program_, history_, id_, phases, records};
        walk.finish();
        run_.appeared = walk.appeared();
        end = walk.resource().statusAt(program_.until);
        return walk.passed();
    }

    void add(const Record& record, const PhaseClass& phases, bool shifted) {
        if (const std::uint32_t count = roster_.count(phases)) {
            run_.spans.push_back({record, phases, roster_.first(phases), count,
                                  static_cast<std::uint32_t>(run_.classes.size()), shifted});
        }
    }

    /// An expectation that some members of a class meet, and others do not.
    void split(const Record& first, const Record& last, const PhaseClass& phases) {
        Duration next = phases.first;
        const auto part = [&](Duration end, bool held) {
            if (next <= end) {
                Record record = first;
                std::get<Verdict>(record.what).held = held;
                record.on->status.downtime += (last.on->status.downtime - first.on->status.downtime) /
                                              (phases.last - phases.first).count() * (next - phases.first).count();
                add(record, {next, end}, false);
                next = end + Duration{1};
            }
        };
        for (const PhaseClass& failing : failingPhases(program_, first, last, phases)) {
            part(failing.first - Duration{1}, true);
            part(failing.last, false);
        }
        part(phases.last, true);
    }

    const Program& program_;
    const WorldHistory& history_;
    ResourceId id_;
    Roster roster_;
    FleetRun run_;
    std::vector<Record> first_; // of a class, at the phase of its first member
    std::vector<Record> last_;  // and of its last
};

/// What makes two records the same event of two members.
auto contentOf(const Record& record) {
    return std::tie(record.position.stage, record.what, record.on->status.reason, record.on->key, record.on->identity);
}

bool fellShort(const Record& record) { return record.is<Verdict>() ? !record.as<Verdict>().held : record.refused(); }

/// A verb of the timeline is one event, whatever it comes to for each member.
bool isOfEntry(const Record& record) {
    return record.is<ActionDone>() || record.is<OperationTried>() || record.is<Verdict>();
}

Instant endOf(const MemberSpan& span) {
    return span.record.position.at + (span.shifted ? span.phases.last - span.phases.first : Duration::zero());
}

} // namespace

ResourceStatus MemberClass::endAt(Duration phase) const {
    ResourceStatus end = firstEnd;
    if (phases.first < phases.last) {
        end.downtime += (lastEnd.downtime - firstEnd.downtime) / (phases.last - phases.first).count() *
                        (phase - phases.first).count();
    }
    return end;
}

const FleetRun* FleetRuns::of(ResourceId resource) const {
    const auto found = std::ranges::find(runs, resource, &FleetRun::fleet);
    return found == runs.end() ? nullptr : &*found;
}

FleetRun runFleet(const Program& program, const WorldHistory& history, ResourceId id, Duration phase) {
    return FleetReplay{program, history, id}.run(phase);
}

std::vector<Record> joined(const Program& program, const FleetRun& run) {
    std::vector<Record> records;
    std::map<std::tuple<EntryId, std::uint32_t, std::size_t>, std::size_t> ofEntries;
    std::vector<const MemberSpan*> spans;
    for (const MemberSpan& span : run.spans) {
        spans.push_back(&span);
    }
    std::ranges::stable_sort(spans, {}, [](const MemberSpan* span) { return span->record.position.at; });
    for (const MemberSpan* span : spans) {
        const std::uint32_t shortOf = fellShort(span->record) ? span->count : 0;
        Record record = span->record;
        record.on->members = {span->first, span->count, shortOf, false, endOf(*span)};
        if (isOfEntry(record)) {
            const auto [known, isNew] =
                ofEntries.try_emplace({record.entry(), record.item(), record.what.index()}, records.size());
            if (!isNew) {
                Record& whole = records[known->second];
                // One that fell short shows what became of those that did.
                if (fellShort(record) && !fellShort(whole)) {
                    std::swap(whole, record);
                }
                Members& all = whole.on->members;
                all = {0, all.count + record.on->members.count, all.fellShort + record.on->members.fellShort, false,
                       all.until};
                continue;
            }
        } else {
            const auto before = std::find_if(records.rbegin(), records.rend(), [&](const Record& other) {
                const Members& members = other.on->members;
                return contentOf(other) == contentOf(record) && members.until <= record.position.at &&
                       (members.first + members.count) % run.members == span->first &&
                       members.count + span->count <= run.members &&
                       (span->shifted || other.position.at == record.position.at ||
                        record.position.stage == Stage::Revalidations || record.position.stage == Stage::OwnFacts);
            });
            const Duration period = program.modelOf(run.fleet).revalidation.nominal;
            if (before != records.rend() && record.on->members.until - before->position.at < period) {
                before->on->members.count += span->count;
                before->on->members.until = record.on->members.until;
                continue;
            }
        }
        records.push_back(record);
    }
    return records;
}

std::vector<MemberEvent> listed(const Program& program, const FleetRun& run) {
    std::vector<std::uint32_t> order(run.spans.size());
    std::size_t events = 0;
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        order[i] = i;
        events += run.spans[i].count;
    }
    std::ranges::stable_sort(order, {}, [&](std::uint32_t i) { return run.spans[i].record.position.at; });

    std::vector<MemberEvent> list;
    list.reserve(events);
    const Roster roster{program, run.fleet};
    const auto append = [&](std::uint32_t i) {
        const MemberSpan& span = run.spans[i];
        const Instant base = span.record.position.at - span.phases.first;
        roster.forEachPhase(span.phases, [&](Duration phase, Member first, std::uint32_t count) {
            const Instant at = span.shifted ? base + phase : span.record.position.at;
            for (Member member = first; member < first + count; ++member) {
                list.push_back({at, member, i});
            }
        });
    };
    // Spans follow each other without overlap most of the time; only those that do overlap have to be merged.
    for (std::size_t i = 0; i < order.size();) {
        const std::size_t begin = list.size();
        Instant end = endOf(run.spans[order[i]]);
        std::size_t next = i;
        do {
            end = std::max(end, endOf(run.spans[order[next]]));
            append(order[next++]);
        } while (next < order.size() && run.spans[order[next]].record.position.at <= end);
        if (next - i > 1) {
            std::ranges::stable_sort(std::span{list}.subspan(begin), {}, [&](const MemberEvent& event) {
                const Position& position = run.spans[event.span].record.position;
                return std::tuple{event.at, position.stage, position.stage == Stage::Revalidations ? 0 : position.cause,
                                  event.member, event.span};
            });
        }
        i = next;
    }
    return list;
}

Record recordOf(const FleetRun& run, const MemberEvent& event) {
    Record record = run.spans[event.span].record;
    record.position.at = event.at;
    record.on->members = {event.member, 1, fellShort(record) ? 1U : 0U, true, event.at};
    return record;
}

ReplayWithFleets replayWithFleets(const Program& program, const Phases& phases, FleetDetail detail) {
    const WorldHistory history = simulateWorld(program, phases);
    TraceBuilder builder{program, history};
    std::vector<FleetRun> fleets;
    for (const ResourceId id : program.resources.ids()) {
        if (!program.resources[id].fleet) {
            ResourceReplay walk{program, history, id, phases.of(id), builder.records()};
            walk.finish();
            builder.add(id, walk.appeared(), walk.resource().statusAt(program.until), walk.passed());
            continue;
        }
        FleetRun run = runFleet(program, history, id, phases[id]);
        if (detail == FleetDetail::Joined) {
            std::ranges::copy(joined(program, run), std::back_inserter(builder.records()));
        } else {
            for (const MemberEvent& event : listed(program, run)) {
                builder.records().push_back(recordOf(run, event));
            }
        }
        builder.add(id, run.appeared, run.classes.front().firstEnd, run.passed);
        fleets.push_back(std::move(run));
    }
    return {builder.finish(), {detail, std::move(fleets)}};
}

} // namespace cmksim::analysis
