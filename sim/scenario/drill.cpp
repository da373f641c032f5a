#include "scenario/drill.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "document/flow_text.hpp"
#include "document/mapping_reader.hpp"
#include "document/values.hpp"
#include "scenario/estate.hpp"
#include "scenario/timeline.hpp"

#include <fmt/format.h>

#include <array>

namespace cmksim::scenario {

namespace {

constexpr std::string_view dataLossWord = "data-loss";
constexpr std::string_view broadGrantsWord = "broad-grants";
constexpr std::string_view forbiddenForms =
    "data-loss, broad-grants, {do: ACTION}, {do: ACTION, target: TARGET} or {vault: VAULT, with: {SETTING: VALUE}}";

constexpr int mostPointsOfAHint = 50;

class DrillReader {
public:
    explicit DrillReader(const Reading& reading) : reading_{reading}, diagnostics_{reading.diagnostics} {}

    DrillSpec read(const Entry& entry) {
        DrillSpec drill;
        MappingReader fields{entry.value, "'drill'", entry.key.mark(), diagnostics_};
        if (const Node briefing = fields.require("briefing")) {
            drill.briefing = readText(briefing, "a text", diagnostics_);
        }
        if (const Node goals = fields.take("goals")) {
            drill.goals = readNames(goals, "what is to be learnt", diagnostics_);
        }
        if (const Node must = fields.take("must")) {
            for (const Node item : itemsOf(must, "a list such as [{within: 2h, expect: {myregistry: Ready}}]")) {
                readMust(item, drill);
            }
        }
        if (const Node forbid = fields.take("forbid")) {
            for (const Node item : itemsOf(forbid, "a list such as [data-loss, {do: key.purge}]")) {
                readForbidden(item, drill);
            }
        }
        if (const auto points = fields.integer("hintPoints", 0, mostPointsOfAHint)) {
            drill.hintPoints = static_cast<int>(*points);
        }
        fields.finish();
        return drill;
    }

private:
    std::vector<Node> itemsOf(Node list, std::string_view what) {
        std::vector<Node> items;
        if (!list.isSequence()) {
            reportUnexpected(list, what, diagnostics_);
            return items;
        }
        for (const Node item : list.items()) {
            items.push_back(item);
        }
        return items;
    }

    void readMust(Node node, DrillSpec& drill) {
        MappingReader fields{node, "what must be", diagnostics_};
        if (!fields.readable()) {
            return;
        }
        DrillMustSpec must;
        must.mark = node.mark();
        if (const Node within = fields.take("within")) {
            must.within = readDuration(within, diagnostics_);
        }
        if (const Node expect = fields.require("expect")) {
            must.expectations = readExpectations(expect, reading_);
            const std::string text = flowText(expect);
            must.text = reading_.texts.keep(
                must.within ? fmt::format("{} {} after the first symptom", text, formatDuration(*must.within))
                            : fmt::format("{} at the end", text));
        }
        fields.finish();
        drill.must.push_back(std::move(must));
    }

    void readForbidden(Node node, DrillSpec& drill) {
        if (node.isScalar()) {
            readWord(node, drill);
            return;
        }
        if (!node.isMapping()) {
            reportUnexpected(node, forbiddenForms, diagnostics_);
            return;
        }
        MappingReader fields{node, "what is forbidden", diagnostics_};
        const Node verb = fields.take("do");
        const Node vault = fields.take("vault");
        if (bool{verb} == bool{vault}) {
            diagnostics_.error(node.mark(), "expected either 'do' or 'vault'", std::string{forbiddenForms});
        } else if (verb) {
            readAction(verb, fields.take("target"), drill, node);
        } else {
            readSettings(vault, fields.require("with"), drill, node);
        }
        fields.finish();
    }

    void readWord(Node node, DrillSpec& drill) {
        constexpr std::array words{dataLossWord, broadGrantsWord};
        if (node.text() == dataLossWord) {
            drill.forbid.push_back({ForbidDataLoss{}, node.mark(), "losing data"});
        } else if (node.text() == broadGrantsWord) {
            drill.forbid.push_back({ForbidBroadGrants{}, node.mark(), "granting more than a service needs"});
        } else {
            diagnostics_.error(node.mark(), fmt::format("nothing forbidden is called {}", inQuotes(node.text())),
                               suggestion(node.text(), words));
        }
    }

    void readAction(Node verb, Node target, DrillSpec& drill, Node whole) {
        const Name name = readName(verb, "the name of an action", diagnostics_);
        if (!name.present()) {
            return;
        }
        const auto kind = actionNamed(name.text);
        if (!kind) {
            std::vector<std::string_view> known;
            for (const ActionRule& rule : actionRules()) {
                known.push_back(rule.traits.name);
            }
            diagnostics_.error(name.mark, fmt::format("unknown action {}", inQuotes(name.text)),
                               suggestion(name.text, known));
            return;
        }
        ForbidAction action{*kind, {}};
        if (target) {
            action.target = readName(target, "what it acts on", diagnostics_);
        }
        const std::string text =
            action.target.present() ? fmt::format("{} {}", name.text, action.target.text) : std::string{name.text};
        drill.forbid.push_back({action, whole.mark(), reading_.texts.keep(text)});
    }

    void readSettings(Node vault, Node with, DrillSpec& drill, Node whole) {
        ForbidSettings settings;
        settings.vault.name = readName(vault, "the name of a vault", diagnostics_);
        if (!with) {
            return;
        }
        if (!with.isMapping() || with.size() == 0) {
            reportUnexpected(with, "settings of a vault, such as {publicNetworkAccess: Enabled}", diagnostics_);
            return;
        }
        MappingReader fields{with, "the settings of a vault", diagnostics_};
        readVaultSettings(fields, settings.vault);
        fields.finish();
        const std::string text = fmt::format("{} with {}", settings.vault.name.text, flowText(with));
        drill.forbid.push_back({settings, whole.mark(), reading_.texts.keep(text)});
    }

    const Reading& reading_;
    Diagnostics& diagnostics_;
};

} // namespace

DrillSpec readDrill(const Entry& entry, const Reading& reading) { return DrillReader{reading}.read(entry); }

} // namespace cmksim::scenario
