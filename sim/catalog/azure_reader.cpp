#include "catalog/azure_reader.hpp"

#include "action/action.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "catalog/name_lookup.hpp"
#include "catalog/read_shape_reader.hpp"
#include "document/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace cmksim::catalog {

namespace {

/// The parts of a text between single separators.
std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t end = 0; end != std::string_view::npos;) {
        end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return parts;
}

class AzureReader {
public:
    AzureReader(const Document& document, Diagnostics& diagnostics)
        : fields_{document.root(), "a file of terms", diagnostics}, facts_{diagnostics}, diagnostics_{diagnostics} {
        terms_.file = document.source().name();
    }

    AzureTerms read() {
        if (!facts_.isReadable(fields_, "cmksim-azure")) {
            return std::move(terms_);
        }
        facts_.documents(fields_);
        terms_.service = facts_.optionalText(fields_, "service");
        types();
        terms_.resourceType = facts_.optionalText(fields_, "type");
        properties();
        if (const Node form = fields_.take("identity-as")) {
            if (const auto index = facts_.indexOf(form, "form of an identity", identityFormNames)) {
                terms_.identityForm = static_cast<IdentityForm>(*index);
            }
        }
        terms_.identityDefault = facts_.optionalText(fields_, "identity-default");
        terms_.followsNewest = texts(fields_.take("follows-newest"), "a field of a key");
        terms_.usesKeyTo = texts(fields_.take("uses-key-to"), "an operation of a key");
        terms_.firstParty = facts_.optionalText(fields_, "first-party");
        for (const Entry role : entries(fields_.take("roles"))) {
            terms_.roles.emplace_back(text(role.value), text(role.key));
        }
        for (const Entry action : entries(fields_.take("key-actions"))) {
            terms_.keyActions.emplace_back(text(action.key), text(action.value));
        }
        if (const Node node = fields_.take("roles-by-default")) {
            rolesByDefault(node);
        }
        for (const Entry one : entries(fields_.take("keys-apart"))) {
            keysApart(one);
        }
        everywhere(fields_.take("everywhere"));
        for (const Entry command : entries(fields_.require("commands"))) {
            this->command(command);
        }
        readManagedShapes(fields_.take("resource-manager"), terms_.service, facts_); // only to see that they are sound
        for (const Entry entry : entries(fields_.take("terraform"))) {
            terraform(entry);
        }
        if (const Node node = fields_.take("far-reaching")) {
            farReaching(node);
        }
        for (const Entry entry : entries(fields_.take("logs"))) {
            if (entry.value.text() != unsaidLogEntry && entry.value.text() != lookLogEntry) {
                checkAction(entry.value);
            }
            terms_.logs.emplace_back(text(entry.key), text(entry.value));
        }
        for (const Entry entry : entries(fields_.take("duties"))) {
            requiredPermission(entry);
        }
        for (const Entry entry : entries(fields_.take("texts"))) {
            answer(entry);
        }
        facts_.provenance(fields_);
        fields_.finish();
        return std::move(terms_);
    }

private:
    void types() {
        for (const Entry type : entries(fields_.require("types"))) {
            if (type.value.isScalar() && type.value.text() == keyOfParent) {
                keyOfParentType(type.key);
            } else if (type.value.isMapping()) {
                typeOfKind(type);
            } else if (const auto thing = facts_.indexOf(type.value, "kind of thing", azureThingNames)) {
                terms_.types.push_back({std::string{type.key.text()}, static_cast<AzureThing>(*thing), {}});
            }
        }
    }

    /// A thing that lies in vaults of one kind, or is one.
    void typeOfKind(const Entry& entry) {
        MappingReader fields{entry.value, "a type", entry.key.mark(), diagnostics_};
        AzureType type{std::string{entry.key.text()}, {}, {}};
        if (const Node is = fields.require("is")) {
            if (const auto thing = facts_.indexOf(is, "kind of thing", azureThingNames)) {
                type.thing = static_cast<AzureThing>(*thing);
            }
        }
        type.vaultKind = facts_.text(fields, "vault-kind");
        fields.finish();
        terms_.types.push_back(std::move(type));
    }

    void properties() {
        for (const Entry of : entries(fields_.take("properties"))) {
            if (const auto thing = facts_.indexOf(of.key, "kind of thing", azureThingNames)) {
                for (const Entry property : entries(of.value)) {
                    const std::string paths = text(property.value);
                    if (paths.find('=') != std::string::npos) { // with words behind the one path
                        terms_.properties.push_back({static_cast<AzureThing>(*thing), text(property.key), paths});
                        continue;
                    }
                    for (std::string_view rest = paths; !rest.empty();) {
                        const std::string_view path = rest.substr(0, rest.find('|'));
                        terms_.properties.push_back(
                            {static_cast<AzureThing>(*thing), text(property.key), std::string{path}});
                        rest.remove_prefix(std::min(path.size() + 1, rest.size()));
                    }
                }
            }
        }
    }

    /// A child of a resource before it.
    void keyOfParentType(Node name) {
        terms_.types.push_back({std::string{name.text()}, AzureThing::Resource, {}});
        if (!saysKeyOfParent(terms_, terms_.types.back())) {
            diagnostics_.error(name.mark(), fmt::format("no resource is the parent of {}", inQuotes(name.text())),
                               fmt::format("the type of which it is a child comes before it, as 'resource'"));
        }
    }

    /// A version of Azure's API is a day: later ones come behind it in the order of texts.
    void rolesByDefault(Node node) {
        MappingReader fields{node, "'roles-by-default'", diagnostics_};
        if (const Node since = fields.require("since-api")) {
            constexpr std::string_view form = "0000-00-00";
            std::string said = text(since);
            std::string shape = said;
            std::ranges::replace_if(
                shape, [](char c) { return '0' <= c && c <= '9'; }, '0');
            if (!said.empty() && shape != form) {
                diagnostics_.error(since.mark(),
                                   fmt::format("expected a version of Azure's API (2026-02-01), not '{}'", said));
            }
            terms_.rolesByDefault.sinceApi = std::move(said);
        }
        terms_.rolesByDefault.provenance = facts_.provenance(fields);
        fields.finish();
    }

    void keysApart(const Entry& entry) {
        const std::string title = fmt::format("the entry '{}'", entry.key.text());
        MappingReader fields{entry.value, title, entry.key.mark(), diagnostics_};
        KeysApart apart{text(entry.key), facts_.optionalText(fields, "when"), facts_.text(fields, "meaning"), {}};
        apart.provenance = facts_.provenance(fields);
        fields.finish();
        terms_.keysApart.push_back(std::move(apart));
    }

    void farReaching(Node node) {
        MappingReader fields{node, "'far-reaching'", diagnostics_};
        const auto texts = [&](std::string_view name) {
            std::vector<std::string> found;
            if (const Node list = fields.take(name)) {
                for (const Node one : facts_.oneOrMore(list, "a text")) {
                    found.emplace_back(one.text());
                }
            }
            return found;
        };
        terms_.farReaching.types = texts("types");
        terms_.farReaching.altered = texts("altered");
        terms_.farReaching.fields = texts("fields");
        terms_.farReaching.reads = texts("reads");
        terms_.farReaching.apart = texts("apart");
        for (const Entry one : entries(fields.take("sets"))) {
            terms_.farReaching.sets.emplace_back(text(one.key), text(one.value));
        }
        for (const Entry one : entries(fields.take("ways"))) {
            for (std::string& path : split(text(one.value), '|')) {
                terms_.farReaching.ways.emplace_back(text(one.key), std::move(path));
            }
        }
        terms_.farReaching.hardwareKeys = texts("hardware-keys");
        terms_.farReaching.provenance = facts_.provenance(fields);
        fields.finish();
    }

    /// The entries of a mapping; none, as reported, of anything else that is there.
    std::vector<Entry> entries(Node node) {
        std::vector<Entry> found;
        if (node && !node.isMapping() && !node.isNull()) {
            reportUnexpected(node, "a mapping", diagnostics_);
        } else if (node) {
            for (const Entry entry : node.entries()) {
                found.push_back(entry);
            }
        }
        return found;
    }

    std::string text(Node node) { return std::string{readText(node, "a text", diagnostics_)}; }

    void command(const Entry& entry) {
        const std::string title = fmt::format("the command '{}'", entry.key.text());
        MappingReader fields{entry.value, title, entry.key.mark(), diagnostics_};
        CommandRule rule;
        rule.words = entry.key.text();
        effect(fields, rule);
        for (const Entry option : entries(fields.take("takes"))) {
            taken(option, rule);
        }
        ignored(fields.take("ignores"), rule.options);
        const std::size_t known = rule.options.size();
        ignored(fields.take("changes-others"), rule.options);
        for (CommandOption& option : std::span{rule.options}.subspan(known)) {
            option.sets = othersOption;
        }
        leftOut(fields.take("leaves-out"), rule);
        if (const auto words = fields.boolean("takes-words")) {
            rule.takesWords = *words;
        }
        if (const Node needs = fields.take("needs")) {
            for (const Node field : facts_.oneOrMore(needs, "a field")) {
                rule.needs.push_back(text(field));
            }
        }
        for (const Entry one : entries(fields.take("defaults"))) {
            rule.defaults.emplace_back(text(one.key), text(one.value));
        }
        for (const Entry one : entries(fields.take("always"))) {
            rule.always.emplace_back(text(one.key), text(one.value));
        }
        rule.within = facts_.optionalText(fields, "within");
        rule.others = facts_.optionalText(fields, "others");
        rule.printsLike = facts_.optionalText(fields, "prints-like");
        if (const Node refusals = fields.take("refuses"); refusals && !refusals.isSequence()) {
            reportUnexpected(refusals, "a list of what is refused", diagnostics_);
        } else if (refusals) {
            for (const Node one : refusals.items()) {
                refusal(one, title, rule);
            }
        }
        prints(fields, entry, rule);
        rule.provenance = facts_.provenance(fields);
        fields.finish();
        terms_.commands.push_back(std::move(rule));
    }

    void leftOut(Node node, CommandRule& rule) {
        for (const Entry option : entries(node)) {
            rule.options.push_back({split(option.key.text(), '|'), OptionShape::List, {}, text(option.value)});
        }
    }

    void refusal(Node node, const std::string& title, CommandRule& rule) {
        const std::string what = "what is refused of " + title;
        MappingReader fields{node, what, diagnostics_};
        CommandRefusal refusal;
        const auto option = [&](std::string_view name, bool mustBe) {
            std::string text = mustBe ? facts_.text(fields, name) : facts_.optionalText(fields, name);
            const bool isKnown = std::ranges::any_of(rule.options, [&](const CommandOption& one) {
                return std::ranges::find(one.names, text) != one.names.end();
            });
            if (!text.empty() && !isKnown) {
                diagnostics_.error(fields.mark(), fmt::format("{} does not take {}", title, inQuotes(text)));
            }
            return text;
        };
        refusal.option = option("option", true);
        refusal.is = texts(fields.take("is"), "a value");
        refusal.isNot = texts(fields.take("is-not"), "a value");
        refusal.without = option("without", false);
        refusal.beside = option("beside", false);
        refusal.error = facts_.text(fields, "error");
        refusal.status = facts_.status(fields);
        refusal.says = facts_.text(fields, "says");
        refusal.fix = facts_.text(fields, "fix");
        refusal.provenance = facts_.provenance(fields);
        fields.finish();
        rule.refusals.push_back(std::move(refusal));
    }

    /// They are read again for those who want them; here it is seen that nothing is wrong with them.
    void prints(MappingReader& fields, const Entry& entry, const CommandRule& rule) {
        const auto shape = readCommandShape(entry.value, !terms_.service.empty(), facts_);
        for (const std::string_view name : {"prints", "columns", "lines"}) {
            fields.take(name);
        }
        if (shape && rule.effect == CommandEffect::Action) {
            diagnostics_.error(fields.mark(), "only a command that reads prints something here");
        }
    }

    void terraform(const Entry& entry) {
        MappingReader fields{entry.value, "a type of Terraform", entry.key.mark(), diagnostics_};
        TerraformType type{std::string{entry.key.text()}, {}, terms_.service, {}, {}};
        if (const Node thing = fields.require("is")) {
            if (const auto index = facts_.indexOf(thing, "kind of thing", terraformThingNames)) {
                type.thing = static_cast<TerraformThing>(*index);
            }
        }
        for (const Entry field : entries(fields.require("fields"))) {
            type.fields.emplace_back(text(field.key), text(field.value));
        }
        type.vaultKind = facts_.optionalText(fields, "vault-kind");
        if (const Node what = fields.take("destroying")) {
            type.staysDestroyed = facts_.indexOf(what, "effect", destroyingNames).has_value();
            type.provenance = facts_.provenance(fields);
        }
        fields.finish();
        terms_.terraform.push_back(std::move(type));
    }

    void requiredPermission(const Entry& entry) {
        checkAction(entry.key);
        RequiredPermission of;
        of.action = entry.key.text();
        const auto part = [&](std::string_view name) {
            return entry.value.isMapping() ? entry.value.find(name) : Node{};
        };
        // What takes more stands before what takes less.
        if (const Node arguments = part("arguments")) {
            for (const Entry argument : entries(arguments)) {
                of.argument = argument.key.text();
                requiredPermission(argument, of, Parts::None);
            }
            of.argument.clear();
        }
        if (const Node kinds = part("vault-kinds")) {
            for (const Entry kind : entries(kinds)) {
                of.vaultKind = kind.key.text();
                requiredPermission(kind, of, Parts::None);
            }
            of.vaultKind.clear();
        }
        requiredPermission(entry, of, Parts::Read);
    }

    /// Whether the parts of a duty that say more of some actions were read before it.
    enum class Parts : std::uint8_t { None, Read };

    void requiredPermission(const Entry& entry, RequiredPermission requiredPermission, Parts parts) {
        MappingReader fields{entry.value, "a duty", entry.key.mark(), diagnostics_};
        if (parts == Parts::Read) {
            fields.take("arguments");
            fields.take("vault-kinds");
        }
        requiredPermission.role = facts_.text(fields, "role");
        requiredPermission.permission = facts_.optionalText(fields, "permission");
        requiredPermission.provenance = facts_.provenance(fields);
        fields.finish();
        terms_.requiredPermissions.push_back(std::move(requiredPermission));
    }

    void answer(const Entry& entry) {
        MappingReader fields{entry.value, "a text", entry.key.mark(), diagnostics_};
        AnswerText answer;
        answer.code = entry.key.text();
        answer.also = texts(fields.take("also"), "a name");
        answer.says = texts(fields.take("says"), "a text");
        answer.status = facts_.status(fields);
        answer.meaning = facts_.text(fields, "meaning");
        if (const Node reasons = fields.take("reasons")) {
            for (const Node reason : facts_.oneOrMore(reasons, "a reason")) {
                if (const auto index = facts_.indexOf(reason, "reason", reasonNames)) {
                    answer.reasons.push_back(static_cast<Reason>(*index));
                }
            }
        }
        answer.fix = facts_.text(fields, "fix");
        answer.provenance = facts_.provenance(fields);
        fields.finish();
        terms_.texts.push_back(std::move(answer));
    }

    std::vector<std::string> texts(Node node, std::string_view what) {
        std::vector<std::string> all;
        if (node) {
            for (const Node one : facts_.oneOrMore(node, what)) {
                all.push_back(text(one));
            }
        }
        return all;
    }

    void checkAction(Node name) {
        if (!actionNamed(name.text())) {
            std::vector<std::string_view> known;
            for (const ActionRule& action : actionRules()) {
                known.push_back(action.traits.name);
            }
            facts_.reportUnknown(name, "action", known);
        }
    }

    void effect(MappingReader& fields, CommandRule& rule) {
        constexpr std::array<std::pair<std::string_view, CommandEffect>, 3> verbs{
            {{"does", CommandEffect::Action}, {"tries", CommandEffect::Attempt}, {"sees", CommandEffect::ReadRequest}}};
        std::size_t found = 0;
        for (const auto& [verb, effect] : verbs) {
            if (const Node node = fields.take(verb)) {
                rule.effect = effect;
                rule.does = text(node);
                ++found;
                if (effect == CommandEffect::Action && !rule.does.starts_with("*.")) {
                    checkAction(node);
                }
            }
        }
        rule.notYet = facts_.optionalText(fields, "not-yet");
        if (found + (rule.notYet.empty() ? 0U : 1U) != 1) {
            diagnostics_.error(fields.mark(), "a command needs one of 'does', 'tries', 'sees' and 'not-yet'");
        }
    }

    /// `--name|-n: target`, `--key-permissions: permissions list`.
    void taken(const Entry& entry, CommandRule& rule) {
        CommandOption option;
        option.names = split(entry.key.text(), '|');
        const std::vector<std::string> words = split(entry.value.text(), ' ');
        option.sets = words.front();
        if (words.size() == 3 && words[1] == "of") {
            option.vaultKind = words[2];
        } else if (words.size() == 2) {
            const auto shape = std::ranges::find(optionShapeNames, words[1]);
            if (shape == optionShapeNames.end()) {
                facts_.reportUnknown(entry.value, "shape of an option", optionShapeNames);
                return;
            }
            option.shape = static_cast<OptionShape>(shape - optionShapeNames.begin());
        } else if (words.size() != 1 || option.sets.empty()) {
            reportUnexpected(entry.value, "the field that the option sets, and its shape", diagnostics_);
            return;
        }
        rule.options.push_back(std::move(option));
    }

    /// Those that every command has: that change nothing, and those that say how it prints.
    void everywhere(Node node) {
        CommandRule all;
        if (node && node.isMapping()) {
            for (const Entry option : entries(node.find("takes"))) {
                taken(option, all);
            }
            leftOut(node.find("leaves-out"), all);
        }
        terms_.everywhere = std::move(all.options);
        ignored(node, terms_.everywhere);
    }

    void ignored(Node node, std::vector<CommandOption>& options) {
        if (!node) {
            return;
        }
        constexpr std::array<std::pair<std::string_view, OptionShape>, 4> kinds{{{"values", OptionShape::Value},
                                                                                 {"lists", OptionShape::List},
                                                                                 {"switches", OptionShape::Switch},
                                                                                 {"flags", OptionShape::Flag}}};
        MappingReader fields{node, "the options that are ignored", diagnostics_};
        if (&options == &terms_.everywhere) {
            fields.take("takes");
            fields.take("leaves-out");
        }
        for (const auto& [kind, shape] : kinds) {
            if (const Node names = fields.take(kind)) {
                for (const Node name : facts_.oneOrMore(names, "an option")) {
                    options.push_back({split(name.text(), '|'), shape, {}, {}});
                }
            }
        }
        fields.finish();
    }

    MappingReader fields_;
    FactReader facts_;
    Diagnostics& diagnostics_;
    AzureTerms terms_;
};

} // namespace

std::optional<AzureTerms> readAzureTerms(const Document& document, Diagnostics& diagnostics) {
    const std::size_t before = errorCount(diagnostics);
    AzureTerms terms = AzureReader{document, diagnostics}.read();
    return errorCount(diagnostics) == before ? std::optional{std::move(terms)} : std::nullopt;
}

bool saysKeyOfParent(const AzureTerms& terms, const AzureType& type) {
    return type.thing == AzureThing::Resource && std::ranges::any_of(terms.types, [&](const AzureType& parent) {
               return parent.thing == AzureThing::Resource && type.name.starts_with(parent.name + '/');
           });
}

} // namespace cmksim::catalog
