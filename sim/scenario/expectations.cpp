#include "scenario/timeline.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "document/flow_text.hpp"
#include "document/values.hpp"
#include "scenario/named.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>

namespace cmksim::scenario {

namespace {

constexpr int leastStatus = 100;
constexpr int mostStatus = 599;

/// A value on one line: as it stands where that is one already.
std::string_view textOf(Node node, const Reading& reading) {
    if (node.isScalar() && !node.quoted()) {
        return node.text();
    }
    return reading.texts.keep(flowText(node));
}

// --- bounds ----------------------------------------------------------------------------------------------------------

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(' ');
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::optional<std::int64_t> parseCount(std::string_view text) {
    std::uint32_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional<std::int64_t>{count} : std::nullopt;
}

/// `<= X`, `>= X`, `== X`, the same as `X` alone, or `X..Y`; nothing for anything else.
template <class T>
std::optional<Bounds<T>> parseBounds(std::string_view text, std::optional<T> (*parse)(std::string_view)) {
    text = trimmed(text);
    if (const std::size_t dots = text.find(".."); dots != std::string_view::npos) {
        const Bounds<T> range{parse(trimmed(text.substr(0, dots))), parse(trimmed(text.substr(dots + 2)))};
        return range.least && range.most ? std::optional{range} : std::nullopt;
    }
    if (const std::optional<T> exactly = parse(text)) {
        return Bounds<T>{exactly, exactly};
    }
    const std::string_view comparison = text.substr(0, 2);
    const std::optional<T> value = text.size() > 2 ? parse(trimmed(text.substr(2))) : std::nullopt;
    if (!value) {
        return std::nullopt;
    }
    if (comparison == "<=") {
        return Bounds<T>{std::nullopt, value};
    }
    if (comparison == ">=") {
        return Bounds<T>{value, std::nullopt};
    }
    return comparison == "==" ? std::optional{Bounds<T>{value, value}} : std::nullopt;
}

template <class T>
std::optional<Bounds<T>> readBounds(MappingReader& fields, std::string_view name, std::string_view shapes,
                                    std::optional<T> (*parse)(std::string_view)) {
    const Node node = fields.take(name);
    if (!node) {
        return std::nullopt;
    }
    const std::optional<Bounds<T>> bounds = parseBounds<T>(node.text(), parse);
    if (!bounds) {
        reportUnexpected(node, shapes, fields.diagnostics());
    } else if (bounds->least && bounds->most && *bounds->most < *bounds->least) {
        fields.diagnostics().error(node.mark(), fmt::format("the range {} is empty", inQuotes(node.text())),
                                   "the smaller end comes first");
    }
    return bounds;
}

// --- of resources ----------------------------------------------------------------------------------------------------

void readStates(Node node, ExpectationSpec& expectation, Diagnostics& diagnostics) {
    expectation.states = readNameOrNames(node, "a state", diagnostics);
    if (node.isNull() || (node.isSequence() && node.size() == 0)) {
        diagnostics.error(node.mark(), "expected a state or a list of states, not nothing");
    }
}

void readFields(Node node, ExpectationSpec& expectation, Diagnostics& diagnostics) {
    MappingReader fields{node, "an expectation", diagnostics};
    if (node.size() == 0) {
        diagnostics.error(node.mark(), "this expects nothing",
                          "known: state, reason, error, downtime, outages, recoverable, timing");
    }
    if (const Node state = fields.take("state")) {
        readStates(state, expectation, diagnostics);
    }
    if (const Node reason = fields.take("reason")) {
        expectation.reason = readName(reason, "a reason", diagnostics);
    }
    if (const Node error = fields.take("error")) {
        expectation.error = readName(error, "the code of an error", diagnostics);
    }
    expectation.downtime =
        readBounds<Duration>(fields, "downtime", R"(3h, "<= 3h", ">= 1h" or "1h..2h")", &parseDuration);
    expectation.outages = readBounds<std::int64_t>(fields, "outages", R"(3, "<= 3", ">= 1" or "1..2")", &parseCount);
    expectation.recoverable = fields.boolean("recoverable");
    if (const Node timing = fields.take("timing")) {
        expectation.timing = readName(timing, "all, phases or nominal", diagnostics);
        if (node.size() == 1) {
            diagnostics.error(node.mark(), "this expects nothing", "say what is to hold, beside over which timings");
        }
    }
    fields.finish();
}

// --- of the entry's own verb -----------------------------------------------------------------------------------------

std::optional<int> readStatus(Node node, Diagnostics& diagnostics) {
    const auto status = readInteger(node, leastStatus, mostStatus, diagnostics);
    return status ? std::optional{static_cast<int>(*status)} : std::nullopt;
}

/// `{error: CODE}`, `{status: 403}`, or both.
ResultSpec readResultFields(Node node, std::string_view what, const Reading& reading) {
    Diagnostics& diagnostics = reading.diagnostics;
    FailureSpec failure;
    MappingReader fields{node, what, diagnostics};
    if (node.size() == 0) {
        diagnostics.error(node.mark(), "this expects nothing");
    }
    if (const Node status = fields.take("status")) {
        failure.status = readStatus(status, diagnostics);
    }
    if (const Node error = fields.take("error")) {
        if (error.isNull()) {
            failure.error = NoError{};
        } else if (const Name name = readName(error, "the code of an error", diagnostics); name.present()) {
            failure.error = name;
        }
    }
    fields.finish();
    return {failure, node.mark(), textOf(node, reading)};
}

/// One word or a status; `denied` and `refused` are the same, whatever the verb.
std::optional<ResultSpec> readPlainResult(Node node, std::string_view what, const Reading& reading) {
    if (node.text() == "ok") {
        return ResultSpec{SuccessSpec{}, node.mark(), textOf(node, reading)};
    }
    if (node.text() == "refused" || node.text() == "denied") {
        return ResultSpec{FailureSpec{}, node.mark(), textOf(node, reading)};
    }
    if (asInteger(node)) {
        return ResultSpec{FailureSpec{readStatus(node, reading.diagnostics), {}}, node.mark(), textOf(node, reading)};
    }
    reportUnexpected(node, what, reading.diagnostics);
    return std::nullopt;
}

} // namespace

std::vector<ExpectationSpec> readExpectations(Node node, const Reading& reading) {
    Diagnostics& diagnostics = reading.diagnostics;
    if (node.isNull() || (node.isMapping() && node.size() == 0)) {
        diagnostics.error(node.mark(), "this expects nothing", "name a resource and its state");
        return {};
    }
    return readNamed<ExpectationSpec>(node, "resources with what is expected of them", diagnostics,
                                      [&](const Name& resource, Node value) {
                                          ExpectationSpec expectation;
                                          expectation.resource = resource;
                                          expectation.mark = value.mark();
                                          expectation.text = textOf(value, reading);
                                          if (value.isMapping()) {
                                              readFields(value, expectation, diagnostics);
                                          } else {
                                              readStates(value, expectation, diagnostics);
                                          }
                                          return expectation;
                                      });
}

std::optional<ResultSpec> readActionResult(Node node, const Reading& reading) {
    if (node.isMapping()) {
        return readResultFields(node, "the result of an action", reading);
    }
    return readPlainResult(node, "ok, refused, a status such as 403, or {error: CODE}", reading);
}

std::optional<ResultSpec> readOperationResult(Node node, const Reading& reading) {
    if (node.isMapping()) {
        return readResultFields(node, "the result of an operation", reading);
    }
    return readPlainResult(node, "ok, denied, a status such as 403, or {status: 403, error: CODE}", reading);
}

} // namespace cmksim::scenario
