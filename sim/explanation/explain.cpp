#include "explanation/explain.hpp"

#include "base/time.hpp"
#include "scenario/key_reference.hpp"
#include "trace/record.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::explanation {

namespace {

std::string_view meaningOf(FactKind fact) {
    constexpr std::array<std::string_view, factNames.size()> meanings{
        "a version of a key reaches its expiry; resources that use it notice at their next revalidation",
        "a version of a key reaches its activation, and can be used from then on",
        "the retention of a soft-deleted vault or key is over: it is purged, and what its keys wrapped is lost",
        "the credential of an identity that is no longer renewed lapses: the resource goes dark at once",
    };
    return meanings[static_cast<std::size_t>(fact)];
}

class Explainer {
public:
    Explainer(Catalog& catalog, Diagnostics& diagnostics) : catalog_{catalog}, diagnostics_{diagnostics} {}

    std::vector<Explanation> all() {
        for (const std::string_view service : catalog_.services()) {
            std::vector<std::string_view> versions = catalog_.versions(service);
            std::ranges::reverse(versions);
            for (const std::string_view version : versions) {
                if (const Model* model = catalog_.model(service, version, diagnostics_)) {
                    ofModel(*model);
                }
            }
        }
        ofPlatform(catalog_.platform());
        ofFacts();
        for (const AzureTerms& terms : catalog_.azure()) {
            for (const AnswerText& answer : terms.texts) {
                ofAnswer(terms, answer);
            }
            for (const CommandRule& command : terms.commands) {
                for (const CommandRefusal& refusal : command.refusals) {
                    ofCommand(terms, command, refusal);
                }
            }
        }
        return std::move(all_);
    }

private:
    Explanation& add(const Model& model, std::string_view code, CodeKind kind, const Provenance& provenance) {
        Explanation& one = all_.emplace_back();
        one.code = code;
        one.kind = kind;
        one.service = model.service;
        one.version = model.version;
        one.provenance = provenance;
        return one;
    }

    void ofModel(const Model& model) {
        for (std::size_t i = 1; i < reasonCount; ++i) {
            if (model.reasons[i].fix.empty()) {
                continue; // the model says nothing of it
            }
            ofReason(model, static_cast<Reason>(i));
        }
        for (const StateRule& state : model.states) {
            add(model, state.name, CodeKind::State, state.provenance).meaning = state.meaning;
        }
        for (const ConditionRule& condition : model.conditions) {
            add(model, condition.name, CodeKind::Condition, condition.provenance).meaning = condition.meaning;
        }
        for (const OperationRule& operation : model.operations) {
            if (!operation.error.empty()) {
                Explanation& one = add(model, operation.error, CodeKind::Error, operation.provenance);
                one.meaning = fmt::format("what '{}' answers while the data is out of reach", operation.name);
                one.status = operation.status;
                one.message = operation.message;
            }
        }
        for (const RefusalRule& refusal : model.refusals) {
            Explanation& one = add(model, refusal.error, CodeKind::Refusal, refusal.provenance);
            one.meaning = "an action on the resource is refused";
            one.status = refusal.status;
            one.message = refusal.message;
            one.fix = refusal.fix;
        }
        period(model, model.revalidation);
        if (model.rotationClock) {
            period(model, *model.rotationClock);
        }
        if (model.renewal) {
            timing(model, model.renewal->lapse);
        }
        if (model.standsOn) {
            timing(model, model.standsOn->within);
            timing(model, model.standsOn->backWithin);
        }
    }

    void ofReason(const Model& model, Reason reason) {
        const ReasonRule& rule = model.reasons[static_cast<std::size_t>(reason)];
        Explanation one;
        one.kind = CodeKind::Reason;
        one.code = nameOf(reason);
        one.service = model.service;
        one.version = model.version;
        one.meaning = notesOn(reason).holdsWhen;
        one.state = rule.state.valid()       ? model.states[rule.state].name
                    : rule.condition.valid() ? model.conditions[rule.condition].name
                                             : std::string{};
        one.error = rule.error;
        one.status = rule.status;
        one.message = rule.message;
        one.fix = rule.fix;
        one.provenance = rule.provenance;
        one.reason = reason;
        all_.push_back(one);
        if (!rule.error.empty()) {
            one.code = rule.error;
            one.kind = CodeKind::Error;
            all_.push_back(std::move(one));
        }
    }

    void timing(const Model& model, const Timing& timing) {
        Explanation& one = add(model, timing.name, CodeKind::Timing, timing.provenance);
        one.meaning = fmt::format("{}; {} as a rule, between {} and {}", timing.meaning, formatDuration(timing.nominal),
                                  formatDuration(timing.earliest), formatDuration(timing.latest));
    }

    /// A clock that comes round, at a phase of its own.
    void period(const Model& model, const Timing& timing) {
        Explanation& one = add(model, timing.name, CodeKind::Timing, timing.provenance);
        one.meaning =
            fmt::format("{}; every {}, at a phase between {} and {}", timing.meaning, formatDuration(timing.nominal),
                        formatDuration(timing.earliest), formatDuration(timing.latest));
    }

    void ofPlatform(const Platform& platform) {
        static const Model none;
        for (std::size_t i = 0; i < commonRefusalCount; ++i) {
            const RefusalText& text = platform.refusals[i];
            Explanation& one = add(none, commonRefusalNames[i], CodeKind::Refusal, text.provenance);
            one.meaning = "an action is refused, whichever the service";
            one.status = text.answer.status;
            one.message = text.answer.message;
            one.fix = text.fix;
        }
        for (const Timing* each : {&platform.roleEffect, &platform.policyEffect, &platform.tokenLife}) {
            timing(none, *each);
        }
    }

    /// What time alone brings about, and how a resource stands that is not there.
    void ofFacts() {
        static const Model none;
        constexpr std::string_view contract = "the rules of this simulator say when";
        for (std::size_t i = 0; i < factNames.size(); ++i) {
            add(none, factNames[i], CodeKind::Fact, {{}, std::string{contract}}).meaning =
                meaningOf(static_cast<FactKind>(i));
        }
        add(none, nameOf(Reason::None), CodeKind::Reason, {{}, std::string{contract}}).meaning =
            notesOn(Reason::None).holdsWhen;
        add(none, nameOf(Reason::BaseUnavailable), CodeKind::Reason, {{}, std::string{contract}}).meaning =
            notesOn(Reason::BaseUnavailable).holdsWhen;
        add(none, "Deleted", CodeKind::State, {{}, std::string{contract}}).meaning =
            "the resource was deleted; its data is gone for good, and one of its name is another resource";
        add(none, "Absent", CodeKind::State, {{}, std::string{contract}}).meaning =
            "the resource has not been created yet";
    }

    void ofAnswer(const AzureTerms& terms, const AnswerText& answer) {
        Explanation one;
        one.code = answer.code;
        one.kind = CodeKind::Answer;
        one.service = terms.service;
        one.meaning = answer.meaning;
        one.status = answer.status;
        one.fix = answer.fix;
        one.provenance = answer.provenance;
        one.also = answer.also;
        one.causes = answer.reasons;
        if (!answer.says.empty()) {
            one.message = answer.says.front();
            one.texts.assign(answer.says.begin() + 1, answer.says.end());
        }
        all_.push_back(std::move(one));
    }

    void ofCommand(const AzureTerms& terms, const CommandRule& command, const CommandRefusal& refusal) {
        Explanation& one = all_.emplace_back();
        one.code = refusal.error;
        one.kind = CodeKind::Refusal;
        one.service = terms.service;
        one.meaning = fmt::format("'az {}' is refused for what it says, whatever the estate is like", command.words);
        one.status = refusal.status;
        one.message = refusal.says;
        one.fix = refusal.fix;
        one.provenance = refusal.provenance;
    }

    Catalog& catalog_;
    Diagnostics& diagnostics_;
    std::vector<Explanation> all_;
};

} // namespace

std::vector<Explanation> everythingExplained(Catalog& catalog, Diagnostics& diagnostics) {
    return Explainer{catalog, diagnostics}.all();
}

std::vector<Explanation> explain(std::string_view code, Catalog& catalog, Diagnostics& diagnostics) {
    std::vector<Explanation> all = everythingExplained(catalog, diagnostics);
    std::erase_if(all, [&](const Explanation& one) {
        return !equalIgnoringCase(one.code, code) &&
               std::ranges::none_of(one.also, [&](const std::string& name) { return equalIgnoringCase(name, code); });
    });
    // Rules that differ in their conditions only say the same.
    std::vector<Explanation> different;
    for (Explanation& one : all) {
        const bool told = std::ranges::any_of(different, [&](const Explanation& other) {
            return other.service == one.service && other.version == one.version && other.kind == one.kind &&
                   other.message == one.message && other.fix == one.fix && other.reason == one.reason;
        });
        if (!told) {
            different.push_back(std::move(one));
        }
    }
    return different;
}

} // namespace cmksim::explanation
