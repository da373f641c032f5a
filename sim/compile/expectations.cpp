// What a scenario expects, with states, reasons and codes checked against the models.

#include "base/text.hpp"
#include "compile/compiler.hpp"

#include <algorithm>

namespace cmksim::compile {

namespace {

constexpr std::string_view absentName = "Absent";
constexpr std::string_view deletedName = "Deleted";

/// Every code that an action on a resource of this model, or on none, can be refused with.
std::vector<std::string_view> refusalCodes(const Model* model) {
    std::vector<std::string_view> codes{commonRefusalNames.begin(), commonRefusalNames.end()};
    if (model == nullptr) {
        // Those of keys that a resource has several of.
        for (const CommonRefusal own : {CommonRefusal::KeyAccessDenied, CommonRefusal::TooManyKeys}) {
            std::erase(codes, commonRefusalNames[static_cast<std::size_t>(own)]);
        }
    }
    if (model != nullptr) {
        for (const RefusalRule& refusal : model->refusals) {
            codes.push_back(refusal.error);
        }
        if (model->recovery) {
            codes.push_back(model->recovery->error);
        }
    }
    return codes;
}

/// Every code that a resource can show for its state.
std::vector<std::string_view> reasonCodes(const Model& model) {
    std::vector<std::string_view> codes;
    for (const ReasonRule& reason : model.reasons) {
        if (!reason.error.empty()) {
            codes.push_back(reason.error);
        }
    }
    return codes;
}

/// Every code that an operation can be denied with.
std::vector<std::string_view> denialCodes(const Model& model) {
    std::vector<std::string_view> codes = reasonCodes(model);
    codes.push_back(commonRefusalNames[static_cast<std::size_t>(CommonRefusal::ResourceNotFound)]);
    for (const OperationRule& operation : model.operations) {
        if (!operation.error.empty()) {
            codes.push_back(operation.error);
        }
    }
    return codes;
}

} // namespace

std::vector<Expectation> Compiler::expectations(const std::vector<ExpectationSpec>& specs) {
    std::vector<Expectation> expectations;
    for (const ExpectationSpec& one : specs) {
        if (auto compiled = expectation(one)) {
            expectations.push_back(std::move(*compiled));
        }
    }
    return expectations;
}

std::optional<Expectation> Compiler::expectation(const ExpectationSpec& spec) {
    Expectation expectation;
    if (!spec.resource.present()) {
        return {};
    }
    expectation.resource = names_.resource(spec.resource);
    if (!expectation.resource.valid()) {
        return {};
    }
    const Model& model = program_.modelOf(expectation.resource);
    if (!isKnown(model)) {
        return {};
    }
    expectation.place = {spec.mark.line, spec.mark.column};
    expectation.text = spec.text;
    for (const Name& name : spec.states) {
        const auto known = std::ranges::find(model.states, name.text, &StateRule::name);
        if (name.text == absentName) {
            expectation.absent = true;
        } else if (name.text == deletedName) {
            expectation.deleted = true;
        } else if (known != model.states.end()) {
            expectation.states.push_back(StateId{static_cast<std::size_t>(known - model.states.begin())});
        } else {
            std::vector<std::string_view> names;
            for (const StateRule& state : model.states) {
                names.push_back(state.name);
            }
            names.insert(names.end(), {deletedName, absentName});
            names_.reportUnknown("state", name.text, name.mark, std::move(names));
        }
    }
    if (spec.reason.present()) {
        expectation.reason = reasonNamed(spec.reason.text);
        if (!expectation.reason) {
            names_.reportUnknown("reason", spec.reason.text, spec.reason.mark,
                                 {reasonNames.begin(), reasonNames.end()});
        }
    }
    if (spec.error.present()) {
        std::vector<std::string_view> known = reasonCodes(model);
        if (std::ranges::find(known, spec.error.text) == known.end()) {
            names_.reportUnknown("error", spec.error.text, spec.error.mark, std::move(known));
        }
        expectation.error = spec.error.text;
    }
    if (spec.downtime) {
        expectation.downtime = {spec.downtime->least, spec.downtime->most};
    }
    if (spec.outages) {
        const auto count = [](const std::optional<std::int64_t>& value) {
            return value ? std::optional{static_cast<std::uint32_t>(std::clamp<std::int64_t>(*value, 0, UINT32_MAX))}
                         : std::nullopt;
        };
        expectation.outages = {count(spec.outages->least), count(spec.outages->most)};
    }
    expectation.recoverable = spec.recoverable;
    if (spec.timing.present()) {
        const auto known = std::ranges::find(openTimingsNames, spec.timing.text);
        if (known == openTimingsNames.end()) {
            names_.reportUnknown("timing", spec.timing.text, spec.timing.mark,
                                 {openTimingsNames.begin(), openTimingsNames.end()});
        } else {
            expectation.timing = static_cast<OpenTimings>(known - openTimingsNames.begin());
        }
    }
    return expectation;
}

std::optional<ExpectedResult> Compiler::expectedResult(const EntrySpec& spec, const Model* model) {
    if (!spec.result) {
        return {};
    }
    ExpectedResult result;
    result.place = {spec.result->mark.line, spec.result->mark.column};
    result.text = spec.result->text;
    const FailureSpec* failure = spec.result->failure();
    if (failure == nullptr) {
        return result;
    }
    result.denied = true;
    result.status = failure->status;
    if (std::holds_alternative<NoError>(failure->error)) {
        result.error = "";
    }
    if (const auto* error = std::get_if<Name>(&failure->error)) {
        result.error = error->text;
        const bool tries = std::holds_alternative<scenario::TrySpec>(spec.what);
        if (model == nullptr ? !tries : isKnown(*model)) {
            std::vector<std::string_view> known = tries ? denialCodes(*model) : refusalCodes(model);
            if (std::ranges::find(known, error->text) == known.end()) {
                names_.reportUnknown("error", error->text, error->mark, std::move(known));
            }
        }
    }
    return result;
}

} // namespace cmksim::compile
