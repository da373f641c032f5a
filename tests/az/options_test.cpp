// Every option of every command that the data files list: it says something, is told to be left out, or is one of those
// that change nothing here.
#include "az/command_action.hpp"
#include "az/command_target.hpp"
#include "az/flag_words.hpp"
#include "az/key_parts.hpp"
#include "catalog/azure_reader.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace cmksim;
using namespace cmksim::test;
using namespace cmksim::az;

namespace {

constexpr std::string_view scenario = R"(cmksim: 1
name: x
start: 2026-01-01T00:00:00Z
estate:
  vaults:
    kv1: {keys: {cmk: {versions: [{name: v1}, {name: v2}]}, other: {}}}
    hsm1: {kind: managed-hsm, keys: {cmk: {}}}
  identities:
    app: {}
    db: {}
    client: {type: Application, clientId: 22222222-2222-2222-2222-222222222222}
    two: {type: Federated, with: db, app: client}
  resources:
    the-acr: {service: acr, identity: app, key: kv1/cmk}
    the-appconfig: {service: appconfig, identity: app, key: kv1/cmk}
    the-cosmosdb: {service: cosmosdb, identity: app, key: kv1/cmk}
    the-documentdb: {service: documentdb, identity: app, key: kv1/cmk}
    the-eventhubs: {service: eventhubs, identity: app, key: kv1/cmk}
    the-postgresql: {service: postgresql, identity: app, key: kv1/cmk}
    the-servicebus: {service: servicebus, identity: app, key: kv1/cmk}
    the-storage: {service: storage, identity: app, key: kv1/cmk}
)";

constexpr std::string_view group = "/subscriptions/s/resourceGroups/g/providers/";

/// An option as it is given: its name, and its value; none for a flag.
struct Given {
    const CommandOption* option;
    std::string name;
    std::string value;
};

enum class Form : std::uint8_t { Plain, Equals, Quoted, Lines };

/// `--parameters NAME`, `--encryption-config NAME`.
bool isParameter(std::string_view option) { return option.find(' ') != std::string_view::npos; }

class Outcome final : public CommandComplaints {
public:
    void complain(std::string_view /*at*/, std::string message, std::string /*help*/) override {
        text += "error: " + message + '\n';
        isRefused = true;
    }
    void warn(std::string_view at, std::string message) override { warnings += fmt::format("{}: {}\n", at, message); }

    std::string text; // what the command comes to
    std::string warnings;
    bool isRefused = false;
};

class Commands {
public:
    Commands() : read_{std::string{scenario}}, references_{read_.read.scenario->estate} {}

    [[nodiscard]] const std::vector<AzureTerms>& terms() { return read_.catalog.azure(); }

    Outcome of(std::string_view words, const std::vector<Given>& options, Form form = Form::Plain) {
        std::string command = "az " + std::string{words};
        std::string list; // the option whose parts these are
        for (const Given& one : options) {
            const std::size_t blank = one.name.find(' ');
            const bool goesOn =
                one.option != nullptr && isListed(one.option->sets) && list == one.name.substr(0, blank);
            list = blank != std::string::npos ? one.name.substr(0, blank) : std::string{};
            const std::string value = form == Form::Quoted || one.value.find_first_of(" {&'") != std::string::npos
                                          ? '"' + one.value + '"'
                                          : one.value;
            command += (form == Form::Lines ? " \\\n  " : " ") + (goesOn ? one.name.substr(blank + 1) : one.name);
            command += value.empty() ? "" : (form == Form::Equals || isParameter(one.name) ? "=" : " ") + value;
        }
        return of(command);
    }

    Outcome of(const std::string& command) {
        Outcome outcome;
        const ShellWords split = splitShellWords(command);
        REQUIRE_FALSE(split.error);
        const BackupsByFile backups{{"cmk.backup", "kv1/cmk"}};
        if (const auto line = readCommandLine(split.words, command, terms(), outcome)) {
            for (const CommandAction& action :
                 actionsOf(*line, command, {terms(), read_.catalog.platform(), references_, backups}, outcome)) {
                outcome.text += action.name + ' ' + action.target;
                for (const CommandField& field : action.fields) {
                    outcome.text +=
                        fmt::format(" {}={}{}", field.name, fmt::join(field.values, ","), field.null ? "null" : "");
                }
                outcome.text += '\n';
            }
        }
        return outcome;
    }

private:
    Compiled read_;
    AzureReferences references_;
};

std::string typeOf(const AzureTerms& terms, const CommandRule& rule) {
    const AzureThing thing = rule.words.starts_with("identity")   ? AzureThing::Identity
                             : rule.words.starts_with("resource") ? AzureThing::Vault
                                                                  : AzureThing::Resource;
    const auto type = std::ranges::find(terms.types, thing, &AzureType::thing);
    return type != terms.types.end() ? type->name : std::string{};
}

std::string targetOf(const AzureTerms& terms, const CommandRule& rule) {
    const bool isNew = rule.does.ends_with(".create");
    if (rule.words.starts_with("identity")) {
        return isNew ? "fresh" : "app";
    }
    if (!terms.service.empty()) {
        return isNew ? "fresh" : "the-" + terms.service;
    }
    return isNew ? "kv-new" : "kv1";
}

/// A value of the kind that an option takes.
std::string valueOf(const AzureTerms& terms, const CommandRule& rule, const CommandOption& option) {
    if (option.shape == OptionShape::Flag) {
        return {};
    }
    if (const auto words = az::flagPathOf(option.sets).words) {
        return std::string{words->yes};
    }
    if (!option.vaultKind.empty()) {
        return rule.does == "vault.create" ? "fresh" : "hsm1";
    }
    const std::string scope = std::string{group} + "Microsoft.KeyVault/vaults/kv1";
    const bool isNewKey = rule.does == "key.create";
    const std::vector<std::pair<std::string_view, std::string>> values{
        {"target", rule.words.starts_with("keyvault key list") && option.names.front() == "--id"
                       ? "https://kv1.vault.azure.net"
                       : targetOf(terms, rule)},
        {"target.vault", "kv1"},
        {"target.key", isNewKey ? "fresh" : "cmk"},
        {"target.version", "v1"},
        {"target.uri", fmt::format("https://kv1.vault.azure.net/keys/{}", isNewKey ? "fresh" : "cmk")},
        {"target.scope", scope},
        {"target.local-scope", "/keys/cmk"},
        {"target.ids", fmt::format("{}{}/{}", group, typeOf(terms, rule), targetOf(terms, rule))},
        {"target.type", typeOf(terms, rule)},
        {"target.application", "client"},
        {"identity", "db"},
        {"identity.federated", "client"},
        {"identities", "db"},
        {"key", "https://kv1.vault.azure.net/keys/other"},
        {"key.vault", "https://kv1.vault.azure.net"},
        {"key.name", "other"},
        {"key.version", "v1"},
        {"permissions", "get"},
        {"role", "Reader"},
        {"region", "westeurope"},
        {"sku", "Premium"},
        {"softDeleteRetentionInDays", "30"},
        {"publicNetworkAccess", "Disabled"},
        {"networkAcls.defaultAction", "Deny"},
        {"networkAcls.bypass", "None"},
        {"networkAcls.ipRules", "203.0.113.7"},
        {"ipAddress", "203.0.113.7"},
        {"expires", "2027-01-01T00:00:00Z"},
        {"notBefore", "2026-06-01T00:00:00Z"},
        {"file", "cmk.backup"},
        {"type", "RSA"},
        {"size", "3072"},
        {"enableRbacAuthorization", "false"},
        {"properties.encryption",
         "{customer-managed-key-encryption:{key-encryption-key-url:https://kv1.vault.azure.net/keys/other,"
         "key-encryption-key-identity:{identity-type:UserAssignedIdentity,"
         "user-assigned-identity-resource-id:db}}}"},
        {"properties.properties", "{enablePurgeProtection:true}"},
        {"properties.properties.encryption",
         "{keySource:Microsoft.KeyVault,keyVaultProperties:{keyName:other,keyVersion:v1,"
         "keyVaultUri:https://kv1.vault.azure.net}}"},
    };
    if (option.sets == "properties") {
        return terms.service == "documentdb" ? "properties.encryption.customerManagedKeyEncryption.keyEncryptionKeyUrl="
                                               "https://kv1.vault.azure.net/keys/other"
                                             : "properties.enablePurgeProtection=true";
    }
    if (option.sets == "target.within") {
        std::string text = rule.within;
        return text.replace(text.find("{}"), 2, rule.does == "support.restore-identity" ? "the-acr" : "app");
    }
    std::string sets = option.sets;
    if (const std::string_view key = slotKeyOf(option.sets); !key.empty()) { // as of the key of the short form
        const std::string part = sets.substr(key.size());
        sets = part == identityPart ? "identity" : partOf(shortKey, part);
    }
    const auto known =
        std::ranges::find(values, std::string_view{sets}, &std::pair<std::string_view, std::string>::first);
    return known != values.end() ? known->second : "true";
}

/// What stands before the parts of a key of a list, and says nothing by itself.
bool isHeadOfList(const CommandOption& option) { return isListed(option.sets) && isWholeKey(option.sets); }

bool isOutput(const CommandOption& option) { return option.sets.starts_with("output."); }

/// Another way to say the target than by the names that a command is given below.
bool isOtherTarget(const CommandRule& rule, const CommandOption& option) {
    const auto takes = [&](std::string_view field) {
        return std::ranges::find(rule.options, field, &CommandOption::sets) != rule.options.end();
    };
    return (option.sets == "target.uri" && takes("target.key")) || (option.sets == "target.ids" && takes("target"));
}

/// The command with one option for each thing that it may say.
std::vector<Given> fullLine(const AzureTerms& terms, const CommandRule& rule) {
    std::vector<Given> line;
    for (const CommandOption& option : rule.options) {
        const bool isAlways = std::ranges::any_of(
            rule.always, [&](const auto& one) { return std::ranges::count(option.names, one.first) > 0; });
        const bool isSaid = std::ranges::any_of(
            line, [&](const Given& one) { return one.option->sets == option.sets && !option.sets.empty(); });
        if (isAlways) {
            line.push_back({&option, option.names.front(), rule.always.front().second});
        } else if (!option.sets.empty() && !isOutput(option) && !isSaid && !isOtherTarget(rule, option) &&
                   !isHeadOfList(option) && option.sets != "target.version" && option.sets != noKeyPart &&
                   option.sets != keyOperations) {
            line.push_back({&option, option.names.front(), valueOf(terms, rule, option)});
        }
    }
    const auto actionable = actionNamed(rule.does);
    if (line.size() == 1 && actionable && ruleOf(*actionable).traits.needsArgument) { // it changes nothing at all here
        const auto ignored = std::ranges::find_if(rule.options, [](const CommandOption& option) {
            return option.sets.empty() && option.leftOut.empty() && option.shape == OptionShape::Value;
        });
        line.push_back({&*ignored, ignored->names.front(), "x"});
    }
    return line;
}

std::vector<Given> without(std::vector<Given> line, const CommandOption& option) {
    std::erase_if(line, [&](const Given& one) { return one.option == &option; });
    return line;
}

template <class Visit>
void forEachCommand(Commands& commands, Visit visit) {
    for (const AzureTerms& terms : commands.terms()) {
        for (const CommandRule& rule : terms.commands) {
            if (rule.notYet.empty()) {
                INFO(rule.words);
                visit(terms, rule, fullLine(terms, rule));
            }
        }
    }
}

} // namespace

TEST_CASE("every command of the data files can be given with all that it says") {
    Commands commands;
    std::size_t count = 0;
    forEachCommand(commands, [&](const AzureTerms&, const CommandRule& rule, const std::vector<Given>& line) {
        ++count;
        const Outcome outcome = commands.of(rule.words, line);
        CHECK(outcome.text.find("error") == std::string::npos);
        CHECK_FALSE(outcome.isRefused);
        INFO(outcome.text);
        for (const Form form : {Form::Equals, Form::Quoted, Form::Lines}) {
            CHECK(commands.of(rule.words, line, form).text == outcome.text);
        }
    });
    CHECK(count > 100);
}

TEST_CASE("an option that a command takes changes what it comes to") {
    Commands commands;
    forEachCommand(commands, [&](const AzureTerms& terms, const CommandRule& rule, const std::vector<Given>& line) {
        const std::string full = commands.of(rule.words, line).text;
        for (const CommandOption& option : rule.options) {
            if (option.sets.empty() || isOutput(option) || fieldOf(option.sets).ends_with(sourcePart) ||
                option.sets == keyOperations) {
                continue; // where a key comes from is said beside it; what it is made for is looked at, and told
            }
            if (option.sets == catalog::parametersOption || option.sets == catalog::othersOption ||
                isHeadOfList(option)) {
                continue; // the parameters that matter are options of their own; others matter where nothing else does
            }
            for (const std::string& name : option.names) {
                INFO(name);
                const Given given{&option, name, valueOf(terms, rule, option)};
                std::vector<Given> rest; // what does not say the same
                for (const Given& one : line) {
                    const bool isSame = one.option->sets == option.sets ||
                                        (option.sets == noKeyPart && one.option->sets.starts_with("key")) ||
                                        (isOtherTarget(rule, option) && one.option->sets.starts_with("target"));
                    if (!isSame) {
                        rest.push_back(one);
                    }
                }
                std::vector<Given> with = rest;
                with.push_back(given);
                const Outcome outcome = commands.of(rule.words, with);
                INFO(outcome.text);
                CHECK_FALSE(outcome.isRefused);
                // The file of a backup says of which key it is, too.
                const bool isSaidByFile = rule.does == "key.restore" && option.sets == "target.key";
                // Automatic rotation goes on from a version, which a warning says.
                const bool isGoneOnFrom = option.sets.ends_with(".version") &&
                                          outcome.warnings.find("goes on from version") != std::string::npos;
                CHECK((isSaidByFile || isGoneOnFrom || outcome.text != commands.of(rule.words, rest).text));
            }
        }
        CHECK((!full.empty() || rule.words == "acr update"));
    });
}

TEST_CASE("an option that says what is not simulated is told, and one that changes nothing changes nothing") {
    Commands commands;
    forEachCommand(commands, [&](const AzureTerms&, const CommandRule& rule, const std::vector<Given>& line) {
        const Outcome plain = commands.of(rule.words, line);
        for (const CommandOption& option : rule.options) {
            const bool isAlways = !without(line, option).empty() && without(line, option).size() < line.size();
            if (!option.sets.empty() || isAlways) {
                continue;
            }
            for (const std::string& name : option.names) {
                INFO(name);
                std::vector<Given> with = line;
                with.push_back({&option, name, option.shape == OptionShape::Flag ? "" : "x"});
                const Outcome outcome = commands.of(rule.words, with);
                // A command all of whose changes are left out is an error, and none that changes nothing.
                const bool isAllLeftOut = rule.words == "acr update" && !option.leftOut.empty();
                CHECK((outcome.text == plain.text || isAllLeftOut));
                CHECK((outcome.warnings.find("is left out") == std::string::npos) == option.leftOut.empty());
                CHECK(outcome.warnings.find(option.leftOut) != std::string::npos);
                if (option.shape == OptionShape::Switch) { // true, false, or nothing behind it
                    with.back().value.clear();
                    CHECK(commands.of(rule.words, with).text == plain.text);
                }
            }
        }
    });
}

TEST_CASE("a command refuses an option that it does not list, and takes one that is cut short where that is clear") {
    Commands commands;
    forEachCommand(commands, [&](const AzureTerms&, const CommandRule& rule, const std::vector<Given>& line) {
        if (rule.words.starts_with("* ")) {
            return; // of any name: its options are not known
        }
        std::vector<Given> with = line;
        with.push_back({nullptr, "--no-such-option", "x"});
        const Outcome unheardOf = commands.of(rule.words, with);
        if (rule.others.empty()) {
            CHECK(unheardOf.text.find("has no option '--no-such-option'") != std::string::npos);
        } else { // it has more than are listed: they are told
            CHECK(unheardOf.warnings.find("'--no-such-option' is left out: " + rule.others) != std::string::npos);
        }
        const std::string plain = commands.of(rule.words, line).text;
        for (std::size_t i = 0; i < line.size(); ++i) {
            std::vector<Given> cut = line;
            cut[i].name.pop_back();
            if (isParameter(cut[i].name)) {
                continue; // a template has those that it has
            }
            if (!cut[i].name.starts_with("--") || cut[i].name.size() < 4) {
                continue;
            }
            INFO(cut[i].name);
            const Outcome outcome = commands.of(rule.words, cut);
            CHECK((outcome.text == plain || outcome.isRefused)); // another option may begin so
        }
    });
}

TEST_CASE("a command that is not simulated yet is refused whatever its options") {
    Commands commands;
    for (const AzureTerms& terms : commands.terms()) {
        for (const CommandRule& rule : terms.commands) {
            if (!rule.notYet.empty()) {
                CHECK(commands.of("az " + rule.words + " --name x --anything y").text ==
                      fmt::format("error: 'az {}' is not simulated yet: {}\n", rule.words, rule.notYet));
            }
        }
    }
}
