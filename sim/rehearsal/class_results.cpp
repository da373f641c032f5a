#include "rehearsal/class_results.hpp"

#include "base/text.hpp"
#include "document/json.hpp"
#include "document/values.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>

namespace cmksim::rehearsal {

namespace {

using document::Node;

constexpr std::int64_t mostSeconds = 1'000'000'000'000;
constexpr std::size_t mostLost = 5;

/// Fields of a result that are there, with what later versions add passed over.
class ResultReader {
public:
    ResultReader(Node node, Diagnostics& diagnostics) : node_{node}, diagnostics_{diagnostics} {}

    [[nodiscard]] bool isSound() const { return sound_; }

    std::string text(std::string_view name) {
        const Node node = need(name);
        return node && node.isScalar() ? std::string{node.text()} : complain(node, "a text", std::string{});
    }

    std::int64_t number(std::string_view name, std::int64_t least = 0) {
        const Node node = need(name);
        const auto value = node ? document::asInteger(node) : std::nullopt;
        return value && *value >= least && *value <= mostSeconds ? *value : complain(node, "a number", std::int64_t{0});
    }

    bool flag(std::string_view name) {
        const Node node = need(name);
        const auto value = node ? document::asBoolean(node) : std::nullopt;
        return value ? *value : complain(node, "true or false", false);
    }

    std::vector<Node> list(std::string_view name) {
        const Node node = need(name);
        std::vector<Node> items;
        if (!node || !node.isSequence()) {
            return complain(node, "a list", items);
        }
        for (const Node item : node.items()) {
            items.push_back(item);
        }
        return items;
    }

    std::vector<std::string> texts(std::string_view name) {
        std::vector<std::string> all;
        for (const Node item : list(name)) {
            all.emplace_back(item.text());
        }
        return all;
    }

private:
    Node need(std::string_view name) {
        const Node node = node_.find(name);
        if (!node && sound_) {
            diagnostics_.error(node_.mark(),
                               "this is no result of a drill: it has no field '" + std::string{name} + "'",
                               "'cmksim drill --format json' prints one");
        }
        sound_ = sound_ && node;
        return node;
    }

    template <class T>
    T complain(Node node, std::string_view what, T none) {
        if (node) {
            document::reportUnexpected(node, what, diagnostics_);
        }
        sound_ = false;
        return none;
    }

    Node node_;
    Diagnostics& diagnostics_;
    bool sound_ = true;
};

Instant instantOf(std::int64_t seconds) { return scenarioStart + Duration{seconds}; }

std::optional<ClassResult> readResult(Node node, std::string_view player, Diagnostics& diagnostics) {
    ResultReader fields{node, diagnostics};
    ClassResult result;
    result.scenario = fields.text("scenario");
    const Node named = node.find("player");
    result.player = named && named.isScalar() ? named.text() : player;
    const Node file = node.find("file");
    result.file = file && file.isScalar() ? std::filesystem::path{std::string{file.text()}}.filename().string() : "";
    if (!fields.isSound()) {
        return std::nullopt;
    }
    result.passed = fields.flag("passed");
    result.points = fields.number("points");
    result.began = instantOf(fields.number("began"));
    result.ended = instantOf(fields.number("ended"));
    const Node repaired = node.find("repaired");
    result.repaired =
        repaired && !repaired.isNull() ? std::optional{Duration{fields.number("repaired")}} : std::nullopt;
    result.downtime = Duration{fields.number("downtime")};
    result.unrepaired = Duration{fields.number("unrepaired")};
    result.bestUnrepaired = Duration{fields.number("bestUnrepaired")};
    result.hints = fields.number("hints");
    result.wrong = fields.number("wrong");
    result.irreversible = fields.number("irreversible");
    result.missed = fields.texts("missed");
    result.leftBehind = fields.texts("leftBehind");
    for (const Node item : fields.list("broken")) {
        result.broken.push_back(ResultReader{item, diagnostics}.text("rule"));
    }
    for (const Node item : fields.list("resources")) {
        ResultReader one{item, diagnostics};
        result.resources.push_back({one.text("name"), one.flag("whole"), Duration{one.number("unrepaired")}});
    }
    for (const Node item : fields.list("moves")) {
        ResultReader one{item, diagnostics};
        result.moves.push_back(
            {instantOf(one.number("t")), one.text("line"), one.text("result"), one.texts("actions")});
    }
    return fields.isSound() ? std::optional{result} : std::nullopt;
}

/// What was tried in the drill, each action once a line.
std::vector<Attempted> triedIn(std::span<const ClassResult* const> players) {
    std::map<std::string, std::pair<std::set<const ClassResult*>, std::size_t>> counts;
    for (const ClassResult* player : players) {
        for (const ClassMove& move : player->moves) {
            for (const std::string& action : move.actions) {
                auto& [who, times] = counts[action];
                who.insert(player);
                ++times;
            }
        }
    }
    std::vector<Attempted> tried;
    for (const auto& [action, count] : counts) {
        tried.push_back({action, count.first.size(), count.second});
    }
    std::ranges::stable_sort(tried, std::ranges::greater{}, [](const Attempted& one) {
        return std::tuple{one.players, one.times};
    });
    return tried;
}

/// The spans between two lines in which a player let time pass before everything was repaired.
void addLostTime(const ClassResult& player, std::vector<LostTime>& lost) {
    Instant since = player.began;
    const auto add = [&](Instant until, std::string_view next) {
        if (until - since > std::chrono::minutes{1}) {
            lost.push_back({player.player, since, until - since, std::string{next}});
        }
    };
    for (const ClassMove& move : player.moves) {
        if (!move.actions.empty()) {
            add(move.at, move.line);
            since = move.at;
        }
    }
    if (!player.leftBehind.empty()) {
        add(player.ended, {});
    }
}

std::vector<ClassDrill::Trouble> troublesIn(std::span<const ClassResult* const> players) {
    std::vector<ClassDrill::Trouble> troubles;
    for (const ClassResult* player : players) {
        for (const ClassResource& resource : player->resources) {
            auto known = std::ranges::find(troubles, resource.name, &ClassDrill::Trouble::resource);
            if (known == troubles.end()) {
                troubles.push_back({resource.name, {}, 0});
                known = std::prev(troubles.end());
            }
            known->unrepaired += resource.unrepaired;
            known->leftBehind += resource.whole ? 0 : 1;
        }
    }
    std::erase_if(troubles,
                  [](const ClassDrill::Trouble& one) { return one.unrepaired == Duration{} && one.leftBehind == 0; });
    std::ranges::stable_sort(troubles, std::ranges::greater{}, [](const ClassDrill::Trouble& one) {
        return std::tuple{one.leftBehind, one.unrepaired};
    });
    return troubles;
}

} // namespace

std::size_t ClassResult::commands() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(moves, [](const ClassMove& one) { return !one.actions.empty(); }));
}

void readResults(const std::shared_ptr<const Source>& source, std::string_view player,
                 std::vector<ClassResult>& results, Diagnostics& diagnostics) {
    const Source& file = diagnostics.keep(source);
    const std::size_t before = results.size();
    bool any = false;
    document::forEachJsonRow(source, diagnostics, [&](Node row) {
        any = true;
        if (auto result = readResult(row, player, diagnostics)) {
            results.push_back(*std::move(result));
        }
    });
    if (!any && results.size() == before && !diagnostics.hasErrors()) {
        diagnostics.error({&file, 1, 1}, "there is no result of a drill in this file",
                          "'cmksim drill --format json -o FILE' writes one");
    }
}

std::span<const ClassResult* const> ClassDrill::first() const {
    const ClassResult& best = *players.front();
    if (!best.passed || !best.repaired) {
        return {};
    }
    const auto isLater = [&](const ClassResult* one) { return !one->passed || one->repaired != best.repaired; };
    return {players.begin(), std::ranges::find_if(players, isLater)};
}

std::vector<ClassDrill> classOf(std::span<const ClassResult> results) {
    std::vector<ClassDrill> drills;
    for (const ClassResult& result : results) {
        auto known = std::ranges::find(drills, result.scenario, &ClassDrill::scenario);
        if (known == drills.end()) {
            drills.push_back({result.scenario, {}, {}, {}, {}});
            known = std::prev(drills.end());
        }
        known->players.push_back(&result);
    }
    std::ranges::stable_sort(drills, [](const ClassDrill& one, const ClassDrill& other) {
        return naturallyBefore(one.players.front()->file, other.players.front()->file);
    });
    for (ClassDrill& drill : drills) {
        const auto rank = [](const ClassResult* one) {
            return std::tuple{!one->passed, one->repaired.value_or(Duration::max()), -one->points};
        };
        std::ranges::stable_sort(drill.players, [&](const ClassResult* one, const ClassResult* other) {
            return rank(one) != rank(other) ? rank(one) < rank(other) : naturallyBefore(one->player, other->player);
        });
        drill.tried = triedIn(drill.players);
        drill.troubles = troublesIn(drill.players);
        for (const ClassResult* player : drill.players) {
            addLostTime(*player, drill.lost);
        }
        std::ranges::stable_sort(drill.lost, std::ranges::greater{}, &LostTime::length);
        drill.lost.resize(std::min(mostLost, drill.lost.size()));
    }
    return drills;
}

} // namespace cmksim::rehearsal
