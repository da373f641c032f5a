// Entries of the timeline with their names resolved.

#include "action/action.hpp"
#include "base/text.hpp"
#include "compile/compiler.hpp"
#include "scenario/key_reference.hpp"

#include <algorithm>
#include <cassert>

namespace cmksim::compile {

namespace {

constexpr std::string_view deletedPrefix = "deleted ";
constexpr std::string_view withinPrefix = "within ";

std::string_view nameOfRead(std::string_view what) {
    if (what == "everything") {
        return "list";
    }
    if (what == "nothing") { // a variable of a shell is assigned
        return "assign";
    }
    return what.starts_with(deletedPrefix) ? "show deleted" : "show";
}

} // namespace

/// Each gives the model of the resource that it is about, if it is about one.
const Model* Compiler::compileWhat(const ActionSpec& spec, TimelineEntry& entry) {
    entry.name = ruleOf(spec.kind).traits.name;
    entry.target = spec.target.text;
    std::optional<Action> compiled = action(spec);
    if (!compiled) {
        return nullptr;
    }
    const ResourceId resource = resourceOf(*compiled);
    entry.what = std::move(*compiled);
    return resource.valid() ? &program_.modelOf(resource) : nullptr;
}

const Model* Compiler::compileWhat(const scenario::TrySpec& spec, TimelineEntry& entry) {
    entry.name = spec.operation.text;
    entry.target = spec.resource.text;
    Attempt attempt;
    if (spec.resource.present()) {
        attempt.resource = names_.resource(spec.resource);
    }
    if (!attempt.resource.valid()) {
        return nullptr;
    }
    const Model& model = program_.modelOf(attempt.resource);
    for (const OperationId id : model.operations.ids()) {
        if (model.operations[id].name == spec.operation.text) {
            attempt.operation = id;
        }
    }
    if (!attempt.operation.valid() && spec.operation.present() && isKnown(model)) {
        std::vector<std::string_view> known;
        for (const OperationRule& operation : model.operations) {
            known.push_back(operation.name);
        }
        names_.reportUnknown("operation", spec.operation.text, spec.operation.mark, std::move(known));
    }
    entry.what = attempt;
    return &model;
}

const Model* Compiler::compileWhat(const scenario::LookSpec& spec, TimelineEntry& entry) {
    entry.name = nameOfRead(spec.kind.text);
    entry.target = spec.target.text;
    entry.what = readRequest(spec);
    return nullptr;
}

const Model* Compiler::compileWhat(const std::vector<ExpectationSpec>& spec, TimelineEntry& entry) {
    entry.what = expectations(spec);
    return nullptr;
}

const Model* Compiler::compileWhat(const scenario::CommandSpec&, TimelineEntry&) {
    assert(false && "commands are translated before");
    return nullptr;
}

TimelineEntry Compiler::entry(const EntrySpec& spec) {
    TimelineEntry entry;
    entry.at = spec.at;
    entry.moves = spec.open.has_value();
    entry.place = {spec.mark.line, spec.mark.column};
    entry.asRun = spec.command.text;
    const Model* model = std::visit([&](const auto& what) { return compileWhat(what, entry); }, spec.what);
    entry.result = expectedResult(spec, model);
    return entry;
}

ReadRequest Compiler::readRequest(const scenario::LookSpec& spec) {
    ReadRequest readRequest;
    std::string_view what = spec.kind.text;
    readRequest.deleted = what.starts_with(deletedPrefix);
    what.remove_prefix(readRequest.deleted ? deletedPrefix.size() : 0);
    readRequest.within = what.starts_with(withinPrefix);
    what.remove_prefix(readRequest.within ? withinPrefix.size() : 0);
    if (what == "vault") {
        readRequest.at = OnVault{names_.vault(spec.target)};
    } else if (what == "identity") {
        readRequest.at = OnIdentity{names_.standaloneIdentity(spec.target)};
    } else if (const auto key = parseShortKey(spec.target.text); key && what == "key") {
        OnVersion at{names_.vault({key->vault, spec.target.mark}), {}, {}};
        if (at.vault.valid()) {
            at.key = names_.key(at.vault, key->key, spec.target.mark);
        }
        if (!key->version.empty()) {
            at.version = names_.version(key->version);
        }
        readRequest.at = at;
    }
    return readRequest;
}

Reaction Compiler::reaction(const EntrySpec& spec) {
    Reaction reaction;
    reaction.entry = entry(spec);
    reaction.trigger = expectations(spec.when->trigger);
    reaction.least = spec.when->least;
    reaction.most = spec.when->most;
    reaction.once = spec.when->once;
    for (const Expectation& one : reaction.trigger) {
        if (program_.resources[one.resource].fleet) {
            diagnostics_.error({spec.mark.source, one.place.line, one.place.column},
                               "a reaction cannot wait for a fleet", "name a resource of its own");
        }
    }
    return reaction;
}

} // namespace cmksim::compile
