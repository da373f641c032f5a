#include "reads/read_outputs.hpp"

#include "engine/timeline_walk.hpp"
#include "reads/output_text.hpp"
#include "reads/read_command.hpp"
#include "reads/read_view.hpp"
#include "reads/render.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace cmksim::reads {

namespace {

void addLines(const std::string& text, std::vector<std::string>& lines) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
}

ReadOutput outputOf(const ReadCommand& command, const Thing& thing, const ReadView& view) {
    ReadOutput output{command.words, nullptr, {}, false};
    for (const ReadShape& line : command.shape->lines) {
        if (auto text = renderLine(line, thing, view)) {
            output.text.push_back(std::move(*text));
        }
    }
    if (command.shape->prints) {
        const JsonValue all = render(*command.shape->prints, thing, view).value_or(nullptr);
        output.value = command.query ? command.query->of(all) : all;
        output.structured = command.format.starts_with("json");
        addLines(outputText(output.value, command.format, command.query.has_value(), command.shape->columns),
                 output.text);
    }
    return output;
}

} // namespace

const ReadOutput* outputOf(const ReadOutputs* outputs, const Record& record) {
    const bool isRead = record.is<OperationTried>() || record.is<ReadDone>();
    if (outputs == nullptr || !isRead || record.refused()) {
        return nullptr;
    }
    const auto found = outputs->find(record.entry());
    return found != outputs->end() ? &found->second : nullptr;
}

CommandTexts commandTextsOf(const std::vector<EntrySpec>& timeline) {
    CommandTexts texts;
    for (const EntrySpec& entry : timeline) {
        if (std::holds_alternative<CommandSpec>(entry.what)) {
            texts.emplace(TextPlace{entry.mark.line, entry.mark.column}, entry.command.text);
        }
    }
    return texts;
}

ReadOutputs readOutputsOf(const Program& program, const Phases& phases, const CommandTexts& texts,
                          const std::vector<AzureTerms>& terms) {
    ReadOutputs outputs;
    const ReadShapes shapes = texts.empty() ? ReadShapes{} : readShapes(terms);
    std::map<EntryId, ReadCommand> commands;
    for (const EntryId id : program.entries.ids()) {
        const auto text = texts.find(program.entries[id].place);
        if (text != texts.end() && program.entries[id].action() == nullptr) {
            const std::string& asRun = program.entries[id].asRun;
            if (auto command = readCommandOf(asRun.empty() ? text->second : asRun, terms, shapes)) {
                commands.emplace(id, std::move(*command));
            }
        }
    }
    if (commands.empty()) {
        return outputs;
    }
    TimelineWalk walk{program, phases};
    Memory memory{walk.state()};
    std::vector<Record> records;
    for (const EntryId id : program.entries.ids()) {
        const TimelineEntry& entry = program.entries[id];
        const std::optional<Refusal> refusal = walk.playTo(id, records);
        if (const Action* action = entry.action()) {
            memory.note(program, *action, refusal, entry.at);
        }
        memory.note(walk.state().world());
        memory.note(std::exchange(records, {}));
        const auto command = commands.find(id);
        if (command != commands.end() && command->second.shape == nullptr) {
            ReadOutput output{command->second.words, nullptr, {}, false};
            if (command->second.isOfAnyName) {
                output.text.emplace_back("(not simulated: what it prints, and whether it is answered)");
            }
            outputs.emplace(id, std::move(output));
        } else if (command != commands.end()) {
            const ReadView view{program, terms, walk.state(), memory, command->second};
            const auto thing = view.thingOf(entry);
            const std::vector<std::string> unseen = view.unseen(entry);
            if (!thing && unseen.empty()) {
                continue;
            }
            ReadOutput output{command->second.words, nullptr, {}, false};
            if (thing) {
                output = outputOf(command->second, *thing, view);
            }
            for (const std::string& note : unseen) {
                output.text.push_back("(" + note + ")");
                output.structured = false; // as a value it would look like all that there is
            }
            outputs.emplace(id, std::move(output));
        }
    }
    return outputs;
}

} // namespace cmksim::reads
