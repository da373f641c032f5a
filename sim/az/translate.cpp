#include "az/translate.hpp"

#include "az/command_action.hpp"
#include "az/command_line.hpp"
#include "az/command_places.hpp"
#include "az/references.hpp"
#include "az/shell_script.hpp"
#include "base/text.hpp"
#include "document/builder.hpp"
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

/// What looking at a resource is called among its operations.
constexpr std::string_view showOperation = "show";

/// An entry of the timeline that becomes another one.
struct Draft {
    const EntrySpec* from = nullptr;
    CommandAction action;
};

class Translator {
public:
    Translator(const Scenario& scenario, Catalog& catalog, Diagnostics& diagnostics)
        : scenario_{scenario}, diagnostics_{diagnostics}, terms_{catalog.azure()}, platform_{catalog.platform()},
          references_{scenario.estate} {}

    TranslatedTimeline translate() {
        for (const EntrySpec& entry : scenario_.timeline) {
            if (entry.kind == EntryKind::Do && entry.action.kind == kindOf<KeyBackup>) {
                remember(entry.action.get<Name>("file").text, entry.action.target.text);
            }
        }
        std::vector<std::vector<Draft>> drafts; // of each entry; none for one that is no command
        for (const EntrySpec& entry : scenario_.timeline) {
            drafts.push_back(entry.kind == EntryKind::Command ? draftsOf(entry) : std::vector<Draft>{});
        }
        TranslatedTimeline timeline;
        const auto texts = std::make_shared<TextStore>();
        const Reading reading{diagnostics_, *texts, scenario_.start};
        for (std::size_t i = 0; i < drafts.size(); ++i) {
            if (scenario_.timeline[i].kind != EntryKind::Command) {
                timeline.entries.push_back(scenario_.timeline[i]);
            }
            if (drafts[i].empty()) {
                continue;
            }
            timeline.documents.push_back(documentOf(drafts[i]));
            std::size_t item = 0;
            for (const Draft& draft : drafts[i]) {
                if (auto entry = entryOf(draft, timeline.documents.back()->root().item(item++), reading)) {
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

    std::vector<Draft> draftsOf(const EntrySpec& entry) {
        const std::string_view command = commandWithin(entry.command.text);
        PlacedComplaints complaints{entry.command, places_, diagnostics_};
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
            for (CommandAction& action :
                 actionsOf(*line, command, {terms_, platform_, references_, backups_}, complaints)) {
                if (action.name == "key.backup") {
                    rememberBackup(action);
                }
                drafts.push_back({&entry, std::move(action)});
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

    // --- actions as the language writes them -------------------------------------------------------------------------

    /// A list of `{do, target, with}`, each value at the place of the word that says it.
    std::shared_ptr<const Document> documentOf(const std::vector<Draft>& drafts) {
        // A place in a file names its source, and the file outlives what is told of it.
        const Source* file = drafts.front().from->command.mark.source;
        DocumentBuilder builder{std::shared_ptr<const Source>{std::shared_ptr<const Source>{}, file}, diagnostics_};
        builder.beginSequence({1, 1});
        for (const Draft& draft : drafts) {
            write(draft, builder);
        }
        builder.endSequence();
        return builder.finish();
    }

    Place placeOf(const Draft& draft, std::string_view part) {
        const Name& command = draft.from->command;
        const Mark mark = part.empty() ? command.mark : places_.find(command, part);
        return {mark.line, mark.column};
    }

    void write(const Draft& draft, DocumentBuilder& builder) {
        const Place start = placeOf(draft, {});
        const auto text = [&](std::string_view value, Place place) { builder.scalar(place, value, false); };
        builder.beginMapping(start);
        text("do", start);
        text(draft.action.name, start);
        text("target", start);
        text(draft.action.target, placeOf(draft, draft.action.targetAt));
        text("with", start);
        builder.beginMapping(start);
        writeFields(draft, {}, builder);
        builder.endMapping();
        builder.endMapping();
    }

    /// The fields that begin with `group` and a dot, or, for no group, all, those of a group as a mapping of their own.
    void writeFields(const Draft& draft, std::string_view group, DocumentBuilder& builder) {
        std::vector<std::string_view> groups;
        for (const CommandField& field : draft.action.fields) {
            std::string_view name = field.name;
            if (!group.empty()) {
                if (!name.starts_with(group) || name.size() <= group.size() || name[group.size()] != '.') {
                    continue;
                }
                name.remove_prefix(group.size() + 1);
            }
            const Place place = placeOf(draft, field.at);
            if (const std::size_t dot = name.find('.'); dot != std::string_view::npos) {
                const std::string_view inner = name.substr(0, dot);
                if (std::ranges::find(groups, inner) == groups.end()) {
                    groups.push_back(inner);
                    builder.scalar(place, inner, false);
                    builder.beginMapping(place);
                    writeFields(draft, inner, builder);
                    builder.endMapping();
                }
                continue;
            }
            builder.scalar(place, name, false);
            writeValue(field, place, builder);
        }
    }

    static void writeValue(const CommandField& field, Place place, DocumentBuilder& builder) {
        if (field.null) {
            builder.null(place);
        } else if (field.list) {
            builder.beginSequence(place);
            for (const std::string& value : field.values) {
                builder.scalar(place, value, false);
            }
            builder.endSequence();
        } else {
            builder.scalar(place, field.values.front(), false);
        }
    }

    // --- and as the parse step leaves them ---------------------------------------------------------------------------

    std::optional<EntrySpec> entryOf(const Draft& draft, Node item, const Reading& reading) {
        EntrySpec entry = *draft.from;
        const Node name = item.find("do");
        const Node target = item.find("target");
        if (draft.action.effect == CommandEffect::Action) {
            entry.kind = EntryKind::Do;
            if (entry.commandResult) {
                entry.result = readActionResult(entry.commandResult, reading);
            }
            auto action = readAction(name, target, item.find("with"), entry.command.mark, reading);
            if (!action) {
                return std::nullopt;
            }
            entry.action = std::move(*action);
            return entry;
        }
        const bool ofResource = draft.action.effect == CommandEffect::Attempt || name.text() == "resource";
        entry.kind = ofResource ? EntryKind::Try : EntryKind::Look;
        entry.operation = {name.text() == "resource" ? showOperation : name.text(), name.mark()};
        entry.target = {target.text(), target.mark()};
        if (entry.commandResult) {
            entry.result = readOperationResult(entry.commandResult, reading);
        }
        return entry;
    }

    const Scenario& scenario_;
    Diagnostics& diagnostics_;
    const std::vector<AzureTerms>& terms_;
    const Platform& platform_;
    AzureReferences references_;
    BackupsByFile backups_;
    CommandPlaces places_;
};

} // namespace

bool hasCommands(const Scenario& scenario) {
    return std::ranges::any_of(scenario.timeline,
                               [](const EntrySpec& entry) { return entry.kind == EntryKind::Command; });
}

TranslatedTimeline translateCommands(const Scenario& scenario, Catalog& catalog, Diagnostics& diagnostics) {
    return Translator{scenario, catalog, diagnostics}.translate();
}

} // namespace cmksim::az
