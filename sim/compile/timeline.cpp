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

std::string_view sightName(std::string_view what) {
    if (what == "everything") {
        return "list";
    }
    return what.starts_with(deletedPrefix) ? "show deleted" : "show";
}

} // namespace

TimelineEntry Compiler::entry(const EntrySpec& spec) {
    TimelineEntry entry;
    entry.at = spec.at;
    entry.place = {spec.mark.line, spec.mark.column};
    const Model* model = nullptr;
    switch (spec.kind) {
    case EntryKind::Do:
        entry.name = ruleOf(spec.action.kind).traits.name;
        entry.target = spec.action.target.text;
        if (std::optional<Action> compiled = action(spec.action)) {
            if (const ResourceId resource = resourceOf(*compiled); resource.valid()) {
                model = &program_.modelOf(resource);
            }
            entry.what = std::move(*compiled);
        }
        break;
    case EntryKind::Try: {
        entry.name = spec.operation.text;
        entry.target = spec.target.text;
        Attempt attempt;
        if (spec.target.present()) {
            attempt.resource = names_.resource(spec.target);
        }
        if (attempt.resource.valid()) {
            model = &program_.modelOf(attempt.resource);
            for (const OperationId id : model->operations.ids()) {
                if (model->operations[id].name == spec.operation.text) {
                    attempt.operation = id;
                }
            }
            if (!attempt.operation.valid() && spec.operation.present() && isKnown(*model)) {
                std::vector<std::string_view> known;
                for (const OperationRule& operation : model->operations) {
                    known.push_back(operation.name);
                }
                names_.reportUnknown("operation", spec.operation.text, spec.operation.mark, std::move(known));
            }
            entry.what = attempt;
        }
        break;
    }
    case EntryKind::Look:
        entry.name = sightName(spec.operation.text);
        entry.target = spec.target.text;
        entry.what = readRequest(spec);
        break;
    case EntryKind::Command: assert(false && "commands are translated before"); break;
    case EntryKind::Expect: entry.what = expectations(spec.expectations); break;
    }
    entry.result = expectedResult(spec, model);
    return entry;
}

ReadRequest Compiler::readRequest(const EntrySpec& spec) {
    ReadRequest readRequest;
    std::string_view what = spec.operation.text;
    readRequest.deleted = what.starts_with(deletedPrefix);
    what.remove_prefix(readRequest.deleted ? deletedPrefix.size() : 0);
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
