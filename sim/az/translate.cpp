#include "az/translate.hpp"

#include "az/action_spec.hpp"
#include "az/command_action.hpp"
#include "az/command_line.hpp"
#include "az/command_places.hpp"
#include "az/followed_keys.hpp"
#include "az/held_roles.hpp"
#include "az/kept_values.hpp"
#include "az/references.hpp"
#include "az/shell_line.hpp"
#include "az/shell_script.hpp"
#include "base/text.hpp"
#include "document/text_store.hpp"
#include "scenario/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cmksim::az {

namespace {

/// Reports complaints at the places of the words that they are about.
class PlacedComplaints final : public CommandComplaints {
public:
    PlacedComplaints(const Name& command, CommandPlaces& places, Diagnostics& diagnostics)
        : command_{command}, places_{places}, diagnostics_{diagnostics} {}

    void complain(std::string_view at, std::string message, std::string help) override {
        diagnostics_.error(places_.find(command_, at), std::move(message), std::move(help));
    }

    void warn(std::string_view at, std::string message) override {
        diagnostics_.warning(places_.find(command_, at), std::move(message));
    }

private:
    const Name& command_;
    CommandPlaces& places_;
    Diagnostics& diagnostics_;
};

/// Only counts them.
class CountedComplaints final : public CommandComplaints {
public:
    void complain(std::string_view /*at*/, std::string /*message*/, std::string /*help*/) override { ++count_; }
    void warn(std::string_view /*at*/, std::string /*message*/) override {}

    [[nodiscard]] bool any() const { return count_ > 0; }

private:
    std::size_t count_ = 0;
};

/// What looking at a resource is called among its operations.
constexpr std::string_view showOperation = "show";

/// Whether what is left out behind a command makes something else of what it prints.
bool changesOutput(const ShellLeftOut& part) {
    constexpr std::string_view withoutEndsOfLines = "| tr -d";
    return part.at.starts_with("|") && !part.at.starts_with("||") && !part.at.starts_with(withoutEndsOfLines);
}

/// What an entry looks at that only assigns a variable of its shell.
constexpr std::string_view nothingSeen = "nothing";

bool isCommand(const EntrySpec& entry) { return std::holds_alternative<CommandSpec>(entry.what); }

/// An entry of the timeline that becomes another one.
struct Draft {
    const EntrySpec* from = nullptr;
    Name asRun; // the command, the variables of its shell filled in
    CommandAction action;
};

class Translator {
public:
    Translator(const Scenario& scenario, Catalog& catalog, Diagnostics& diagnostics)
        : scenario_{scenario}, diagnostics_{diagnostics}, terms_{catalog.azure()}, platform_{catalog.platform()},
          references_{scenario.estate}, roles_{scenario.estate}, rotations_{scenario.estate},
          kept_{scenario.estate, terms_, platform_} {}

    TranslatedTimeline translate() {
        for (const EntrySpec& entry : scenario_.timeline) {
            if (const ActionSpec* action = entry.action(); action != nullptr && action->kind == kindOf<KeyBackup>) {
                remember(action->get<Name>("file").text, action->target.text);
            }
        }
        std::vector<std::vector<Draft>> drafts; // of each entry; none for one that is no command
        for (const EntrySpec& entry : scenario_.timeline) {
            drafts.push_back(isCommand(entry) ? draftsOf(entry) : std::vector<Draft>{});
            if (const ActionSpec* action = entry.action()) {
                roles_.note(*action);
                rotations_.note(*action);
                kept_.note(*action);
            }
        }
        TranslatedTimeline timeline;
        const auto texts = std::make_shared<TextStore>();
        const Reading reading{diagnostics_, *texts, scenario_.start};
        for (std::size_t i = 0; i < drafts.size(); ++i) {
            if (!isCommand(scenario_.timeline[i])) {
                timeline.entries.push_back(scenario_.timeline[i]);
            }
            for (const Draft& draft : drafts[i]) {
                if (auto entry = entryOf(draft, reading)) {
                    timeline.entries.push_back(std::move(*entry));
                }
            }
        }
        timeline.texts = texts;
        return timeline;
    }

private:
    void remember(std::string_view file, std::string_view key) {
        if (!file.empty()) {
            backups_.insert_or_assign(std::string{file}, std::string{key});
        }
    }

    [[nodiscard]] CommandContext context() const {
        return {terms_, platform_, references_, backups_, &roles_.held(), &rotations_.on()};
    }

    /// A command with what those within it print.
    std::string_view withPrinted(std::string_view command) {
        std::string filled = withOutputs(command, [this](std::string_view inner) { return printedBy(inner); });
        return filled == command ? command : printed_.keep(std::move(filled));
    }

    /// What a command within another one prints; nothing where that is not known, or where it does more than look.
    std::optional<std::string> printedBy(std::string_view text) {
        if (!isProgram(firstWord(text))) {
            return std::nullopt;
        }
        const std::string_view command = withPrinted(text);
        const ShellWords words = splitShellWords(command);
        CountedComplaints complaints;
        const auto line = words.error || std::ranges::any_of(words.leftOut, changesOutput)
                              ? std::nullopt
                              : readCommandLine(words.words, command, terms_, complaints);
        const std::vector<CommandAction> actions =
            line ? actionsOf(*line, command, context(), complaints) : std::vector<CommandAction>{};
        const bool does = std::ranges::find(actions, CommandEffect::Action, &CommandAction::effect) != actions.end();
        return complaints.any() || does || !line ? std::nullopt : kept_.printedBy(*line, actions);
    }

    std::vector<Draft> draftsOf(const EntrySpec& entry) {
        const ShellSession::Line run = shell_.read(entry.command.text);
        const std::string_view command = withPrinted(run.command);
        const Name asRun{command, entry.command.mark};
        if (run.onlyAssigns) {
            return {Draft{&entry, asRun, {CommandEffect::ReadRequest, std::string{nothingSeen}, {}, {}, {}}}};
        }
        PlacedComplaints complaints{asRun, places_, diagnostics_};
        const ShellWords words = splitShellWords(command);
        if (words.error) {
            complaints.complain(words.error->at, words.error->message, words.error->help);
            return {};
        }
        for (const ShellLeftOut& part : words.leftOut) {
            complaints.warn(part.at, fmt::format("{} is left out: {}", inQuotes(part.at), part.why));
        }
        std::vector<Draft> drafts;
        if (const auto line = readCommandLine(words.words, command, terms_, complaints)) {
            std::vector<CommandAction> actions = actionsOf(*line, command, context(), complaints);
            for (const CommandAction& action : actions) {
                if (action.effect == CommandEffect::Action) {
                    kept_.note(action);
                }
            }
            if (!run.keptIn.empty()) {
                const bool isWhole = std::ranges::none_of(words.leftOut, changesOutput);
                shell_.assign(run.keptIn, isWhole ? kept_.printedBy(*line, actions) : std::nullopt);
            }
            for (CommandAction& action : actions) {
                if (action.name == "key.backup") {
                    rememberBackup(action);
                }
                if (action.effect == CommandEffect::Action) {
                    roles_.note(action);
                    rotations_.note(action);
                }
                drafts.push_back({&entry, asRun, std::move(action)});
            }
        }
        return drafts;
    }

    void rememberBackup(const CommandAction& action) {
        const auto file = std::ranges::find(action.fields, "file", &CommandField::name);
        if (file != action.fields.end() && !file->values.empty()) {
            remember(file->values.front(), action.target);
        }
    }

    // --- as the parse step leaves entries ----------------------------------------------------------------------------

    std::optional<EntrySpec> entryOf(const Draft& draft, const Reading& reading) {
        EntrySpec entry = *draft.from;
        const Node result = std::get<CommandSpec>(entry.what).result;
        const CommandAction& does = draft.action;
        entry.command.text = reading.texts.keep(std::string{draft.asRun.text});
        const PlaceOfPart placeOf = [&](std::string_view part) {
            return part.empty() ? entry.command.mark : places_.find(draft.asRun, part);
        };
        if (does.effect == CommandEffect::Action) {
            if (result) {
                entry.result = readActionResult(result, reading);
            }
            auto action = specOf(does, placeOf, reading);
            if (!action) {
                return std::nullopt;
            }
            entry.what = std::move(*action);
            return entry;
        }
        const bool ofResource = does.effect == CommandEffect::Attempt || does.name == "resource";
        const Name what{does.name == "resource" ? showOperation : reading.texts.keep(does.name), entry.command.mark};
        const Name target{reading.texts.keep(does.target), placeOf(does.targetAt)};
        if (ofResource) {
            entry.what = TrySpec{what, target};
        } else {
            entry.what = LookSpec{what, target};
        }
        if (result) {
            entry.result = readOperationResult(result, reading);
        }
        return entry;
    }

    const Scenario& scenario_;
    Diagnostics& diagnostics_;
    const std::vector<AzureTerms>& terms_;
    const Platform& platform_;
    AzureReferences references_;
    BackupsByFile backups_;
    RoleLedger roles_;
    RotationLedger rotations_;
    ShellSession shell_;
    document::TextStore printed_; // commands, with what others within them print
    KeptValues kept_;
    CommandPlaces places_;
};

} // namespace

bool hasCommands(const Scenario& scenario) { return std::ranges::any_of(scenario.timeline, isCommand); }

TranslatedTimeline translateCommands(const Scenario& scenario, Catalog& catalog, Diagnostics& diagnostics) {
    return Translator{scenario, catalog, diagnostics}.translate();
}

} // namespace cmksim::az
