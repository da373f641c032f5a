#include "program/gate_input.hpp"

#include "analysis/reaction_worlds.hpp"
#include "base/flow_yaml.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "compile/compile.hpp"
#include "document/from_json.hpp"
#include "document/json.hpp"
#include "document/yaml.hpp"
#include "import/arm_template.hpp"
#include "import/estate_change.hpp"
#include "import/estate_source.hpp"
#include "import/terraform.hpp"
#include "import/unread_changes.hpp"
#include "import/what_if.hpp"
#include "program/runbook_file.hpp"
#include "report/action_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

namespace cmksim::program {

namespace {

/// Of a change that does not say when its steps are; `planTimeline` writes the same.
constexpr Duration betweenSteps{30};

using Addresses = std::map<std::pair<std::uint32_t, std::uint32_t>, std::string>;

/// What a step acts on, as `ThingPlaces` names it.
std::string thingOf(const Program& program, const TimelineEntry& entry) {
    const Action& action = *entry.action();
    const IdentityId identity = identityOf(action);
    switch (ruleOf(action).traits.target) {
    case TargetKind::Resource: return "resource " + entry.target;
    case TargetKind::Identity: return "identity " + entry.target;
    case TargetKind::Feature: return "feature " + entry.target;
    case TargetKind::Key:
    case TargetKind::KeyOrVersion: return "key " + entry.target;
    case TargetKind::Scope:
        return fmt::format("role {} {} {}", entry.target, program.names.identities[identity].text,
                           program.platform->roles[roleOf(action).index()].name);
    case TargetKind::Vault: break;
    }
    return identity.valid() ? fmt::format("policy {} {}", entry.target, program.names.identities[identity].text)
                            : "vault " + entry.target;
}

/// `policy.delete contoso-kv acr-id`: what it does, in one line.
std::string stepText(const Program& program, const TimelineEntry& entry) {
    const Action& action = *entry.action();
    std::string text = entry.name + ' ' + entry.target;
    const bool isGrant =
        identityOf(action).valid() && !isOnResource(action) && ruleOf(action).traits.target != TargetKind::Identity;
    if (isGrant) {
        text += ' ' + std::string{program.names.identities[identityOf(action)].text};
    }
    if (roleOf(action).valid()) {
        text += fmt::format(" {}", inQuotes(program.platform->roles[roleOf(action).index()].name));
    }
    const bool isChange = entry.name.ends_with(".update") && !argumentsOf(program, entry).empty();
    return isChange ? fmt::format("{} {{{}}}", text, flowYaml(argumentsOf(program, entry))) : text;
}

std::optional<Program> compiled(const Scenario& scenario, Catalog& catalog, Diagnostics& diagnostics) {
    return compileScenario(scenario, catalog, diagnostics);
}

/// What was read from `path`, as a scenario that begins at the change. Nothing where anything is wrong with it, as
/// reported.
std::optional<Scenario> asScenario(const std::string& path, JsonObject fields, FileReader& files,
                                   Diagnostics& diagnostics) {
    const auto document = documentOf(std::move(fields), path + " as a story", diagnostics);
    auto scenario = document ? parseScenario(path, document, files, {}, diagnostics) : std::nullopt;
    return diagnostics.hasErrors() ? std::nullopt : std::move(scenario);
}

/// Finds the places of what stands in one file: of texts, and of things by their names or addresses.
class PlaceFinder {
public:
    PlaceFinder(const Source* file, const EstateChange& change, const Addresses& addresses)
        : file_{file}, texts_{change.unknownPlaces}, things_{change.places} {
        for (const auto& [place, address] : addresses) {
            addresses_.emplace(address, Mark{file, place.first, place.second});
        }
    }

    [[nodiscard]] Mark of(const GateFinding& finding) const {
        const Mark own = in(texts_, finding.message);
        const Mark subject = own.line > 0 ? own : ofThing(finding.subject);
        return subject.line > 0 ? subject : ofFirstNamed(finding.message);
    }

private:
    [[nodiscard]] Mark in(const ThingPlaces& places, const std::string& what) const {
        const auto found = places.find(what);
        return found != places.end() && found->second.source == file_ ? found->second : Mark{};
    }

    [[nodiscard]] Mark ofThing(const std::string& name) const {
        for (const std::string_view kind : {"resource", "key", "vault", "identity"}) {
            if (const Mark place = in(things_, fmt::format("{} {}", kind, name)); place.line > 0) {
                return place;
            }
        }
        const auto address = addresses_.find(name);
        return address != addresses_.end() ? address->second : Mark{};
    }

    /// Of the names that stand in quotes the first that is a thing's.
    [[nodiscard]] Mark ofFirstNamed(std::string_view text) const {
        for (std::size_t begin = text.find('\''); begin != std::string_view::npos;) {
            const std::size_t end = text.find('\'', begin + 1);
            if (end == std::string_view::npos) {
                break;
            }
            if (const Mark place = ofThing(std::string{text.substr(begin + 1, end - begin - 1)}); place.line > 0) {
                return place;
            }
            begin = text.find('\'', end + 1);
        }
        return {};
    }

    const Source* file_; // never looked into
    ThingPlaces texts_;
    ThingPlaces things_;
    std::map<std::string, Mark> addresses_;
};

/// A change between two estates, as a story that compiles.
class StoryInput {
public:
    StoryInput(std::string kind, EstateChange change, Addresses addresses, const GateRequest& request,
               const Source* file)
        : kind_{std::move(kind)}, change_{std::move(change)}, addresses_{std::move(addresses)}, request_{request},
          file_{file} {}

    std::optional<GateInput> read(FileReader& files, Diagnostics& diagnostics) {
        const std::string& file = request_.files.front();
        const ScenarioHead head{std::filesystem::path{file}.filename().string(), formatTimestamp(request_.start), {}};
        auto scenario = asScenario(file, scenarioFields(head, change_.before, change_.entries), files, diagnostics);
        if (!scenario) {
            return std::nullopt;
        }
        GateInput input;
        input.kind = kind_;
        input.pause = betweenSteps;
        input.unknown = change_.unknown;
        input.placeOf = [places = PlaceFinder{file_, change_, addresses_}](const GateFinding& finding) {
            return places.of(finding);
        };
        input.compile = [written = *std::move(scenario)](Catalog& catalog, Diagnostics& reported) {
            return compiled(written, catalog, reported);
        };
        input.stepOf = [places = change_.places, addresses = addresses_](const Program& program,
                                                                         const TimelineEntry& entry) {
            GateStep step{stepText(program, entry), {}, {}};
            const std::string thing = thingOf(program, entry);
            // What gives a resource its key may stand apart from it.
            auto place = entry.name == "resource.update" ? places.find("key of " + thing) : places.end();
            place = place == places.end() ? places.find(thing) : place;
            if (place == places.end()) { // of what the change does not speak of, its vault
                place = places.find("vault " + entry.target.substr(0, entry.target.find('/')));
            }
            if (place != places.end()) {
                step.mark = place->second;
                const auto address = addresses.find({step.mark.line, step.mark.column});
                step.address = address != addresses.end() ? address->second : std::string{};
            }
            return step;
        };
        return input;
    }

private:
    std::string kind_;
    EstateChange change_;
    Addresses addresses_;
    const GateRequest& request_;
    const Source* file_;
};

class GateReader {
public:
    GateReader(const GateRequest& request, Catalog& catalog, FileReader& files, Diagnostics& diagnostics)
        : request_{request}, catalog_{catalog}, files_{files}, diagnostics_{diagnostics} {}

    std::optional<GateInput> read() {
        const std::string& path = request_.files.front();
        const auto source = files_.read(path, {}, diagnostics_);
        if (!source) {
            return std::nullopt;
        }
        diagnostics_.keep(source);
        file_ = source.get();
        const std::string_view text = source->text();
        const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
        if (first == std::string_view::npos) {
            diagnostics_.error({}, fmt::format("{} is empty", inQuotes(path)));
            return std::nullopt;
        }
        const bool isPlanFile = text.starts_with("PK"); // an archive
        const bool isPrintedPlan = text.find("Terraform will perform") != std::string_view::npos ||
                                   text.substr(first).starts_with("{\"@level\"");
        if (isPlanFile || isPrintedPlan) {
            return fail({}, fmt::format("{} is a plan of Terraform in another form", inQuotes(path)),
                        "'terraform show -json PLANFILE' prints the one that is read");
        }
        const bool isJson = text[first] == '{' || text[first] == '[' || text.substr(first).starts_with("//") ||
                            text.substr(first).starts_with("/*");
        if (isJson) {
            return readJson(source);
        }
        const bool isYaml = path.ends_with(".yaml") || path.ends_with(".yml") ||
                            text.substr(first).starts_with("cmksim") || path == "-";
        return isYaml ? readOurs(source) : readCommands(path);
    }

private:
    std::nullopt_t fail(Mark mark, std::string message, std::string help = {}) {
        diagnostics_.error(mark, std::move(message), std::move(help));
        return std::nullopt;
    }

    std::optional<GateInput> readJson(const std::shared_ptr<const Source>& source) {
        const auto document = parseJson(source, diagnostics_, JsonComments::Allowed);
        if (!document) {
            return std::nullopt;
        }
        documents_.push_back(document);
        const Node root = document->root();
        if (root.isMapping() && (root.find("cmksim") || root.find("cmksim-estate"))) {
            return readOurs(source);
        }
        if (isArmTemplate(root)) {
            return readTemplate(root);
        }
        if (request_.files.size() > 1) {
            return fail(root.mark(), "only a template takes further files, with its parameters");
        }
        return isWhatIf(root) ? readWhatIf(root) : readPlan(root);
    }

    std::optional<GateInput> readPlan(Node root) {
        auto reading = readTerraform(root, catalog_.azure(), catalog_.platform(), diagnostics_);
        if (!reading) {
            return std::nullopt;
        }
        if (!reading->isPlan) {
            return fail(root.mark(), "this is a state: it changes nothing",
                        "a plan is what 'terraform show -json "
                        "PLANFILE' prints");
        }
        ReportedChange reported{std::move(reading->before),       std::move(reading->after),
                                std::move(reading->replaced),     std::move(reading->leftOutBefore),
                                std::move(reading->leftOutAfter), false};
        std::ranges::copy(reading->incomplete, std::back_inserter(reported.leftOutAfter));
        std::ranges::copy(unreadChanges(root, catalog_.azure()), std::back_inserter(reported.leftOutAfter));
        auto input = change("Terraform plan", reported, std::move(reading->addresses));
        if (input) {
            input->dependencies = std::move(reading->dependencies);
        }
        return input;
    }

    std::optional<GateInput> readWhatIf(Node root) {
        auto reported = import::readWhatIf(root, catalog_.azure(), catalog_.platform(), diagnostics_);
        return reported ? change("what-if result", *reported, {}) : std::nullopt;
    }

    std::optional<GateInput> readTemplate(Node root) {
        ArmParameters parameters;
        for (std::size_t i = 1; i < request_.files.size(); ++i) {
            const auto source = files_.read(request_.files[i], {}, diagnostics_);
            const auto document = source ? parseJson(source, diagnostics_, JsonComments::Allowed) : nullptr;
            if (!document) {
                return std::nullopt;
            }
            documents_.push_back(document);
            if (!readArmParameters(document->root(), catalog_.azure(), catalog_.platform(), parameters, diagnostics_)) {
                return fail(document->root().mark(), "this is no file of parameters", "it has 'parameters'");
            }
        }
        for (const auto& [name, value] : request_.parameters) {
            parameters.insert_or_assign(lowerCase(name), readArmParameter(value));
        }
        ReportedChange reported;
        Diagnostics reading;
        AzureResources resources{catalog_.azure(), catalog_.platform(), reading};
        expandArmTemplate(root, parameters, resources, catalog_.azure(), catalog_.platform(), reading);
        reported.after = std::move(resources.raw());
        reported.replacesPolicies = true;
        reported.leftOutAfter = farReachingIn(root, catalog_.azure());
        for (const Diagnostic& one : reading.all()) {
            if (one.severity == Severity::Error) {
                diagnostics_.error(one.mark, one.message, one.help);
            } else {
                diagnostics_.warning(one.mark, one.message, one.help);
                reported.leftOutAfter.push_back(one.message);
            }
        }
        return diagnostics_.hasErrors() ? std::nullopt : change("template", reported, {});
    }

    std::optional<GateInput> readOurs(const std::shared_ptr<const Source>& source) {
        const auto document = parseDocument(source, diagnostics_);
        if (!document) {
            return std::nullopt;
        }
        return fileKind(*document) == FileKind::Estate ? readEstates(document) : readScenario(document);
    }

    std::optional<GateInput> readScenario(const std::shared_ptr<const Document>& document) {
        ScenarioOverrides overrides;
        if (!request_.estate.empty()) {
            overrides.estateFile = request_.estate;
        }
        std::vector<ScenarioCase> cases =
            parseScenarioCases(request_.files.front(), document, files_, overrides, diagnostics_);
        if (cases.empty() || diagnostics_.hasErrors()) {
            return std::nullopt;
        }
        if (cases.size() > 1) {
            return fail(document->root().mark(), "a scenario with a matrix is several changes",
                        "give each of them by itself");
        }
        GateInput input;
        input.kind = "scenario";
        std::map<std::string, Mark> places;
        const auto take = [&](const auto& things, auto nameOf) {
            for (const auto& one : things) {
                if (nameOf(one).mark.source == file_) {
                    places.emplace(nameOf(one).text, nameOf(one).mark);
                }
            }
        };
        const EstateSpec& estate = cases.front().scenario.estate;
        take(estate.resources, [](const ResourceSpec& one) { return one.key; });
        take(estate.vaults, [](const VaultSpec& one) { return one.name; });
        take(estate.identities, [](const IdentitySpec& one) { return one.name; });
        input.placeOf = [places = std::move(places)](const GateFinding& finding) {
            const auto place = places.find(finding.subject);
            return place != places.end() ? place->second : Mark{};
        };
        input.compile = [scenario = std::move(cases.front().scenario)](Catalog& catalog, Diagnostics& reported) {
            return compiled(scenario, catalog, reported);
        };
        input.stepOf = [](const Program& program, const TimelineEntry& entry) {
            return GateStep{stepText(program, entry), {}, {nullptr, entry.place.line, entry.place.column}};
        };
        return input;
    }

    std::optional<GateInput> readEstates(const std::shared_ptr<const Document>& document) {
        if (request_.estate.empty()) {
            return fail(document->root().mark(), "an estate alone is no change",
                        "name the one before it with --estate");
        }
        const auto known = knownEstate();
        if (!known) {
            return std::nullopt;
        }
        documents_.push_back(document);
        EstateChange change = import::estateChange(known->written, estateAsWritten(document->root()), diagnostics_);
        return StoryInput{"estate", std::move(change), {}, request_, file_}.read(files_, diagnostics_);
    }

    std::optional<GateInput> readCommands(const std::string& path) {
        if (request_.estate.empty()) {
            return fail({}, "commands change an estate", "name it with --estate");
        }
        const auto known = knownEstate();
        if (!known) {
            return std::nullopt;
        }
        // The estate at the instant of the change.
        auto scenario =
            asScenario(request_.estate, scenarioFields({path, formatTimestamp(request_.start), {}}, known->written, {}),
                       files_, diagnostics_);
        if (!scenario) {
            return std::nullopt;
        }
        const RunbookForm form = path.ends_with(".md") ? RunbookForm::Markdown : RunbookForm::Script;
        const auto read = [path, form, estate = *std::move(scenario), &files = files_](Catalog& catalog,
                                                                                       Diagnostics& reported) {
            return readRunbook(path, estate, catalog, files, reported, form);
        };
        const auto runbook = read(catalog_, diagnostics_);
        if (!runbook) {
            return std::nullopt;
        }
        GateInput input;
        input.kind = "list of commands";
        input.pause = betweenSteps;
        for (const RunbookCommand& command : runbook->commands) {
            if (!command.wrong.empty()) {
                input.unknown.push_back(
                    fmt::format("line {}: {}: {}", command.text.mark.line, command.wrong, inQuotes(command.text.text)));
            }
        }
        std::ranges::copy(runbook->rest, std::back_inserter(input.unknown));
        // What of a command is left out is not judged.
        for (const Diagnostic& one : diagnostics_.all()) {
            if (one.severity == Severity::Warning && one.mark.source == runbook->file.get()) {
                input.unknown.push_back(fmt::format("line {}: {}", one.mark.line, one.message));
            }
        }
        input.compile = [read](Catalog& catalog, Diagnostics& reported) -> std::optional<Program> {
            auto runbookThere = read(catalog, reported);
            if (!runbookThere) {
                return std::nullopt;
            }
            Instant at = scenarioStart + std::chrono::minutes{1};
            for (TimelineEntry& step : runbookThere->steps) {
                step.at = at;
                at += betweenSteps;
            }
            return withTimeline(runbookThere->program, std::move(runbookThere->steps), at);
        };
        input.stepOf = [](const Program& program, const TimelineEntry& entry) {
            return GateStep{stepText(program, entry), {}, {nullptr, entry.place.line, entry.place.column}};
        };
        return input;
    }

    /// The estate of `--estate`; empty where none is given.
    std::optional<KnownEstate> knownEstate() {
        if (request_.estate.empty()) {
            return KnownEstate{};
        }
        const auto source = files_.read(request_.estate, {}, diagnostics_);
        const auto document = source ? parseDocument(source, diagnostics_) : nullptr;
        // All that is wrong with it is told before anything is made of it.
        const auto scenario =
            document ? parseScenario(request_.estate, document, files_, {}, diagnostics_) : std::nullopt;
        if (!scenario || diagnostics_.hasErrors()) {
            return std::nullopt;
        }
        static_cast<void>(compileScenario(*scenario, catalog_, diagnostics_));
        documents_.push_back(document);
        const Node root = document->root();
        const Node inner = root.find("estate");
        const Node estate = fileKind(*document) == FileKind::Estate ? root : inner;
        if (!estate || !estate.isMapping()) {
            fail(root.mark(), "the estate of this scenario stands in another file", "name that file");
        }
        if (diagnostics_.hasErrors()) {
            return std::nullopt;
        }
        return KnownEstate{estateAsWritten(estate),
                           rawOf(estate, request_.start, catalog_.azure(), catalog_.platform())};
    }

    std::optional<GateInput> change(std::string kind, const ReportedChange& reported, Addresses addresses) {
        const auto known = knownEstate();
        if (!known) {
            return std::nullopt;
        }
        EstateChange found = import::estateChange(*known, reported, catalog_, diagnostics_);
        auto input = StoryInput{std::move(kind), std::move(found), std::move(addresses), request_, file_}.read(
            files_, diagnostics_);
        if (input) {
            input->knowsAll = !request_.estate.empty();
        }
        return input;
    }

    const GateRequest& request_;
    Catalog& catalog_;
    FileReader& files_;
    Diagnostics& diagnostics_;
    const Source* file_ = nullptr;                           // the first
    std::vector<std::shared_ptr<const Document>> documents_; // what was read points into them
};

/// Everything that is referred to, directly or not.
std::set<std::string> reachedFrom(const std::string& address, const TerraformDependencies& dependencies) {
    std::set<std::string> reached;
    std::vector<std::string> open{address};
    while (!open.empty()) {
        const auto found = dependencies.find(open.back());
        open.pop_back();
        if (found == dependencies.end()) {
            continue;
        }
        for (const std::string& next : found->second) {
            if (reached.insert(next).second) {
                open.push_back(next);
            }
        }
    }
    return reached;
}

bool destroys(const TimelineEntry& entry) {
    return entry.name.ends_with(".delete") || entry.name.ends_with(".purge") || entry.name == "role.remove";
}

} // namespace

StepOrder stepOrder(const TerraformDependencies& dependencies, const std::vector<GateStep>& steps,
                    const Program& program) {
    const std::size_t count = steps.size();
    StepOrder order{std::vector(count, std::vector<bool>(count, false))};
    std::vector<std::set<std::string>> reached;
    for (const GateStep& step : steps) {
        reached.push_back(reachedFrom(withoutIndices(step.address), dependencies));
    }
    // What is made before it is destroyed goes once all that refers to it has turned to its successor.
    std::vector<bool> goesLate(count, false);
    for (std::size_t one = 0; one < count; ++one) {
        for (std::size_t earlier = 0; earlier < one; ++earlier) {
            goesLate[one] = goesLate[one] || (!steps[one].address.empty() && destroys(program.entries[EntryId{one}]) &&
                                              !destroys(program.entries[EntryId{earlier}]) &&
                                              steps[one].address == steps[earlier].address);
        }
    }
    for (std::size_t one = 0; one < count; ++one) {
        for (std::size_t other = 0; other < count; ++other) {
            const std::string address = withoutIndices(steps[one].address);
            const bool oneEnds = destroys(program.entries[EntryId{one}]);
            const bool otherEnds = destroys(program.entries[EntryId{other}]);
            // What has no address keeps its place, and so do the steps of one resource.
            const bool isFixed =
                address.empty() || steps[other].address.empty() || steps[one].address == steps[other].address;
            const bool refersToOne = reached[other].contains(address);
            const bool refersToOther = reached[one].contains(withoutIndices(steps[other].address));
            order.before[one][other] = isFixed                  ? one < other
                                       : oneEnds && otherEnds   ? refersToOther
                                       : !oneEnds && !otherEnds ? refersToOne
                                                                : otherEnds && goesLate[other] && refersToOther;
        }
    }
    for (std::size_t via = 0; via < count; ++via) {
        for (std::size_t one = 0; one < count; ++one) {
            for (std::size_t other = 0; order.before[one][via] && other < count; ++other) {
                order.before[one][other] = order.before[one][other] || order.before[via][other];
            }
        }
    }
    return order;
}

Program takenInOrder(const Program& program, const StepOrder& order) {
    const std::size_t count = program.entries.size();
    std::vector<bool> isTaken(count, false);
    std::vector<TimelineEntry> entries;
    while (entries.size() < count) {
        const auto mayCome = [&](std::size_t step) {
            for (std::size_t other = 0; other < count; ++other) {
                if (other != step && !isTaken[other] && order.before[other][step] && !order.before[step][other]) {
                    return false;
                }
            }
            return !isTaken[step];
        };
        std::size_t next = 0;
        while (next < count && !mayCome(next)) {
            ++next;
        }
        if (next == count) { // a circle, which Terraform would refuse
            next = static_cast<std::size_t>(std::ranges::find(isTaken, false) - isTaken.begin());
        }
        isTaken[next] = true;
        const Instant at = program.entries[EntryId{entries.size()}].at;
        entries.push_back(program.entries[EntryId{next}]);
        entries.back().at = at;
    }
    return withTimeline(program, std::move(entries), program.until);
}

std::optional<GateInput> readGateInput(const GateRequest& request, Catalog& catalog, FileReader& files,
                                       Diagnostics& diagnostics) {
    return GateReader{request, catalog, files, diagnostics}.read();
}

} // namespace cmksim::program
