#include "engine/bases.hpp"

#include "engine/chosen_clocks.hpp"
#include "engine/impairment.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/depth_first_search.hpp>
#include <boost/graph/topological_sort.hpp>

#include <algorithm>
#include <queue>

namespace cmksim::engine {

bool carries(const Model& model, const ResourceState& resource) {
    return resource.presence == Presence::Present && !model.states[resource.state].terminal && !isDown(resource);
}

bool carries(const Model& model, const ResourceStatus& status) {
    return status.presence == Presence::Present && !model.states[status.state].terminal && !isDown(model, status.state);
}

namespace {

bool isKeptByItsKey(const Model& model, const ResourceState& resource) {
    return resource.key.valid() && resource.state != model.ready() && resource.reason != Reason::RevalidationRequired;
}

/// Whether it is down for its bases, or, where the estate says that it is down and it has no key, as if it were.
bool isDownForBases(const Model& model, const ResourceState& resource) {
    return resource.reason == Reason::BaseUnavailable ||
           (!resource.key.valid() && resource.reason == Reason::None && resource.state != model.ready());
}

} // namespace

Step settleBases(const ResourceRules& rules, ResourceState& resource, bool enough, Instant now) {
    const Model& model = *rules.model;
    const StandsOnRule& rule = *model.standsOn;
    Step step;
    if (resource.presence != Presence::Present || model.states[resource.state].terminal ||
        enough != resource.basesShort) {
        resource.basesTurn = never;
        return step;
    }
    if (resource.basesTurn == never) {
        resource.basesTurn = now + lengthOf(rules, enough ? backWithinClock(model) : withinClock(model));
    }
    if (resource.basesTurn > now) {
        return step;
    }
    resource.basesTurn = never;
    resource.basesShort = !enough;
    if (resource.basesShort && !isKeptByItsKey(model, resource)) {
        moveAsLook(rules, resource, rule.state, Reason::BaseUnavailable, now, step);
    } else if (!resource.basesShort && isDownForBases(model, resource)) {
        moveAsLook(rules, resource, model.ready(), Reason::None, now, step);
    }
    return step;
}

// --- the courses -----------------------------------------------------------------------------------------------------

const BaseCourse* BaseCourses::of(const NewResource* described) const {
    const auto found = std::ranges::find(courses_, described, &std::pair<const NewResource*, BaseCourse>::first);
    return found == courses_.end() ? nullptr : &found->second;
}

void BaseCourses::set(const NewResource* described, BaseCourse course) {
    const auto found = std::ranges::find(courses_, described, &std::pair<const NewResource*, BaseCourse>::first);
    if (found == courses_.end()) {
        courses_.emplace_back(described, std::move(course));
    } else {
        found->second = std::move(course);
    }
}

std::vector<const BaseCourse*> BaseCourses::all(const Program& program, ResourceId resource) const {
    std::vector<const BaseCourse*> all;
    if (empty()) {
        return all;
    }
    for (const NewResource* life : livesOf(program, resource)) {
        if (const BaseCourse* course = of(life)) {
            all.push_back(course);
        }
    }
    return all;
}

bool operator==(const BaseCourses& one, const BaseCourses& other) {
    const auto sameTurn = [](const BaseTurn& a, const BaseTurn& b) { return a.at == b.at && a.enough == b.enough; };
    return std::ranges::equal(one.courses_, other.courses_, [&](const auto& a, const auto& b) {
        return a.first == b.first && std::ranges::equal(a.second, b.second, sameTurn);
    });
}

BaseCourse courseOf(const Model& model, ResourceId base, const BaseWalk& walk) {
    BaseTurn first;
    first.at = scenarioStart;
    first.enough = carries(model, walk.start);
    first.interval = {{scenarioStart, Stage::Facts, 0}, !first.enough};
    BaseCourse course{first};
    for (const Record& record : walk.records) {
        const bool up = carries(model, record.on->status);
        if (record.position.stage == Stage::Observations || up == course.back().enough) {
            continue;
        }
        if (course.back().at == record.position.at && course.size() > 1) {
            course.pop_back(); // what turns there and back at one instant does not turn
            continue;
        }
        BaseTurn turn{.at = record.position.at,
                      .enough = up,
                      .interval = record.on->interval,
                      .base = base,
                      .phase = walk.phases.revalidation,
                      .rotation = walk.phases.rotation,
                      .change = record};
        if (record.position.stage == Stage::Actions) {
            turn.interval = {record.position, !up};
        }
        if (course.back().at == record.position.at) {
            course.clear(); // of the start
        }
        course.push_back(std::move(turn));
    }
    return course;
}

BaseCourse togetherOf(std::span<const BaseCourse* const> bases, bool needsAll, bool alwaysOne) {
    struct Event {
        const BaseTurn* turn;
        bool isFirst;
    };
    std::vector<Event> events;
    for (const BaseCourse* course : bases) {
        for (const BaseTurn& turn : *course) {
            events.push_back({&turn, &turn == &course->front()});
        }
    }
    std::ranges::stable_sort(events, {}, [](const Event& event) { return event.turn->at; });
    std::size_t up = 0;
    BaseCourse together;
    for (std::size_t i = 0; i < events.size();) {
        const std::size_t begin = i;
        for (; i < events.size() && events[i].turn->at == events[begin].turn->at; ++i) {
            if (events[i].turn->enough) {
                ++up;
            } else if (!events[i].isFirst) {
                --up;
            }
        }
        const bool enough = needsAll ? up == bases.size() : up > 0 || alwaysOne;
        if (together.empty() || enough != together.back().enough) {
            const std::span turned{&events[begin], i - begin};
            const auto behind =
                std::ranges::find_if(turned, [&](const Event& event) { return event.turn->enough == enough; });
            BaseTurn turn = *(behind != turned.end() ? *behind : turned.front()).turn;
            turn.enough = enough;
            together.push_back(std::move(turn));
        }
    }
    return together;
}

// --- the order -------------------------------------------------------------------------------------------------------

std::vector<const NewResource*> livesOf(const Program& program, ResourceId resource) {
    std::vector<const NewResource*> lives;
    const ResourceProgram& of = program.resources[resource];
    if (of.described) {
        lives.push_back(&*of.described);
    }
    for (const OwnEntry& own : of.entries) {
        if (const auto* creation = program.entries[own.entry].creation()) {
            lives.push_back(&*creation->described);
        }
    }
    return lives;
}

Duration longestBaseDelay(const Program& program) {
    const BaseGraph baseGraph{program};
    IdVector<ResourceId, Duration> delays{program.resources.size()};
    Duration longest{};
    for (const ResourceId id : baseGraph.order()) {
        if (baseGraph.basesOf(id).empty() || !program.modelOf(id).standsOn) {
            continue;
        }
        for (const ResourceId base : baseGraph.basesOf(id)) {
            delays[id] = std::max(delays[id], delays[base]);
        }
        const StandsOnRule& rule = *program.modelOf(id).standsOn;
        delays[id] += std::max(rule.within.latest, rule.backWithin.latest);
        longest = std::max(longest, delays[id]);
    }
    return longest;
}

bool hasBases(const Program& program) {
    const bool can =
        std::ranges::any_of(program.models, [](const Model* model) { return model->standsOn.has_value(); });
    return can && std::ranges::any_of(program.resources.ids(), [&](ResourceId id) {
               return program.modelOf(id).standsOn &&
                      std::ranges::any_of(livesOf(program, id),
                                          [](const NewResource* life) { return !life->on.empty(); });
           });
}

namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
using Vertex = Graph::vertex_descriptor;

/// Keeps the first circle that a search comes upon.
class CircleFinder : public boost::default_dfs_visitor {
public:
    explicit CircleFinder(std::vector<ResourceId>& circle) : circle_{&circle} {}

    void discover_vertex(Vertex vertex, const Graph&) { way_.push_back(vertex); }
    void finish_vertex(Vertex, const Graph&) { way_.pop_back(); }
    void back_edge(Graph::edge_descriptor edge, const Graph& graph) {
        if (circle_->empty()) {
            for (auto at = std::ranges::find(way_, boost::target(edge, graph)); at != way_.end(); ++at) {
                circle_->push_back(ResourceId{*at});
            }
        }
    }

private:
    std::vector<ResourceId>* circle_;
    std::vector<Vertex> way_;
};

} // namespace

BaseGraph::BaseGraph(const Program& program) {
    if (!hasBases(program)) {
        return;
    }
    bases_.resize(program.resources.size());
    dependents_.resize(program.resources.size());
    Graph graph{program.resources.size()};
    for (const ResourceId id : program.resources.ids()) {
        for (const NewResource* life : livesOf(program, id)) {
            for (const ResourceId base : life->on) {
                if (std::ranges::find(bases_[id], base) == bases_[id].end()) {
                    bases_[id].push_back(base);
                    dependents_[base].push_back(id);
                    boost::add_edge(id.index(), base.index(), graph);
                    ++edges_;
                }
            }
        }
    }
    boost::depth_first_search(graph, boost::visitor(CircleFinder{circle_}));
    if (circle_.empty()) {
        std::vector<Vertex> sorted; // what something leads to comes first
        boost::topological_sort(graph, std::back_inserter(sorted));
        for (const Vertex vertex : sorted) {
            order_.emplace_back(vertex);
        }
    }
}

std::vector<ResourceId> BaseGraph::allBasesOf(ResourceId resource) const {
    std::vector<ResourceId> all;
    std::vector<ResourceId> left{resource};
    while (!left.empty()) {
        const ResourceId one = left.back();
        left.pop_back();
        for (const ResourceId base : basesOf(one)) {
            if (std::ranges::find(all, base) == all.end()) {
                all.push_back(base);
                left.push_back(base);
            }
        }
    }
    std::ranges::sort(all);
    return all;
}

std::vector<ResourceId> dealing(std::span<const ResourceId> list, const PresentLives& lives) {
    constexpr std::size_t notListed = ~std::size_t{0};
    IdVector<ResourceId, std::size_t> place{lives.size()};
    std::ranges::fill(place, notListed);
    for (std::size_t i = 0; i < list.size(); ++i) {
        place[list[i]] = i;
    }
    std::vector<std::vector<std::size_t>> dependents{list.size()}; // on the one of that place
    std::vector<std::size_t> waitsFor(list.size());
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (const NewResource* life = lives[list[i]]) {
            for (const ResourceId base : life->on) {
                if (place[base] != notListed) {
                    dependents[place[base]].push_back(i);
                    ++waitsFor[i];
                }
            }
        }
        if (waitsFor[i] == 0) {
            ready.push(i);
        }
    }
    std::vector<ResourceId> dealt;
    while (!ready.empty()) {
        const std::size_t next = ready.top();
        ready.pop();
        dealt.push_back(list[next]);
        for (const std::size_t on : dependents[next]) {
            if (--waitsFor[on] == 0) {
                ready.push(on);
            }
        }
    }
    return dealt;
}

} // namespace cmksim::engine
