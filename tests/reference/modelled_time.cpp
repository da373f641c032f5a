// What looks and time do to resources (rules, sections 1 to 4).
#include "reference/modelled_resources.hpp"

#include <algorithm>

namespace cmksim::reference {

namespace {

bool isDue(Instant first, Duration period, Instant now) { return now >= first && (now - first) % period == Duration{}; }

Instant nextDue(Instant first, Duration period, Instant now) {
    return now < first ? first : now + period - (now - first) % period;
}

} // namespace

// --- looks -----------------------------------------------------------------------------------------------------------

void ModelledResources::revalidate(Instant now, std::vector<Event>& events) {
    for (ModelledResource& resource : resources_) {
        if (!resource.looks() || resource.stalled) {
            continue;
        }
        const ModelFile& model = *resource.model;
        const bool byRecoveryClock = model.recoveryPeriod && resource.downBefore;
        if (byRecoveryClock ? isDue(resource.firstRecoveryLook, *model.recoveryPeriod, now)
                            : isDue(resource.firstLook, model.period, now)) {
            if (byRecoveryClock) {
                rule("look by the recovery clock");
            }
            look(resource, now, events);
        }
        if (model.rotationPeriod && isDue(resource.firstRotation, *model.rotationPeriod, now)) {
            lookForNewerVersion(resource, now, events);
        }
    }
}

void ModelledResources::look(ModelledResource& resource, Instant now, std::vector<Event>& events) {
    const ModelFile& model = *resource.model;
    const LookAnswer answer = lookAtAll(resource, false, now);
    const std::string reason = answer.reason;
    std::set<std::string> met = answer.met;
    if (answer.blind) {
        rule("saw nothing past a condition");
        if (resource.conditions.contains("Tolerating")) {
            met.insert("Tolerating");
        }
        setConditions(resource, met, now, events);
        return;
    }
    const auto row = model.reasons.find(reason);
    const bool bears = row != model.reasons.end() && !resource.isDown();
    resource.tolerance.reset();
    if (bears && row->second.toleratedForever) {
        resource.runSince.reset();
        met.insert("Tolerating");
        setConditions(resource, met, now, events);
        rule("tolerated for ever");
        return;
    }
    if (bears && row->second.tolerated) {
        resource.runSince = resource.runSince.value_or(now);
        const Instant ends = *resource.runSince + *row->second.tolerated;
        if (ends > now) {
            resource.tolerance = {ends, reason, answer.slot};
            met.insert("Tolerating");
            setConditions(resource, met, now, events);
            rule("tolerated for a time");
            return;
        }
        rule("moved at once, as the run is longer than this reason is tolerated");
    } else {
        resource.runSince.reset();
    }
    setConditions(resource, met, now, events);
    if (reason == "None" && resource.basesUnavailable) {
        rule("a look whose bases were unavailable");
        moveAsLook(resource, model.bases->state, "BaseUnavailable", now, events);
        return;
    }
    if (reason == "None" && resource.rule().heals && resource.healingEnds != now) {
        if (!resource.healingEnds) {
            rule("a look began to heal");
            resource.healingEnds = now + *resource.rule().heals;
        }
        if (*resource.healingEnds > now) {
            return;
        }
    }
    resource.reasonSlot = answer.slot;
    moveAsLook(resource, row == model.reasons.end() ? model.first() : row->second.state, reason, now, events);
    if (reason != "None") {
        return;
    }
    for (std::size_t i = 0; i < resource.slots.size(); ++i) {
        if (answer.own[i].reason == "None") {
            resource.slots[i].wrappedBy = answer.own[i].version->material;
        }
    }
    if (resource.isFirst() && !model.rotationPeriod && !answer.blocksRotation) {
        for (std::size_t i = 0; i < resource.slots.size(); ++i) {
            rewrap(resource, resource.slots[i], answer.own[i], now, events);
        }
    }
}

// Each key by itself, with the old versions that are still needed; then all together (section 5).
LookAnswer ModelledResources::lookAtAll(const ModelledResource& resource, bool asked, Instant now) {
    const ModelFile& model = *resource.model;
    LookAnswer all;
    std::vector<std::string> reasons;
    for (const ModelledSlot& slot : resource.slots) {
        Question question = questionOf(resource, slot);
        for (const auto& [reason, row] : model.reasons) {
            if (!asked && !row.condition.empty()) {
                question.goesPast.insert(reason);
            }
        }
        const Answer own = check(world_, question, now);
        for (const std::string& passed : own.passed) {
            const std::string& name = model.reasons.at(passed).condition;
            const ModelCondition& condition = model.conditions.at(name);
            all.met.insert(name);
            all.blocksRotation = all.blocksRotation || condition.blocksRotation;
            if (condition.beyond == "nothing" || (condition.beyond == "losses" && resource.isDown())) {
                all.blind = true;
                break;
            }
        }
        all.own.push_back(own);
        reasons.push_back(own.reason == "None" ? retainedAnswer(resource, slot, now) : std::string{own.reason});
    }
    if (resource.slots.empty()) {
        return all;
    }
    const auto fails = [](const std::string& reason) { return reason != "None"; };
    const auto failing = std::find_if(reasons.begin(), reasons.end(), fails);
    const bool anyPasses = std::find(reasons.begin(), reasons.end(), "None") != reasons.end();
    if (failing == reasons.end() || (model.anyKeyWillDo() && anyPasses)) {
        if (failing != reasons.end()) {
            rule("one key of several was enough");
        }
        return all;
    }
    if (reasons.size() > 1) {
        rule(model.anyKeyWillDo() ? "all keys of any failed" : "one key of all failed");
    }
    all.reason = *failing;
    all.slot = resource.slots[static_cast<std::size_t>(failing - reasons.begin())].name;
    return all;
}

// The first old version that fails; conditions are passed and not raised.
std::string ModelledResources::retainedAnswer(const ModelledResource& resource, const ModelledSlot& slot, Instant now) {
    for (const RetainedVersion& retained : slot.retained) {
        if (now >= retained.until) {
            continue;
        }
        Question question = questionOf(resource, slot);
        question.key = retained.key;
        question.wrappedBy = retained.material;
        for (const auto& [reason, row] : resource.model->reasons) {
            if (!row.condition.empty()) {
                question.goesPast.insert(reason);
            }
        }
        if (const Answer answer = check(world_, question, now); answer.reason != "None") {
            rule("a retained version failed");
            return std::string{answer.reason};
        }
    }
    return "None";
}

void ModelledResources::lookForNewerVersion(ModelledResource& resource, Instant now, std::vector<Event>& events) {
    if (!resource.isFirst()) {
        return;
    }
    const LookAnswer answer = lookAtAll(resource, false, now);
    if (answer.reason != "None" || answer.blind || answer.blocksRotation) {
        return;
    }
    for (std::size_t i = 0; i < resource.slots.size(); ++i) {
        if (resource.slots[i].wrappedBy) {
            rewrap(resource, resource.slots[i], answer.own[i], now, events);
        }
    }
}

void ModelledResources::rewrap(ModelledResource& resource, ModelledSlot& slot, const Answer& answer, Instant now,
                               std::vector<Event>& events) {
    if (answer.reason != "None") {
        return;
    }
    const bool follows = resource.model->rotationIsSetting ? resource.followsNewVersions : resource.model->rotates;
    const Version& newest = answer.key->versions.back();
    if (!follows || !parseKeyReference(slot.key).version.empty() || newest.material == answer.version->material ||
        !newest.usableAt(now)) {
        return;
    }
    Event rotated = eventOf(resource, EventKind::KeyRotated, now);
    rotated.from = answer.version->name;
    rotated.to = newest.name;
    if (resource.slots.size() > 1) {
        rule("one key of several rotated");
        rotated.slot = slot.name;
    }
    events.push_back(rotated);
    wrapBy(resource, slot, newest.material, slot.key, now);
}

// What wrapped before, through `key`, may be needed for a while.
void ModelledResources::wrapBy(const ModelledResource& resource, ModelledSlot& slot, Material material,
                               const std::string& key, Instant now) {
    const std::optional<Material> before = slot.wrappedBy;
    slot.wrappedBy = material;
    if (resource.model->retains && before && *before != material) {
        ModelledSlot old = slot;
        old.key = key;
        old.wrappedBy = before;
        old.retained = {{key, *before, never}};
        if (retainedAnswer(resource, old, now) == "None") {
            rule("a version retained");
            slot.retained.push_back({key, *before, now + *resource.model->retains});
        }
    }
    std::erase_if(slot.retained, [&](const RetainedVersion& one) { return one.material == material; });
}

// --- time alone ------------------------------------------------------------------------------------------------------

void ModelledResources::elapse(Instant now, std::vector<Event>& events) {
    for (ModelledResource& resource : resources_) {
        if (!resource.isThere()) {
            continue;
        }
        resource.downBefore = resource.isDown();
        tellLosses(resource, now, events);
        if (resource.recoveryEnds == now) {
            endRecovery(resource, now, events);
        }
        if (resource.healingEnds == now) {
            look(resource, now, events);
            dropHealing(resource, now);
        }
        if (resource.tolerance && resource.tolerance->ends == now) {
            endTolerance(resource, now, events);
        }
        if (resource.thenDue() == now) {
            moveOn(resource, now, events);
        }
    }
    for (ModelledResource& resource : resources_) {
        if (resource.lapses == now) {
            lapse(resource, now, events);
        }
    }
}

void ModelledResources::tellLosses(ModelledResource& resource, Instant now, std::vector<Event>& events) {
    for (std::size_t i = 0; i < resource.rule().losses.size(); ++i) {
        const ModelLoss& loss = resource.rule().losses[i];
        if (!resource.losesNothingYet && resource.since + loss.after == now &&
            resource.lossesReported.insert(i).second) {
            rule(loss.after == Duration{} ? "a loss at once" : "a loss after a time");
            Event event = eventOf(resource, EventKind::Loss, now);
            event.name = loss.what;
            events.push_back(event);
        }
    }
}

void ModelledResources::endRecovery(ModelledResource& resource, Instant now, std::vector<Event>& events) {
    const LookAnswer answer = byHandAnswer(resource, now);
    if (answer.reason != "None") {
        rule("a revalidation by hand came to nothing");
        resource.recoveryEnds.reset();
        resource.reasonSlot = answer.slot;
        moveTo(resource, resource.state, answer.reason, now, events);
        return;
    }
    resource.basesUnavailable = false;
    resource.otherwiseSince.reset();
    rule("a revalidation by hand came to its end");
    resource.runSince.reset();
    resource.tolerance.reset();
    setConditions(resource, {}, now, events);
    resource.recoveryEnds.reset();
    for (std::size_t i = 0; i < resource.slots.size(); ++i) {
        if (answer.own[i].reason == "None") {
            resource.slots[i].wrappedBy = answer.own[i].version->material;
        }
    }
    moveTo(resource, resource.model->first(), "None", now, events);
}

// A look fails, or sees nothing, where a healing is under way: a `then` counts anew.
void ModelledResources::dropHealing(ModelledResource& resource, Instant now) {
    if (resource.healingEnds) {
        rule("a healing came to nothing");
        resource.healingEnds.reset();
        resource.thenAnew = now;
    }
}

void ModelledResources::endTolerance(ModelledResource& resource, Instant now, std::vector<Event>& events) {
    rule("a tolerance came to its end");
    const std::string reason = resource.tolerance->reason;
    resource.reasonSlot = resource.tolerance->slot;
    resource.tolerance.reset();
    std::set<std::string> conditions = resource.conditions;
    conditions.erase("Tolerating");
    setConditions(resource, conditions, now, events);
    moveAsLook(resource, resource.model->reasons.at(reason).state, reason, now, events);
}

void ModelledResources::moveOn(ModelledResource& resource, Instant now, std::vector<Event>& events) {
    rule("a then");
    if (!resource.movedOn.empty()) {
        rule("a then after a then");
    }
    std::set<std::string> movedOn = resource.movedOn;
    movedOn.insert(resource.state);
    moveTo(resource, resource.rule().then->second, resource.reason, now, events);
    resource.movedOn = movedOn;
    if (resource.rule().terminal) {
        rule("a then to a terminal state");
    }
}

void ModelledResources::lapse(ModelledResource& resource, Instant now, std::vector<Event>& events) {
    resource.lapsed = true;
    Event fact = eventOf(resource, EventKind::Fact, now);
    fact.name = "IdentityLapsed";
    events.push_back(fact);
    resource.runSince.reset();
    resource.tolerance.reset();
    setConditions(resource, {}, now, events);
    moveAsLook(resource, resource.model->renewal->state, "IdentityInactive", now, events);
}

// --- what moves resources --------------------------------------------------------------------------------------------

void ModelledResources::moveAsLook(ModelledResource& resource, const std::string& state, const std::string& reason,
                                   Instant now, std::vector<Event>& events) {
    if (resource.rule().terminal) {
        rule("nothing leads out of a terminal state");
    } else if (resource.rule().byAction) {
        rule("a look changed the reason alone");
        moveTo(resource, resource.state, reason == "None" ? "RevalidationRequired" : reason, now, events);
    } else if (reason != "None" && resource.healingEnds) {
        dropHealing(resource, now);
        moveAsLook(resource, state, reason, now, events);
    } else if (reason != "None" && resource.movedOn.contains(state)) {
        rule("a look did not move back along a then");
        moveTo(resource, resource.state, reason, now, events);
    } else {
        moveTo(resource, state, reason, now, events);
    }
}

void ModelledResources::moveTo(ModelledResource& resource, const std::string& state, const std::string& reason,
                               Instant now, std::vector<Event>& events) {
    if (resource.state == state && resource.reason == reason) {
        return;
    }
    Event event = eventOf(resource, EventKind::Transition, now);
    event.from = resource.state;
    event.to = state;
    event.reason = reason;
    const bool isAnswer = reason != "None" && reason != "RevalidationRequired" && reason != "BaseUnavailable";
    if (resource.slots.size() > 1 && isAnswer) {
        event.slot = resource.reasonSlot;
    }
    events.push_back(event);
    resource.reason = reason;
    if (resource.state == state) {
        return;
    }
    resource.state = state;
    resource.since = now;
    resource.movedOn.clear();
    resource.lossesReported.clear();
    resource.losesNothingYet = false;
    if (resource.healingEnds == now) {
        rule("a healing came to its end");
    }
    resource.healingEnds.reset();
    resource.thenAnew.reset();
    if (resource.recoveryEnds) {
        rule("a revalidation by hand dropped");
        resource.recoveryEnds.reset();
    }
    if (resource.rule().down && !resource.downSince) {
        resource.downSince = now;
        ++resource.outages;
    } else if (!resource.rule().down && resource.downSince) {
        resource.downtimeBefore += now - *resource.downSince;
        resource.downSince.reset();
    }
    tellLosses(resource, now, events);
}

void ModelledResources::setConditions(ModelledResource& resource, const std::set<std::string>& conditions, Instant now,
                                      std::vector<Event>& events) {
    std::vector<std::string> order = resource.model->conditionNames;
    order.emplace_back("Tolerating");
    for (const std::string& condition : order) {
        if (conditions.contains(condition) != resource.conditions.contains(condition)) {
            Event event = eventOf(resource, EventKind::Condition, now);
            event.name = condition;
            event.result = conditions.contains(condition) ? "true" : "false";
            events.push_back(event);
        }
    }
    resource.conditions = conditions;
}

bool ModelledResources::isLost(const ModelledResource& resource, const World& world) {
    const auto isGone = [&](const ModelledSlot& slot) { return slot.wrappedBy && !world.exists(*slot.wrappedBy); };
    const auto counts = [&](const ModelledSlot& slot) {
        return isGone(slot) && !(resource.model->keys && resource.model->keys->optional.contains(slot.name));
    };
    return resource.model->anyKeyWillDo()
               ? !resource.slots.empty() && std::all_of(resource.slots.begin(), resource.slots.end(), isGone)
               : std::any_of(resource.slots.begin(), resource.slots.end(), counts);
}

void ModelledResources::noticeDataLoss(Instant now, std::vector<Event>& events) {
    for (ModelledResource& resource : resources_) {
        if (resource.isThere() && resource.recoverable && isLost(resource, world_)) {
            resource.recoverable = false;
            if (resource.slots.size() > 1) {
                rule("data lost with one key of several");
            }
            events.push_back(eventOf(resource, EventKind::DataLost, now));
        }
    }
}

Instant ModelledResources::nextInstantAfter(Instant now) const {
    Instant next = never;
    const auto consider = [&](Instant at) {
        if (at > now) {
            next = std::min(next, at);
        }
    };
    for (const ModelledResource& resource : resources_) {
        if (!resource.isThere()) {
            continue;
        }
        const ModelFile& model = *resource.model;
        if (resource.looks()) {
            consider(nextDue(resource.firstLook, model.period, now));
            if (model.recoveryPeriod) {
                consider(nextDue(resource.firstRecoveryLook, *model.recoveryPeriod, now));
            }
            if (model.rotationPeriod) {
                consider(nextDue(resource.firstRotation, *model.rotationPeriod, now));
            }
        }
        for (const ModelledSlot& slot : resource.slots) {
            for (const RetainedVersion& retained : slot.retained) {
                consider(retained.until);
            }
        }
        consider(resource.lapses.value_or(never));
        consider(resource.recoveryEnds.value_or(never));
        if (resource.otherwiseSince && model.bases) {
            consider(*resource.otherwiseSince + model.bases->within);
            consider(*resource.otherwiseSince + model.bases->backWithin);
        }
        if (resource.tolerance) {
            consider(resource.tolerance->ends);
        }
        consider(resource.thenDue().value_or(never));
        consider(resource.healingEnds.value_or(never));
        for (const ModelLoss& loss : resource.rule().losses) {
            consider(resource.since + loss.after);
        }
    }
    return next;
}

} // namespace cmksim::reference
