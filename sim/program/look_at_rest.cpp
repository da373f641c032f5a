#include "program/look_at_rest.hpp"

#include "base/text.hpp"
#include "compile/compile.hpp"
#include "engine/replay.hpp"
#include "recovery/proof.hpp"
#include "scenario/parse.hpp"

#include <fmt/format.h>

#include <memory>

namespace cmksim::program {

namespace {

class OneFile final : public FileReader {
public:
    explicit OneFile(std::string text) : text_{std::move(text)} {}
    std::shared_ptr<const Source> read(const std::string& path, Mark /*from*/, Diagnostics& /*diagnostics*/) override {
        return std::make_shared<const Source>(path, text_);
    }

private:
    std::string text_;
};

/// What is missing where a look answers so.
std::string missingPiece(const Program& program, ResourceId id, Reason reason) {
    const NewResource& described = *program.resources[id].described;
    const std::string key = described.key.valid() ? program.keys[described.key].text : std::string{};
    const std::string identity =
        described.identity.valid() ? program.names.identities[described.identity].text : "no identity";
    switch (reason) {
    case Reason::IdentityUnauthorized:
        return fmt::format("nothing that was read lets {} use key {}: its role or policy is missing",
                           inQuotes(identity), inQuotes(key));
    case Reason::VaultFirewallDenied:
        return fmt::format("the network rules of the vault of {} keep it out", inQuotes(key));
    case Reason::IdentityNotAssigned: return "no identity for its key was read";
    case Reason::TokenAcquisitionFailed: return fmt::format("identity {} is deleted", inQuotes(identity));
    default: return fmt::format("its key {} cannot be used ({})", inQuotes(key), nameOf(reason));
    }
}

} // namespace

void lookAtRest(const std::string& estate, Catalog& catalog, Diagnostics& diagnostics) {
    OneFile file{estate};
    Diagnostics own;
    const auto scenario = parseScenario("the estate", file, {}, own);
    const auto program = scenario ? compile::compileScenario(*scenario, catalog, own) : std::nullopt;
    if (!program || own.hasErrors()) {
        for (const Diagnostic& one : own.all()) {
            if (one.severity == Severity::Error) {
                diagnostics.warning({}, fmt::format("what is written does not load: {}", one.message), one.help);
            }
        }
        return;
    }
    const Program quiet = withTimeline(*program, {}, scenarioStart + recovery::longestPeriod(*program));
    std::size_t told = 0;
    std::size_t down = 0;
    for (const Record& record : replay(quiet, nominalPhases(quiet)).records) {
        constexpr std::size_t most = 100;
        if (record.kind != RecordKind::Transition || record.from != quiet.modelOf(record.resource).ready()) {
            continue;
        }
        ++down;
        if (++told <= most) {
            diagnostics.warning({},
                                fmt::format("{} {} is down at the start, although the source does not say so: {}",
                                            quiet.modelOf(record.resource).service,
                                            inQuotes(quiet.resources[record.resource].name),
                                            missingPiece(quiet, record.resource, record.reason)),
                                "probably read wrongly, or really down");
        }
    }
    if (down > told) {
        diagnostics.warning({}, fmt::format("{} more resources are down at the start", down - told));
    }
}

} // namespace cmksim::program
