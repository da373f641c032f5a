#include "program/gate_files.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "document/json.hpp"
#include "document/mapping_reader.hpp"
#include "document/values.hpp"
#include "document/yaml.hpp"
#include "scenario/scalars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace cmksim::program {

namespace {

constexpr std::string_view allowanceVersion = "cmksim-allow";

std::optional<Allowance> readAllowance(Node node, Diagnostics& diagnostics) {
    MappingReader fields{node, "an allowance", diagnostics};
    if (!fields.readable()) {
        return std::nullopt;
    }
    Allowance one;
    one.mark = node.mark();
    const auto text = [&](std::string_view name) {
        const Node found = fields.take(name);
        return found ? std::string{readText(found, "a text", diagnostics)} : std::string{};
    };
    one.id = text("id");
    if (const Node kind = fields.take("kind")) {
        one.kind = readText(kind, "a text", diagnostics);
        if (!one.kind.empty() && std::ranges::find(gateKindNames, std::string_view{one.kind}) == gateKindNames.end()) {
            diagnostics.error(kind.mark(), fmt::format("expected a kind of finding, not {}", inQuotes(one.kind)),
                              suggestion(one.kind, gateKindNames));
        }
    }
    one.subject = text("subject");
    one.step = text("step");
    const Node reason = fields.require("reason");
    const Node until = fields.require("until");
    fields.finish();
    if (reason) {
        one.reason = readText(reason, "the reason", diagnostics);
    }
    const auto date = until ? readDate(until, diagnostics) : std::nullopt;
    if (one.id.empty() && one.kind.empty() && one.subject.empty() && one.step.empty()) {
        diagnostics.error(node.mark(), "this allowance is about every finding",
                          "say which: 'id', or 'kind', 'subject' and 'step'");
        return std::nullopt;
    }
    if (!date) {
        return std::nullopt;
    }
    one.until = *date;
    return one;
}

std::string dateText(std::chrono::year_month_day date) {
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
}

} // namespace

bool Allowance::isAbout(const GateFinding& finding, const std::vector<GateStep>& steps) const {
    const auto fits = [](const std::string& wanted, std::string_view is) { return wanted.empty() || wanted == is; };
    const bool hasStep = finding.step != GateFinding::noStep;
    return fits(id, finding.id) && fits(kind, finding.kind) && fits(subject, finding.subject) &&
           fits(step, hasStep ? std::string_view{steps[finding.step].text} : std::string_view{});
}

std::vector<Allowance> readAllowances(const std::string& path, FileReader& files, Diagnostics& diagnostics) {
    std::vector<Allowance> all;
    const auto source = files.read(path, {}, diagnostics);
    const auto document = source ? parseDocument(source, diagnostics) : nullptr;
    if (!document) {
        return all;
    }
    MappingReader fields{document->root(), "a file of allowances", diagnostics};
    if (!fields.readable()) {
        return all;
    }
    fields.require(allowanceVersion);
    static_cast<void>(fields.integer(allowanceVersion, 1, 1));
    const Node list = fields.require("allow");
    fields.finish();
    if (list && !list.isSequence()) {
        reportUnexpected(list, "a list of allowances", diagnostics);
    } else if (list) {
        for (const Node node : list.items()) {
            if (auto one = readAllowance(node, diagnostics)) {
                all.push_back(*std::move(one));
            }
        }
    }
    return all;
}

void allow(const std::vector<Allowance>& allowances, std::chrono::year_month_day asOf, GateView& view,
           Diagnostics& diagnostics) {
    for (const Allowance& one : allowances) {
        bool isUsed = false;
        for (GateFinding& finding : view.findings) {
            if (!one.isAbout(finding, view.steps)) {
                continue;
            }
            isUsed = true;
            if (asOf <= one.until) {
                finding.allowed = GateAllowance{one.reason, dateText(one.until)};
            } else {
                finding.expired = dateText(one.until);
            }
        }
        if (!isUsed) {
            diagnostics.warning(one.mark, "this allowance is about none of the findings", "it can go");
        }
    }
}

Baseline readBaseline(const std::string& path, FileReader& files, Diagnostics& diagnostics) {
    Baseline baseline;
    const auto source = files.read(path, {}, diagnostics);
    const auto document = source ? parseJson(source, diagnostics) : nullptr;
    if (!document) {
        return baseline;
    }
    const Node root = document->root();
    const Node findings = root.isMapping() ? root.find("findings") : Node{};
    if (!findings || !findings.isSequence() || !root.find("gate")) {
        diagnostics.error(root.mark(), "this is no result of an earlier gate",
                          "a baseline is what 'cmksim gate --format json' prints");
        return baseline;
    }
    for (const Node one : findings.items()) {
        const Node id = one.isMapping() ? one.find("id") : Node{};
        const Node level = one.isMapping() ? one.find("level") : Node{};
        const auto isText = [](Node node) { return node && node.isScalar() && node.quoted(); };
        if (!isText(id) || !isText(level)) {
            diagnostics.error(one.mark(), "this is no finding of an earlier gate",
                              "a finding has an 'id' and a 'level', both texts");
            continue;
        }
        // What was told and did not count then, as it was short enough, is new when it counts.
        if (level.text() != "error") {
            continue;
        }
        const Node length = one.find("length");
        const Node most = length && length.isMapping() ? length.find("max") : Node{};
        const auto seconds = most ? asInteger(most) : std::nullopt;
        baseline.emplace(id.text(), seconds ? std::optional{Duration{*seconds}} : std::nullopt);
    }
    return baseline;
}

bool isInBaseline(const GateFinding& finding, const Baseline& baseline) {
    const auto known = baseline.find(finding.id);
    if (known == baseline.end()) {
        return false;
    }
    if (!finding.judged || !known->second) {
        return true;
    }
    const auto& length = finding.judged->harm.length;
    return length && length->most <= *known->second;
}

} // namespace cmksim::program
