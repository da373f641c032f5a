// The advice of every reason, played: the shortest story of it, then what the fix says, then the next revalidation.
#include "compile/compile.hpp"
#include "engine/replay.hpp"
#include "explanation/explain.hpp"
#include "scenario/parse.hpp"
#include "support/text_files.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

using namespace cmksim;
using namespace cmksim::explanation;

namespace {

/// What a fix says, as steps: each an action on the story's vault `kv1`, key `cmk`, identity `app-id` and resource
/// `app`.
struct Fix {
    std::string_view services; // those whose fix it is
    Reason reason;
    std::string_view says; // words of the fix that name it: when the advice changes, so must the steps
    std::vector<std::string> steps;
    std::string_view story = {}; // where the shortest one leaves nothing to bring back
};

/// A key that was purged and made anew, of which there is a backup.
constexpr std::string_view purged = R"(
  - {at: 1m, do: key.backup, target: kv1/cmk}
  - {at: 10m, do: key.delete, target: kv1/cmk}
  - {at: 11m, do: key.purge, target: kv1/cmk}
  - {at: 12m, do: key.create, target: kv1/cmk}
)";

const std::vector<Fix>& fixes() {
    const std::string grant = "do: policy.set, target: kv1, with: {identity: WHO, permissions: [get, list, wrapKey, "
                              "unwrapKey, encrypt, decrypt]}";
    const std::string grantNext = "do: policy.set, target: kv1, with: {identity: next-id, permissions: [get, list, "
                                  "wrapKey, unwrapKey, encrypt, decrypt]}";
    const std::vector<std::string> nextIdentity{"do: identity.create, target: next-id", grantNext,
                                                "do: resource.assign-identity, target: app, with: {identity: next-id}",
                                                "do: resource.update, target: app, with: {identity: next-id}"};
    const std::vector<std::string> restored{"do: key.delete, target: kv1/cmk", "do: key.purge, target: kv1/cmk",
                                            "do: key.restore, target: kv1/cmk"};
    constexpr std::string_view all =
        "acr cosmosdb documentdb appconfig eventhubs postgresql servicebus storage mysql sqldb "
        "openai azureml cognitiveservices search loganalytics diskencryptionset akskms datafactory databricks";
    static const std::vector<Fix> list{
        {all, Reason::IdentityUnauthorized, "wrapKey", {grant}},
        {all, Reason::KeyDisabled, "Enable the version", {"do: key.update, target: kv1/cmk, with: {enabled: true}"}},
        {"acr cosmosdb documentdb appconfig eventhubs postgresql servicebus sqldb azureml cognitiveservices search "
         "loganalytics "
         "diskencryptionset akskms datafactory databricks",
         Reason::KeyExpired,
         "expiry",
         {"do: key.update, target: kv1/cmk, with: {expires: 365d}"}},
        {all, Reason::KeyNotYetValid, "activation", {"do: key.update, target: kv1/cmk, with: {notBefore: null}"}},
        {all, Reason::KeyNotFound, "ecover", {"do: key.recover, target: kv1/cmk"}},
        {all, Reason::VaultNotFound, "ecover", {"do: vault.recover, target: kv1"}},
        {all, Reason::UnwrapFailed, "restor", restored, purged},
        {"acr documentdb appconfig eventhubs postgresql servicebus storage mysql sqldb openai azureml "
         "cognitiveservices search "
         "loganalytics diskencryptionset akskms datafactory databricks",
         Reason::VaultDnsUnresolved,
         "resolve",
         {"do: vault.restore-dns, target: kv1"}},
        {"cosmosdb", Reason::VaultDnsUnresolved, "wait", {"do: vault.restore-dns, target: kv1"}},
        {"appconfig akskms datafactory",
         Reason::VaultFirewallDenied,
         "public access",
         {"do: vault.update, target: kv1, with: {networkAcls: {defaultAction: Allow}}"}},
        {"cosmosdb documentdb eventhubs postgresql servicebus storage mysql sqldb azureml cognitiveservices search "
         "loganalytics "
         "diskencryptionset databricks",
         Reason::VaultFirewallDenied,
         "trusted",
         {"do: vault.update, target: kv1, with: {networkAcls: {bypass: AzureServices}}"}},
        {"cosmosdb documentdb", Reason::TokenAcquisitionFailed, "Create a new identity", nextIdentity},
        {"documentdb",
         Reason::TokenAcquisitionFailed,
         "recover the deleted identity",
         {"do: identity.recover, target: app-id"}},
        {"acr", Reason::TokenAcquisitionFailed, "dentity", {"do: identity.recover, target: app-id"}},
        {"postgresql mysql", Reason::TokenAcquisitionFailed, "make another one", nextIdentity},
        {"openai", Reason::TokenAcquisitionFailed, "identity again", nextIdentity},
        {"appconfig eventhubs servicebus storage sqldb azureml cognitiveservices search loganalytics diskencryptionset "
         "akskms "
         "datafactory databricks",
         Reason::TokenAcquisitionFailed, "identity that is there", nextIdentity},
        {"cosmosdb documentdb appconfig eventhubs postgresql servicebus storage mysql sqldb openai azureml "
         "cognitiveservices "
         "search loganalytics diskencryptionset akskms datafactory databricks",
         Reason::IdentityNotAssigned, "identity", nextIdentity},
        {"acr",
         Reason::IdentityInactive,
         "Assign the same identity",
         {"do: resource.assign-identity, target: app, with: {identity: app-id}"}},
        {"cosmosdb", Reason::KeyUriMalformed, "key", {"do: resource.update, target: app, with: {key: kv1/cmk}"}},
    };
    return list;
}

/// Whether a fix is that of a service.
bool isOf(const Fix& fix, std::string_view service) {
    const std::string services = ' ' + std::string{fix.services} + ' ';
    return services.find(' ' + std::string{service} + ' ') != std::string::npos;
}

void replaceAll(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

/// The story up to where the fault shows, with the fix behind it and what must hold an hour and a bit later.
std::string played(const Fix& fix, const Model& model, std::string story) {
    if (!fix.story.empty()) {
        const std::size_t timeline = story.find("timeline:\n") + std::string_view{"timeline:"}.size();
        story = story.substr(0, timeline) + std::string{fix.story} + "  - {at: 2h, expect: {app: [";
        for (const StateId state : model.states.ids()) {
            story += model.states[state].name + ", ";
        }
        story += "]}}\n";
    }
    for (const std::string& step : fix.steps) {
        story += "  - {after: 1m, " + step + "}\n";
    }
    if (model.recovery) {
        story += "  - {after: 1m, do: resource.revalidate, target: app}\n";
    }
    story += "  - {after: 1h, expect: {app: " + model.states[model.ready()].name + "}}\n";
    replaceAll(story, "WHO", "app-id");
    return story;
}

/// What goes wrong when a story is played; empty when it passes.
std::string faultsOf(const std::string& text, Catalog& catalog) {
    test::TextFiles file{"fix.yaml", text};
    Diagnostics diagnostics;
    const auto scenario = parseScenario("fix.yaml", file, {}, diagnostics);
    const auto program = scenario ? compile::compileScenario(*scenario, catalog, diagnostics) : std::nullopt;
    if (!program) {
        std::ostringstream out;
        diagnostics.print(out);
        return out.str();
    }
    return engine::replay(*program, engine::nominalPhases(*program)).passed ? std::string{} : "it does not help";
}

} // namespace

TEST_CASE("the fix of every reason works when it is played, in every service") {
    Catalog catalog;
    Diagnostics diagnostics;
    std::size_t count = 0;
    for (const Fix& fix : fixes()) {
        for (const ModelEntry& entry : catalog.entries()) {
            if (!isOf(fix, entry.service)) {
                continue;
            }
            const Model& model = *catalog.model(entry.service, entry.version, diagnostics);
            INFO(entry.service << ' ' << entry.version << ' ' << nameOf(fix.reason));
            const std::string& advice = model.reasons[static_cast<std::size_t>(fix.reason)].fix;
            INFO(advice);
            CHECK(advice.find(fix.says) != std::string::npos);
            const auto story = shortestStory(model, fix.reason, catalog);
            REQUIRE(story);
            const std::string text = played(fix, model, *story);
            INFO(text);
            CHECK(faultsOf(text, catalog).empty());
            ++count;
        }
    }
    CHECK(count > 30);
}

TEST_CASE("every reason has a fix that is played, or says that the resource is to be made anew") {
    Catalog catalog;
    Diagnostics diagnostics;
    for (const ModelEntry& entry : catalog.entries()) {
        const Model& model = *catalog.model(entry.service, entry.version, diagnostics);
        for (std::size_t i = 1; i < reasonCount; ++i) {
            const auto reason = static_cast<Reason>(i);
            const std::string& advice = model.reasons[i].fix;
            if (advice.empty()) {
                continue; // the model has nothing to do with it
            }
            INFO(entry.service << ' ' << nameOf(reason) << ": " << advice);
            const bool isPlayed = std::ranges::any_of(
                fixes(), [&](const Fix& fix) { return fix.reason == reason && isOf(fix, entry.service); });
            const bool neverMet = reason == Reason::IdentityInactive && !model.renewal;
            const bool makesAnew = advice.find("create it") != std::string::npos ||
                                   advice.find("Create the registry") != std::string::npos;
            const bool asUnwrap = reason == Reason::KeyVersionNotFound; // its fix brings back the same material
            const bool condition = model.reasons[i].condition.valid();  // no outage: the firewall of a registry
            const bool unchecked = i >= checkedReasonCount;             // of no key: the stories of the service play it
            CHECK((isPlayed || neverMet || makesAnew || asUnwrap || condition || unchecked));
        }
    }
}
