#include "reference/model.hpp"

#include "base/time.hpp"
#include "document/yaml.hpp"
#include "reference/world.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace cmksim::reference {

namespace {

using document::Entry;
using document::Node;

std::string textOf(Node node, std::string_view field, std::string fallback = {}) {
    const Node value = node.find(field);
    return value ? std::string{value.text()} : fallback;
}

bool flag(Node node, std::string_view field, bool fallback = false) {
    const Node value = node.find(field);
    return value ? value.text() == "true" : fallback;
}

int number(Node node, std::string_view field) {
    const Node value = node.find(field);
    return value ? std::stoi(std::string{value.text()}) : 0;
}

std::vector<std::string> list(Node node) {
    std::vector<std::string> texts;
    if (!node) {
        return texts;
    }
    if (node.isScalar()) {
        texts.emplace_back(node.text());
    }
    for (std::size_t i = 0; node.isSequence() && i < node.size(); ++i) {
        texts.emplace_back(node.item(i).text());
    }
    return texts;
}

std::set<std::string> setOf(Node node) {
    const std::vector<std::string> texts = list(node);
    return {texts.begin(), texts.end()};
}

Duration duration(Node node) { return parseDuration(node.text()).value(); }

// T of the rules: a duration, or a mapping of which the nominal value counts.
Duration nominal(Node node) { return duration(node.isMapping() ? node.find("nominal") : node); }

std::optional<Duration> optionalDuration(Node node, std::string_view field) {
    const Node value = node.find(field);
    return value ? std::optional{nominal(value)} : std::nullopt;
}

template <class Visit>
void eachEntry(Node node, Visit visit) {
    for (std::size_t i = 0; node && i < node.size(); ++i) {
        const Entry entry = node.entry(i);
        visit(std::string{entry.key.text()}, entry.value);
    }
}

ModelState stateOf(Node node, bool first) {
    ModelState state;
    state.terminal = flag(node, "terminal");
    state.down = flag(node, "down", !first);
    state.byAction = textOf(node, "returns") == "by-action";
    if (const Node then = node.find("then")) {
        state.then = {nominal(then.find("after")), textOf(then, "to")};
    }
    if (const Node heals = node.find("heals")) {
        state.heals = nominal(heals.find("takes"));
    }
    const Node losses = node.find("loses");
    for (std::size_t i = 0; losses && i < losses.size(); ++i) {
        state.losses.push_back({textOf(losses.item(i), "what"), nominal(losses.item(i).find("after"))});
    }
    return state;
}

ModelReason reasonOf(Node node) {
    ModelReason reason;
    reason.state = textOf(node, "state");
    reason.condition = textOf(node, "condition");
    reason.status = number(node, "status");
    if (const Node tolerated = node.find("tolerated")) {
        reason.toleratedForever = tolerated.isScalar() && tolerated.text() == "forever";
        reason.tolerated = reason.toleratedForever ? std::nullopt : std::optional{nominal(tolerated)};
    }
    return reason;
}

ModelOperation operationOf(Node node, const std::string& first) {
    ModelOperation operation;
    const std::set<std::string> allowed = setOf(node.find("allowed-in"));
    operation.anywhere = allowed.contains("any") || !flag(node, "needs-ready", true);
    operation.allowedIn = allowed.empty() ? std::set{first} : allowed;
    operation.blockedBy = setOf(node.find("blocked-by"));
    operation.status = number(node, "status");
    operation.ownAnswer = flag(node, "own-answer");
    return operation;
}

ModelRefusal refusalOf(Node node) {
    ModelRefusal refusal;
    refusal.error = textOf(node, "error");
    eachEntry(node.find("when"), [&](const std::string& name, Node value) {
        if (name == "check") {
            refusal.checkFails = true;
        } else {
            refusal.when[name] = list(value);
        }
    });
    refusal.attachesIdentity = flag(node, "attaches-identity");
    refusal.leaves = textOf(node, "leaves");
    return refusal;
}

} // namespace

ModelFile readModelFile(const std::string& yaml) {
    Diagnostics diagnostics;
    const auto document =
        document::parseDocument(std::make_shared<const Source>(std::string{"model.yaml"}, yaml), diagnostics);
    const Node root = document->root();
    ModelFile model;
    model.service = textOf(root, "service");
    eachEntry(root.find("states"), [&](const std::string& name, Node node) {
        model.states[name] = stateOf(node, model.stateNames.empty());
        model.stateNames.push_back(name);
    });
    eachEntry(root.find("conditions"), [&](const std::string& name, Node node) {
        model.conditions[name] = {flag(node, "blocks-rotation"), textOf(node, "beyond", "everything")};
        model.conditionNames.push_back(name);
    });
    const Node rows = root.find("reasons");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (const std::string& reason : list(rows.item(i).find("reason"))) {
            model.reasons[reason] = reasonOf(rows.item(i));
        }
    }
    const Node revalidation = root.find("revalidation");
    model.period = duration(revalidation.find("period"));
    model.recoveryPeriod = optionalDuration(revalidation, "recovery-period");
    model.identities = setOf(root.find("identities").find("kinds"));
    model.trusted = setOf(root.find("trusted").find("kinds"));
    for (const std::string& permission : list(root.find("permissions").find("required"))) {
        model.permissions.push_back(lowerCase(permission));
    }
    model.otherVaults = setOf(root.find("vault-kinds"));
    model.otherVaults.erase("vault");
    const Node rotation = root.find("rotation");
    model.rotationIsSetting = textOf(rotation, "automatic") == "setting";
    model.rotates = flag(rotation, model.rotationIsSetting ? "default" : "automatic");
    model.rotationPeriod = optionalDuration(rotation, "period");
    const Node existing = root.find("existing-resources");
    model.encryptionLater = flag(existing, "can-be-encrypted");
    if (flag(existing, "can-be-decrypted")) {
        model.keptDuring = setOf(existing.find("unless"));
        model.decryptedIn = setOf(existing.find("in"));
        if (model.decryptedIn.empty()) {
            model.decryptedIn = {model.first()};
        }
    }
    if (const Node recovery = root.find("recovery-action")) {
        model.recovery = {.error = textOf(recovery, "error", "KeyAccessDenied"),
                          .takes = optionalDuration(recovery, "takes").value_or(Duration::zero())};
    }
    if (const Node renewal = root.find("renewal")) {
        model.renewal = {textOf(renewal, "state"), nominal(renewal.find("lapse"))};
    }
    if (const Node bases = root.find("stands-on")) {
        model.bases = {textOf(bases, "needs", "all") == "all", textOf(bases, "state"),
                       optionalDuration(bases, "within").value_or(Duration{}),
                       optionalDuration(bases, "back-within").value_or(Duration{})};
    }
    if (const Node keys = root.find("keys")) {
        model.keys = {list(keys.find("slots")), setOf(keys.find("optional")), 1, textOf(keys, "needs", "all") == "all"};
        model.keys->most =
            keys.find("most") ? static_cast<std::size_t>(number(keys, "most")) : model.keys->slots.size();
    }
    if (const Node retains = root.find("retains")) {
        model.retains = nominal(retains.find("versions"));
    }
    model.deleteNeedsNothingOnIt = flag(root, "delete-needs-nothing-on-it");
    eachEntry(root.find("operations"),
              [&](const std::string& name, Node node) { model.operations[name] = operationOf(node, model.first()); });
    eachEntry(root.find("refusals"), [&](const std::string& action, Node rules) {
        for (std::size_t i = 0; i < rules.size(); ++i) {
            model.refusals[action].push_back(refusalOf(rules.item(i)));
        }
    });
    return model;
}

} // namespace cmksim::reference
