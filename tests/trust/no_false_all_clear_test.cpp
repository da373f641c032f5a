// What the program says to be safe, healthy or harmless is so: random estates and stories, each put to a command as a
// person would, and whatever it gives the all-clear for played by the naive reference under many phases, timings and
// readings. A sentence that one course belies is a failure.
#include "program/running.hpp"
#include "property/courses.hpp"
#include "property/generator.hpp"
#include "property/random.hpp"
#include "support/number_from.hpp"

#include "document/json.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

using namespace cmksim;
using namespace cmksim::property;
using namespace cmksim::test;
using document::Node;

namespace {

#ifdef NDEBUG
constexpr std::uint64_t usualWorlds = 60;
constexpr std::uint64_t courses = 8;
#else
constexpr std::uint64_t usualWorlds = 6;
constexpr std::uint64_t courses = 4;
#endif

/// Other worlds, or more of them, by hand: CMKSIM_FIRST_WORLD=1001 CMKSIM_WORLDS=1000 trust_test.
const std::uint64_t worlds = numberFrom("CMKSIM_WORLDS", usualWorlds);
const std::uint64_t firstWorld = numberFrom("CMKSIM_FIRST_WORLD", 1);

constexpr std::int64_t hundredDays = 100 * 24 * 3'600;

/// What one call printed, as JSON of one scenario.
class Said {
public:
    explicit Said(const std::vector<std::string>& words) : ran_{words} {
        CAPTURE(words);
        Diagnostics diagnostics;
        document_ = document::parseJson(std::make_shared<const Source>("out.json", ran_.out), diagnostics);
        INFO(ran_.err << ran_.out);
        REQUIRE(document_);
    }

    [[nodiscard]] int code() const { return ran_.code; }
    [[nodiscard]] Node root() const { return document_->root(); }

    /// Whether what is said of a subject is said to hang on how documents are read, or not all of them were looked at.
    [[nodiscard]] bool dependsOnReadings(std::string_view subject) const {
        const Node readings = root().find("readings");
        if (!readings) {
            return false;
        }
        if (readings.find("complete").text() != "true") {
            return true;
        }
        for (const Node one : readings.find("depending").items()) {
            if (subject.empty() || one.find("subject").text() == subject) {
                return true;
            }
        }
        return false;
    }

private:
    Ran ran_;
    std::shared_ptr<const document::Document> document_;
};

std::set<std::string> texts(Node list) {
    std::set<std::string> all;
    if (list) {
        for (const Node one : list.items()) {
            all.emplace(one.text());
        }
    }
    return all;
}

/// A value as YAML in flow style.
std::string flow(Node node) {
    if (node.isMapping()) {
        FlowMap map;
        for (const document::Entry& entry : node.entries()) {
            map.add(entry.key.text(), flow(entry.value));
        }
        return map.text();
    }
    if (node.isSequence()) {
        std::vector<std::string> items;
        for (const Node item : node.items()) {
            items.push_back(flow(item));
        }
        return flowList(items);
    }
    return node.isNull() ? "null" : node.quoted() ? "'" + std::string{node.text()} + "'" : std::string{node.text()};
}

std::int64_t number(Node node) { return std::stoll(std::string{node.text()}); }

/// The world as it ends later.
WorldText until(WorldText world, std::int64_t seconds) {
    const std::size_t line = world.head.find("until: ");
    if (line != std::string::npos) {
        world.head.erase(line, world.head.find('\n', line) + 1 - line);
    }
    world.head += "until: " + secondsText(seconds) + "\n";
    return world;
}

WorldText estateOf(std::uint64_t seed) {
    WorldText world = withOpenPhases(randomWorld(seed));
    world.timeline.clear();
    return until(std::move(world), 2 * 3'600);
}

/// The beginning of a world's story, with as much more as makes the things that it speaks of.
WorldText storyOf(std::uint64_t seed, const Folder& folder) {
    WorldText world = withOpenPhases(randomWorld(seed));
    if (world.head.find("until: ") == std::string::npos) {
        const std::int64_t last = std::ranges::max(momentsOf(toYaml(world)));
        world = until(std::move(world), std::max<std::int64_t>(30 * 24 * 3'600, last));
    }
    WorldText story = world;
    for (std::size_t length = std::min<std::size_t>(world.timeline.size(), 1 + seed % 5);; ++length) {
        story.timeline.assign(world.timeline.begin(), world.timeline.begin() + static_cast<std::ptrdiff_t>(length));
        if (length == world.timeline.size() || Ran{{"run", folder.file("story.yaml", toYaml(story))}}.code != 2) {
            return story;
        }
    }
}

std::int64_t endOf(const WorldText& world) {
    return readWorld(toYaml(world)).scenario->until->time_since_epoch().count();
}

/// A node's loss as an entry of a timeline, from what `blast` calls it.
std::string lossOf(Node node, std::int64_t at) {
    const std::string name{node.find("node").text()};
    const std::string_view kind = node.find("kind").text();
    FlowMap entry;
    entry.add("at", secondsText(at));
    const auto loss = [&](std::string_view action, std::string_view target, const FlowMap& with) {
        entry.add("do", action).add("target", target);
        return "  - " + (with.empty() ? entry : entry.add("with", with.text())).text();
    };
    const std::size_t space = name.find(' ');
    const std::string first = name.substr(0, space);
    const std::string rest = space == std::string::npos ? "" : name.substr(space + 1);
    if (kind == "vault") {
        return loss("vault.delete", name, {});
    }
    if (kind == "network") {
        return loss("vault.update", first,
                    FlowMap{}.add("networkAcls", "{defaultAction: Deny, bypass: None, ipRules: []}"));
    }
    if (kind == "key") {
        return loss("key.delete", name, {});
    }
    if (kind == "version") {
        return loss("key.update", name, FlowMap{}.add("enabled", "false"));
    }
    if (kind == "identity") {
        return loss("identity.delete", name, {});
    }
    const std::size_t identity = name.rfind(' ');
    if (rest.starts_with("policy ")) {
        return loss("policy.delete", first, FlowMap{}.add("identity", name.substr(identity + 1)));
    }
    REQUIRE(rest.starts_with("role "));
    return loss("role.remove", first,
                FlowMap{}.add("identity", name.substr(identity + 1)).add("role", rest.substr(5, identity - space - 6)));
}

/// Counts what was claimed, and the worlds that were not decided.
struct Tally {
    std::uint64_t claims = 0;
    std::uint64_t undecided = 0;
};

/// Goes through the courses of a world; `check` sees what is denied in each.
template <class Check>
void forEachCourse(const WorldText& world, Freedom freedom, Check check) {
    const std::string yaml = toYaml(world);
    const std::vector<std::int64_t> moments = momentsOf(yaml);
    for (std::uint64_t number = 0; number < courses; ++number) {
        const Course course{number, freedom, moments};
        CAPTURE(yaml, number, freedom.timings, freedom.readings);
        check(denialsIn(yaml, course), course);
    }
}

std::string listed(const std::vector<Denial>& denials) {
    std::string text;
    for (const Denial& one : denials) {
        text += describe(one) + "\n";
    }
    return text;
}

/// Fails where a loss takes something from a resource that `blast` does not name beside the node.
void checkLoss(const WorldText& estate, Node node, std::int64_t at, bool anyReading) {
    std::set<std::string> down = texts(node.find("resources"));
    std::set<std::string> impaired;
    for (const Node one : node.find("impaired").items()) {
        impaired.emplace(one.find("resource").text());
    }
    for (const Node user : node.find("users").items()) {
        // What is wrong already may pass by itself, and not without the node.
        if (user.find("atRest").text() != "up") {
            (user.find("atRest").text() == "down" ? down : impaired).emplace(user.find("resource").text());
        }
    }
    WorldText quiet = until(estate, at + 50 * 3'600);
    WorldText lost = quiet;
    lost.timeline.push_back(lossOf(node, at));
    const std::string quietYaml = toYaml(quiet);
    forEachCourse(lost, {true, anyReading}, [&](const std::vector<Denial>& denials, const Course& course) {
        std::vector<Denial> beyond = denialsBeyond(denials, denialsIn(quietYaml, course));
        std::erase_if(beyond, [&](const Denial& one) {
            return down.contains(one.resource) || (!one.down && impaired.contains(one.resource));
        });
        INFO(listed(beyond));
        CHECK(beyond.empty());
    });
}

} // namespace

TEST_CASE("what blast and its guard call unused, or without effect, can be lost in every course", "[trust]") {
    const Folder folder;
    Tally unused;
    Tally withoutEffect;
    std::uint64_t guarded = 0;
    for (std::uint64_t seed = firstWorld; seed < firstWorld + worlds; ++seed) {
        const WorldText estate = estateOf(seed);
        const std::string path = folder.file("estate.yaml", toYaml(estate));
        const Said answer{{"blast", path, "--format", "json"}};
        unused.undecided += answer.code() == 4 ? 1U : 0U;
        CAPTURE(seed);
        for (const Node node : answer.root().find("nodes").items()) {
            const std::string name{node.find("node").text()};
            CAPTURE(name);
            const bool anyReading = !answer.dependsOnReadings("without " + name);
            const bool used = node.find("users").size() > 0 || node.find("unmodelled");
            if (!used) {
                checkLoss(estate, node, static_cast<std::int64_t>(Random{seed}.below(10'000)), anyReading);
                ++unused.claims;
            } else if (node.find("resources").size() < node.find("users").size()) {
                checkLoss(estate, node, 0, anyReading);
                ++withoutEffect.claims;
            }
            if (seed % 10 == guarded % 10) { // the exit code says the same
                CHECK(Ran{{"blast", path, "--guard", name}}.code == (used ? 1 : 0));
                ++guarded;
            }
        }
    }
    CHECK(unused.claims > worlds);
    CHECK(withoutEffect.claims >= worlds / 10);
    CHECK(guarded >= worlds / 20);
    CHECK(unused.undecided * 100 <= worlds);
}

TEST_CASE("an estate in which lint finds nothing denies nothing in any course", "[trust]") {
    const Folder folder;
    Tally clean;
    Tally healthy;
    for (std::uint64_t seed = firstWorld; seed < firstWorld + worlds; ++seed) {
        const WorldText estate = estateOf(seed);
        const Said answer{
            {"lint", folder.file("estate.yaml", toYaml(estate)), "--format", "json", "--fail-on", "warn"}};
        CAPTURE(seed);
        clean.undecided += answer.code() == 4 ? 1U : 0U;
        const bool anyReading = !answer.dependsOnReadings({});
        const auto none = [](const std::vector<Denial>& denials, const Course&) {
            INFO(listed(denials));
            CHECK(denials.empty());
        };
        bool atRest = false;
        for (const Node finding : answer.root().find("findings").items()) {
            atRest = atRest || finding.find("rule").text().ends_with("at-rest");
        }
        if (answer.code() == 0) {
            forEachCourse(until(estate, hundredDays), {true, anyReading}, none);
            ++clean.claims;
        } else if (!atRest) {
            forEachCourse(until(estate, 0), {true, anyReading}, none);
            ++healthy.claims;
        }
    }
    CHECK(clean.claims + healthy.claims >= worlds / 10);
    CHECK(clean.undecided * 100 <= worlds);
}

TEST_CASE("what bounds says is never down or impaired is not, in any course", "[trust]") {
    const Folder folder;
    Tally harmless;
    for (std::uint64_t seed = firstWorld; seed < firstWorld + worlds * 3; ++seed) {
        const WorldText story = storyOf(seed, folder);
        const Said answer{{"bounds", folder.file("story.yaml", toYaml(story)), "--format", "json"}};
        CAPTURE(seed);
        harmless.undecided += answer.code() == 4 ? 1U : 0U;
        std::set<std::string> down;
        std::set<std::string> impaired;
        bool anyReading = true;
        for (const Node resource : answer.root().find("resources").items()) {
            const std::string name{resource.find("name").text()};
            anyReading = anyReading && !answer.dependsOnReadings(name);
            if (resource.find("outages").size() > 0) {
                down.insert(name);
            } else {
                ++harmless.claims;
            }
            if (const Node impairments = resource.find("impairments"); impairments && impairments.size() > 0) {
                impaired.insert(name);
            }
        }
        forEachCourse(story, {true, anyReading}, [&](std::vector<Denial> denials, const Course&) {
            std::erase_if(denials, [&](const Denial& one) {
                return one.down ? down.contains(one.resource) : impaired.contains(one.resource);
            });
            INFO(listed(denials));
            CHECK(denials.empty());
        });
    }
    CHECK(harmless.claims > worlds / 2);
    CHECK(harmless.undecided * 100 <= worlds * 3);
}

TEST_CASE("a case that passes over all timings expects no outage that a course has", "[trust]") {
    const Folder folder;
    Tally passed;
    for (std::uint64_t seed = firstWorld; seed < firstWorld + worlds * 3; ++seed) {
        WorldText story = storyOf(seed, folder);
        const std::string end = secondsText(endOf(story));
        std::erase_if(story.timeline, [](const std::string& entry) { return entry.find("do:") == std::string::npos; });
        for (std::string& entry : story.timeline) { // refusals are expected: outages alone decide
            const std::size_t expect = entry.find(", expect: ");
            entry = expect == std::string::npos ? entry : entry.substr(0, expect) + "}";
        }
        std::vector<std::string> names;
        const auto read = readWorld(toYaml(story));
        for (const scenario::ResourceSpec& resource : read.scenario->estate.resources) {
            names.emplace_back(resource.key.text);
            story.timeline.push_back("  - {at: " + end + ", expect: {" + names.back() + ": {outages: 0}}}");
        }
        const Said answer{{"test", folder.file("story.yaml", toYaml(story)), "--timing", "all", "--format", "json"}};
        CAPTURE(seed);
        passed.undecided += answer.code() == 4 ? 1U : 0U;
        if (answer.code() != 0) {
            continue;
        }
        ++passed.claims;
        forEachCourse(story, {true, false}, [&](std::vector<Denial> denials, const Course&) {
            std::erase_if(denials, [&](const Denial& one) {
                return !one.down || std::ranges::find(names, one.resource) == names.end();
            });
            INFO(listed(denials));
            CHECK(denials.empty());
        });
    }
    CHECK(passed.claims >= worlds / 10);
    CHECK(passed.undecided * 100 <= worlds * 3);
}

TEST_CASE("what a plan says to be whole, at once or after its steps, is so in every course", "[trust]") {
    const Folder folder;
    Tally nothingToDo;
    Tally steps;
    for (std::uint64_t seed = firstWorld; seed < firstWorld + worlds; ++seed) {
        const WorldText story = storyOf(seed, folder);
        const std::int64_t at = endOf(story);
        const Said answer{{"plan", folder.file("story.yaml", toYaml(story)), "--format", "json"}};
        CAPTURE(seed);
        nothingToDo.undecided += answer.code() == 4 ? 1U : 0U;
        const Node plan = answer.root();
        if (answer.code() != 0 || plan.find("verified").text() != "true" || plan.find("timing").text() != "all") {
            continue;
        }
        (plan.find("steps").size() == 0 ? nothingToDo : steps).claims += 1;
        const std::int64_t ready = at + number(plan.find("ready").find("max"));
        const bool lasts = !plan.find("atRisk");
        WorldText after = until(story, lasts ? ready + hundredDays : ready + 1);
        for (const Node step : plan.find("steps").items()) {
            const Node with = step.find("with");
            FlowMap entry;
            entry.add("at", secondsText(number(step.find("at"))))
                .add("do", step.find("action").text())
                .add("target", step.find("target").text());
            if (with && with.size() > 0) {
                entry.add("with", flow(with));
            }
            after.timeline.push_back("  - " + entry.text());
        }
        forEachCourse(after, {true, !answer.dependsOnReadings({})}, [&](std::vector<Denial> denials, const Course&) {
            std::erase_if(denials, [&](const Denial& one) { return one.to <= ready; });
            INFO(listed(denials));
            CHECK(denials.empty());
        });
    }
    CHECK(nothingToDo.claims >= worlds / 20);
    CHECK(steps.claims >= worlds / 20);
    CHECK(nothingToDo.undecided * 100 <= worlds);
}

TEST_CASE("where explore finds no single fault that takes anything down, none does in any course", "[trust]") {
    const Folder folder;
    Tally held;
    constexpr std::int64_t within = 3 * 3'600;
    for (std::uint64_t seed = firstWorld; seed < firstWorld + worlds; ++seed) {
        const WorldText estate = estateOf(seed);
        const std::string path = folder.file("estate.yaml", toYaml(estate));
        const Said answer{
            {"explore", path, "--format", "json", "--faults", "1", "--within", "3h", "--invariant", "at-most 0 down"}};
        CAPTURE(seed);
        held.undecided += answer.code() == 4 ? 1U : 0U;
        if (answer.code() != 0) {
            continue;
        }
        ++held.claims;
        const Said nodes{{"blast", path, "--format", "json"}};
        for (const Node node : nodes.root().find("nodes").items()) {
            WorldText lost = until(estate, within);
            lost.timeline.push_back(lossOf(node, static_cast<std::int64_t>(Random{seed}.below(within))));
            forEachCourse(lost, {false, !answer.dependsOnReadings({})},
                          [&](std::vector<Denial> denials, const Course&) {
                              std::erase_if(denials, [](const Denial& one) { return !one.down; });
                              INFO(listed(denials));
                              CHECK(denials.empty());
                          });
        }
    }
    CHECK(held.claims >= worlds / 60);
    CHECK(held.undecided * 100 <= worlds);
}
