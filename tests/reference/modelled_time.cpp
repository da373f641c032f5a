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
    Question question = questionOf(resource);
    for (const auto& [reason, row] : model.reasons) {
        if (!row.condition.empty()) {
            question.goesPast.insert(reason);
        }
    }
    const Answer answer = check(world_, question, now);
    const std::string reason{answer.reason};
    std::set<std::string> met;
    for (const std::string& passed : answer.passed) {
        const std::string& condition = model.reasons.at(passed).condition;
        const std::string& beyond = model.conditions.at(condition).beyond;
        met.insert(condition);
        if (beyond == "nothing" || (beyond == "losses" && resource.isDown())) {
            rule("saw nothing past a condition");
            if (resource.conditions.contains("Tolerating")) {
                met.insert("Tolerating");
            }
            setConditions(resource, met, now, events);
            return;
        }
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
            resource.tolerance = {ends, reason};
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
    moveAsLook(resource, row == model.reasons.end() ? model.first() : row->second.state, reason, now, events);
    if (reason != "None") {
        return;
    }
    resource.wrappedBy = answer.version->material;
    if (resource.isFirst() && !model.rotationPeriod && !blocksRotation(resource, answer)) {
        rewrap(resource, answer, now, events);
    }
}

bool ModelledResources::blocksRotation(const ModelledResource& resource, const Answer& answer) const {
    return std::any_of(answer.passed.begin(), answer.passed.end(), [&](const std::string& reason) {
        return resource.model->conditions.at(resource.model->reasons.at(reason).condition).blocksRotation;
    });
}

void ModelledResources::lookForNewerVersion(ModelledResource& resource, Instant now, std::vector<Event>& events) {
    if (!resource.isFirst() || !resource.wrappedBy) {
        return;
    }
    Question question = questionOf(resource);
    for (const auto& [reason, row] : resource.model->reasons) {
        if (!row.condition.empty() && resource.model->conditions.at(row.condition).beyond != "nothing") {
            question.goesPast.insert(reason);
        }
    }
    const Answer answer = check(world_, question, now);
    if (answer.reason == "None" && !blocksRotation(resource, answer)) {
        rewrap(resource, answer, now, events);
    }
}

void ModelledResources::rewrap(ModelledResource& resource, const Answer& answer, Instant now,
                               std::vector<Event>& events) {
    const bool follows = resource.model->rotationIsSetting ? resource.followsNewVersions : resource.model->rotates;
    const Version& newest = answer.key->versions.back();
    if (!follows || !parseKeyReference(resource.key).version.empty() || newest.material == answer.version->material ||
        !newest.usableAt(now)) {
        return;
    }
    resource.wrappedBy = newest.material;
    Event rotated = eventOf(resource, EventKind::KeyRotated, now);
    rotated.from = answer.version->name;
    rotated.to = newest.name;
    events.push_back(rotated);
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
        if (resource.tolerance && resource.tolerance->ends == now) {
            endTolerance(resource, now, events);
        }
        if (resource.rule().then && resource.since + resource.rule().then->first == now) {
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
        if (!resource.losesNothingYet && resource.since + loss.after == now && resource.lossesTold.insert(i).second) {
            rule(loss.after == Duration{} ? "a loss at once" : "a loss after a time");
            Event event = eventOf(resource, EventKind::Loss, now);
            event.name = loss.what;
            events.push_back(event);
        }
    }
}

void ModelledResources::endRecovery(ModelledResource& resource, Instant now, std::vector<Event>& events) {
    const std::string reason = byHandAnswer(resource, now);
    if (reason != "None") {
        rule("a revalidation by hand came to nothing");
        resource.recoveryEnds.reset();
        moveTo(resource, resource.state, reason, now, events);
        return;
    }
    resource.basesUnavailable = false;
    resource.otherwiseSince.reset();
    rule("a revalidation by hand came to its end");
    resource.runSince.reset();
    resource.tolerance.reset();
    setConditions(resource, {}, now, events);
    resource.recoveryEnds.reset();
    if (!resource.key.empty()) {
        resource.wrappedBy = check(world_, questionOf(resource), now).version->material;
    }
    moveTo(resource, resource.model->first(), "None", now, events);
}

void ModelledResources::endTolerance(ModelledResource& resource, Instant now, std::vector<Event>& events) {
    rule("a tolerance came to its end");
    const std::string reason = resource.tolerance->reason;
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
    events.push_back(event);
    resource.reason = reason;
    if (resource.state == state) {
        return;
    }
    resource.state = state;
    resource.since = now;
    resource.movedOn.clear();
    resource.lossesTold.clear();
    resource.losesNothingYet = false;
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

void ModelledResources::noticeDataLoss(Instant now, std::vector<Event>& events) {
    for (ModelledResource& resource : resources_) {
        if (resource.isThere() && resource.recoverable && resource.wrappedBy && !world_.exists(*resource.wrappedBy)) {
            resource.recoverable = false;
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
        consider(resource.lapses.value_or(never));
        consider(resource.recoveryEnds.value_or(never));
        if (resource.otherwiseSince && model.bases) {
            consider(*resource.otherwiseSince + model.bases->within);
            consider(*resource.otherwiseSince + model.bases->backWithin);
        }
        if (resource.tolerance) {
            consider(resource.tolerance->ends);
        }
        if (resource.rule().then) {
            consider(resource.since + resource.rule().then->first);
        }
        for (const ModelLoss& loss : resource.rule().losses) {
            consider(resource.since + loss.after);
        }
    }
    return next;
}

} // namespace cmksim::reference
