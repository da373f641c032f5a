// `cmksim gate`: whether a change can go ahead.
#include "program/commands.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "catalog/readings.hpp"
#include "compile/readings_in_hand.hpp"
#include "gate/gate.hpp"
#include "program/gate_files.hpp"
#include "program/gate_input.hpp"
#include "program/gate_objectives.hpp"
#include "program/loading.hpp"
#include "program/terminal.hpp"
#include "program/terminal_progress.hpp"
#include "report/gate_report.hpp"
#include "report/resource_names.hpp"
#include "report/rests_on.hpp"
#include "report/scope.hpp"
#include "scenario/scalars.hpp"
#include "schema/printed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <ostream>
#include <set>
#include <sstream>

namespace cmksim::program {

namespace {
namespace gate_command {

constexpr OptionRule formatOption{"format", "text|json|sarif|markdown|junit",
                                  "for a person (the default), a JSON object, SARIF 2.1.0, a comment for a pull "
                                  "request, or a report of tests"};
constexpr OptionRule reportOption{"report", "FORMAT=FILE", "write a report there, too", true, {}, FileRole::WrittenAs};
constexpr OptionRule nowOption{"estate", "NOW.yaml", "the estate before the change: who else uses its vaults and keys",
                               false,    {},         FileRole::Read};
constexpr OptionRule rtoOption{"rto", "DURATION", "an outage that is over by then in every case does not count"};
constexpr OptionRule allowOption{"allow", "FILE", "findings to let through, each with a reason and a last day",
                                 false,   {},     FileRole::Read};
constexpr OptionRule baselineOption{
    "baseline", "FILE", "what an earlier run printed as JSON: only findings that are not in it count",
    false,      {},     FileRole::Read};
constexpr OptionRule asOfOption{"as-of", "DATE",
                                "the day of the change, from which times and allowances count; "
                                "default: today"};
constexpr OptionRule paramOption{"param", "NAME=VALUE", "the value of a template's parameter", true};

constexpr OptionRule objectivesOption{
    "objectives", "FILE", "what is asked of resources and journeys: 'cmksim-objectives: 1'", false, {}, FileRole::Read};

constexpr std::array gateOptions{nowOption,    rtoOption,     objectivesOption, allowOption,  baselineOption,
                                 asOfOption,   paramOption,   formatOption,     reportOption, outputOption,
                                 modelsOption, readingOption, quietOption};

/// What the command line asks for.
struct Request {
    GateRequest input;
    GateOptions options;
    std::chrono::year_month_day asOf{};
    std::vector<std::pair<std::string, std::string>> reports; // format and file; an empty one: what is printed
};

class RequestReader {
public:
    RequestReader(const Arguments& arguments, std::ostream& err) : arguments_{arguments}, err_{err} {}

    std::optional<Request> read() {
        Request request;
        request.input.files = arguments_.positional;
        request.input.estate = arguments_.value(nowOption.name).value_or("");
        auto parameters = arguments_.assignments(paramOption.name);
        if (!readDay(request) || !readRto(request) || !readReports(request)) {
            return {};
        }
        request.input.parameters = std::move(parameters);
        return request;
    }

private:
    bool fail(std::string_view what) {
        err_ << fmt::format("cmksim gate: error: {}\n", what);
        return false;
    }

    bool readDay(Request& request) {
        request.asOf = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
        if (const auto text = arguments_.value(asOfOption.name)) {
            const auto date = scenario::parseDate(*text);
            if (!date) {
                return fail(fmt::format("--as-of: expected a date such as 2027-03-31, got {}", inQuotes(*text)));
            }
            request.asOf = *date;
        }
        request.input.start = std::chrono::sys_days{request.asOf};
        return true;
    }

    bool readRto(Request& request) {
        if (const auto text = arguments_.value(rtoOption.name)) {
            request.options.rto = parseDuration(*text);
            if (!request.options.rto) {
                return fail(fmt::format("--rto: expected a duration such as 1h, got {}", inQuotes(*text)));
            }
        }
        return true;
    }

    bool readReports(Request& request) {
        request.reports.emplace_back(arguments_.value(formatOption.name).value_or("text"), "");
        auto more = arguments_.assignments(reportOption.name);
        const std::vector<std::string_view> known = wordsOf(formatOption);
        for (auto& [format, file] : more) {
            if (std::ranges::find(known, format) == known.end()) {
                return fail(fmt::format("unknown format {}; {}", inQuotes(format), suggestion(format, known)));
            }
            request.reports.emplace_back(std::move(format), std::move(file));
        }
        return true;
    }

    const Arguments& arguments_;
    std::ostream& err_;
};

std::vector<GateStep> stepsOf(const GateInput& input, const Program& program) {
    std::vector<GateStep> steps;
    for (const TimelineEntry& entry : program.entries) {
        steps.push_back(input.stepOf(program, entry));
    }
    return steps;
}

/// The change with its steps in an order that its dependencies allow.
Program inOrder(const GateInput& input, const Program& program) {
    if (!input.dependencies) {
        return program;
    }
    const Program alone = withTimeline(program, actionsUpTo(program, program.until), program.until);
    return takenInOrder(alone, stepOrder(*input.dependencies, stepsOf(input, alone), alone));
}

/// What a step takes away from users that were never read.
void tellUnreadUsers(const GateInput& input, GateView& view) {
    const Program& program = view.judgement.program;
    std::set<std::string> reported;
    for (const EntryId id : program.entries.ids()) {
        const TimelineEntry& entry = program.entries[id];
        const Action& action = *entry.action();
        const VaultId vault = vaultOf(action);
        const bool isThere =
            (vault.valid() && std::ranges::find(program.vaults, vault, &NewVault::vault) != program.vaults.end()) ||
            (!vault.valid() && identityOf(action).valid() &&
             std::ranges::find(program.identities, identityOf(action)) != program.identities.end());
        if (input.knowsAll || isOnResource(action) || !takesAway(action) || !isThere ||
            !reported.insert(entry.target).second) {
            continue;
        }
        GateFinding finding = unknownFinding(
            entry.target, fmt::format("what else uses {} is not known: no estate was given", entry.target));
        finding.step = id.index();
        view.findings.push_back(std::move(finding));
    }
}

/// Judges the change under every other reading of what documents disagree about, and adds what comes of it there alone.
class OtherReadingsOfChange {
public:
    OtherReadingsOfChange(const Arguments& arguments, const GateInput& input, const Catalog& catalog, FileReader& files,
                          const GateOptions& options, const ObjectivesFile* objectives)
        : arguments_{arguments}, input_{input}, catalog_{catalog}, files_{files}, options_{options},
          objectives_{objectives} {
        options_.searchOrders = false;
        options_.order = nullptr;
    }

    void addTo(GateView& view) const {
        const ReadingChoice given = givenReadings(arguments_);
        const std::vector<FactReading> readings =
            readingsInHand(view.judgement.program, catalog_, given, WordReadings::LeftOut);
        if (readings.empty()) {
            return;
        }
        constexpr std::size_t most = 16;
        std::vector<ReadingChoice> choices = combinationsOf(readings);
        if (choices.size() > most) {
            choices = oneByOne(readings);
            view.scope.notSearched.emplace_back("combinations of readings: each was looked at by itself");
        }
        view.scope.searched +=
            fmt::format("; under {} ways to read documents that disagree or say nothing", choices.size());
        ReportedUndos reported;
        for (std::size_t i = 1; i < choices.size(); ++i) {
            ReadingChoice whole = given;
            whole.insert(choices[i].begin(), choices[i].end());
            add(whole, onlyOther(choices.front(), choices[i]), view, reported);
        }
    }

private:
    /// What undoes a finding, by its id: each once, under the fewest readings that lead to it, which come first.
    using ReportedUndos = std::map<std::string, std::set<std::string>>;

    /// The readings in which a choice differs from the nominal one.
    static std::string onlyOther(const ReadingChoice& nominal, const ReadingChoice& choice) {
        ReadingChoice other;
        for (const auto& [name, value] : choice) {
            if (const auto known = nominal.find(name); known == nominal.end() || known->second != value) {
                other.emplace(name, value);
            }
        }
        return textOf(other);
    }

    void add(const ReadingChoice& choice, const std::string& name, GateView& view, ReportedUndos& reported) const {
        Diagnostics diagnostics;
        Catalog catalog = loadCatalog(arguments_, choice, files_, diagnostics);
        const auto program = input_.compile(catalog, diagnostics);
        if (!program) {
            view.findings.push_back(unknownFinding({}, fmt::format("what comes of it under {} is not known", name)));
            return;
        }
        const Judgement judgement = judge(inOrder(input_, *program), options_);
        std::vector<GateFinding> findings = gateFindings(judgement, view.steps);
        if (objectives_ != nullptr) {
            applyObjectives(*objectives_, judgement, findings, diagnostics);
        }
        for (const GateFinding& other : findings) {
            const auto same = std::ranges::find(view.findings, other.id, &GateFinding::id);
            if (same != view.findings.end()) {
                std::set<std::string>& undos = reported.try_emplace(other.id, std::set{same->undo}).first->second;
                if (!other.undo.empty() && undos.insert(other.undo).second) {
                    same->undo += fmt::format("{}under {}: {}", same->undo.empty() ? "" : "; ", name, other.undo);
                }
                // What is short enough to be told alone can be longer under another reading.
                if (same->level != GateLevel::Reported || other.level == GateLevel::Reported) {
                    continue;
                }
            }
            const std::string id = "reading:" + other.id;
            const bool isReported = std::ranges::find(view.findings, id, &GateFinding::id) != view.findings.end();
            if (other.level == GateLevel::Reported || isReported) {
                continue;
            }
            GateFinding finding = other;
            finding.id = id;
            finding.kind = "unknown";
            finding.level = GateLevel::Unknown;
            finding.message = fmt::format("documents can be read otherwise: under {}, {}", name, other.message);
            finding.judged.reset(); // its names are of another program
            view.findings.push_back(std::move(finding));
        }
    }

    const Arguments& arguments_;
    const GateInput& input_;
    const Catalog& catalog_;
    FileReader& files_;
    GateOptions options_;
    const ObjectivesFile* objectives_;
};

std::string reportText(std::string_view format, const GateView& view, const Evidence& evidence,
                       const TextStyle& style) {
    std::ostringstream text;
    if (format == "json") {
        text << gateJson(view).with(evidenceField, evidence.as(format).of(view.judgement.program)).print() << '\n';
    } else if (format == "sarif") {
        text << gateSarif(view, CMKSIM_VERSION).print() << '\n';
    } else if (format == "markdown") {
        writeGateMarkdown(view, text);
    } else if (format == "junit") {
        writeGateJUnit(view, text);
    } else {
        writeGateText(view, style, text);
        writeScopeText(view.scope, style, text);
    }
    return std::move(text).str();
}

ExitCode exitCodeOf(GateVerdict verdict) {
    switch (verdict) {
    case GateVerdict::Passes: return ExitCode::Done;
    case GateVerdict::FallsShort: return ExitCode::FellShort;
    case GateVerdict::Undecided: break;
    }
    return ExitCode::Undecided;
}

Scope scopeOf(const Judgement& judgement) {
    const std::size_t steps = judgement.program.entries.size();
    std::vector<std::string> notTried;
    if (judgement.swapsTried > 0) {
        notTried.push_back(judgement.everySwap
                               ? "orders of the steps that differ from the written one in more than one step"
                               : "most of the other orders that the steps may be taken in");
    }
    return Scope{fmt::format("{} {}, and the estate without {}, over every timing that the documents leave open, up to "
                             "{} after the start",
                             steps, steps == 1 ? "step" : "steps", steps == 1 ? "it" : "them",
                             formatDuration(judgement.program.until - scenarioStart)),
                 notTried,
                 {}}
        .over(judgement.program);
}

/// What the change is held against.
struct Companions {
    std::vector<Allowance> allowances;
    Baseline baseline;
    std::optional<ObjectivesFile> objectives;
};

Companions readCompanions(const Arguments& arguments, FileReader& files, Diagnostics& diagnostics) {
    Companions beside;
    if (const auto path = arguments.value(allowOption.name)) {
        beside.allowances = readAllowances(*path, files, diagnostics);
    }
    if (const auto path = arguments.value(baselineOption.name)) {
        beside.baseline = readBaseline(*path, files, diagnostics);
    }
    if (const auto path = arguments.value(objectivesOption.name)) {
        beside.objectives = readObjectivesFile(*path, files, diagnostics);
    }
    return beside;
}

/// Which cases were not looked at, and why.
std::vector<std::string> casesLeftOut(const Judgement& judgement) {
    std::vector<std::string> texts;
    if (judgement.reactions) {
        texts.emplace_back("not every case was looked at: the story has reactions, and these are played at nominal "
                           "timings alone");
    }
    if (!judgement.cutShort.empty()) {
        texts.push_back("not every case was looked at: too many combinations of timings matter to " +
                        resourceNames(judgement.program, judgement.cutShort));
    }
    if (judgement.stopsLeftOut > 0) {
        texts.push_back(fmt::format("not every case was looked at: what comes of ending at {} of the steps that may be "
                                    "refused",
                                    judgement.stopsLeftOut));
    }
    return texts;
}

/// What of the change was not looked at.
void tellUnknown(const GateInput& input, const Judgement& judgement, GateView& view) {
    if (input.kind == "template") {
        view.scope.notSearched.emplace_back(
            "a deployment in complete mode, which deletes what the template leaves out");
    }
    if (input.pause && judgement.program.entries.size() > 1) {
        view.scope.notSearched.push_back(
            fmt::format("this change with pauses other than {} between its steps", formatDuration(*input.pause)));
    }
    for (const std::string& text : input.unknown) {
        view.findings.push_back(unknownFinding({}, text));
    }
    tellUnreadUsers(input, view);
    for (const std::string& text : casesLeftOut(judgement)) {
        view.findings.push_back(unknownFinding({}, text));
    }
    if (judgement.interrupted) {
        view.findings.push_back(unknownFinding({}, "interrupted: not every order of the steps and no other reading of "
                                                   "the documents was looked at"));
    } else if (!judgement.everySwap) {
        view.findings.push_back(
            unknownFinding({}, "not every order that Terraform may take was looked at: there are too many"));
    }
}

ExitCode writeReports(const std::vector<std::pair<std::string, std::string>>& reports, const GateView& view,
                      const Evidence& evidence, const Arguments& arguments, const Streams& streams) {
    ExitCode written = ExitCode::Done;
    for (const auto& [format, file] : reports) {
        const TextStyle style = file.empty() ? textStyle(arguments.has(outputOption.name), streams) : TextStyle{};
        const std::string text = reportText(format, view, evidence, style);
        const ExitCode one = file.empty() ? writeOutput(text, arguments, streams) : writeFile(text, file, streams);
        written = written == ExitCode::Done ? one : written;
    }
    return written;
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    const auto request = RequestReader{arguments, streams.err}.read();
    if (!request) {
        return ExitCode::WrongInput;
    }
    NotingReader files;
    Diagnostics diagnostics;
    Catalog catalog = loadCatalog(arguments, files, diagnostics);
    Companions beside = readCompanions(arguments, files, diagnostics);
    const auto input = readGateInput(request->input, catalog, files, diagnostics);
    const auto program =
        input && !diagnostics.hasErrors() ? input->compile(catalog, diagnostics) : std::optional<Program>{};
    if (!program || diagnostics.hasErrors()) {
        report(diagnostics, arguments, streams.err);
        return ExitCode::WrongInput;
    }
    if (const ExitCode sound = checkOutputs(arguments, files.paths(), streams.err); sound != ExitCode::Done) {
        return sound;
    }
    GateOptions options = request->options;
    std::optional<StepOrder> order;
    const Program change = inOrder(*input, *program);
    if (input->dependencies) {
        order = stepOrder(*input->dependencies, stepsOf(*input, change), change);
        options.order = &*order;
    }
    std::optional<TerminalProgress> progress{std::in_place, arguments, streams, "orders of the steps", 0};
    options.patience.progress = &*progress;
    const Judgement judgement = judge(change, options);
    progress.reset();
    options.patience = {};
    GateView view{.file = request->input.files.front(),
                  .kind = input->kind,
                  .estate = request->input.estate,
                  .steps = stepsOf(*input, judgement.program),
                  .judgement = judgement,
                  .terms = catalog.azure(),
                  .findings = {},
                  .hasBaseline = arguments.has(baselineOption.name),
                  .rto = request->options.rto,
                  .scope = scopeOf(judgement),
                  .order = options.order,
                  .placeOf = input->placeOf};
    view.findings = gateFindings(judgement, view.steps);
    if (beside.objectives && !applyObjectives(*beside.objectives, judgement, view.findings, diagnostics)) {
        report(diagnostics, arguments, streams.err);
        return ExitCode::WrongInput;
    }
    tellUnknown(*input, judgement, view);
    if (!judgement.interrupted) {
        OtherReadingsOfChange{arguments, *input,  catalog,
                              files,     options, beside.objectives ? &*beside.objectives : nullptr}
            .addTo(view);
    }
    allow(beside.allowances, request->asOf, view, diagnostics);
    for (GateFinding& one : view.findings) {
        one.isNew = !isInBaseline(one, beside.baseline);
    }
    report(diagnostics, arguments, streams.err);
    Evidence evidence{arguments, files};
    if (!arguments.has(asOfOption.name)) {
        evidence.settle(asOfOption.name, request->asOf);
    }
    const ExitCode written = writeReports(request->reports, view, evidence, arguments, streams);
    return written != ExitCode::Done ? written : exitCodeOf(view.verdict());
}

/// What it prints as JSON.
JsonValue resultSchema(const KnownWords& /*words*/) {
    return printedSchema("What cmksim gate --format json prints",
                         {gateProperties(), evidenceProperties(), scopeProperties()});
}
constexpr std::array gateResults{schema::Kind{"gate", resultSchema}};

} // namespace gate_command
} // namespace

constinit const Command gateCommand{
    .name = "gate",
    .synopsis = "CHANGE [PARAMETERS…]",
    .summary = "say whether a change can go ahead: what it takes down, how soon, until when it can be undone",
    .details =
        "CHANGE is a Terraform plan ('terraform show -json'), a what-if result ('az deployment group what-if "
        "--no-pretty-print'), a template with files of parameters, a scenario, a list of commands of the Azure CLI, or "
        "the estate after it. '--estate' is the estate before it; without that, who else uses a key is not known. The "
        "change is played over every timing that the documents leave open, and held against the estate without it. "
        "Reports what goes down, is impaired, is deleted or loses its data, at which step, how soon and until when "
        "that "
        "can be undone, whether another order of the steps does less harm, and what is not known. Exits with 0 when it "
        "passes, 1 when it does not, 4 when something is not known, 2 when an input is wrong.",
    .leastArguments = 1,
    .mostArguments = 100,
    .options = gate_command::gateOptions,
    .run = gate_command::run,
    .results = gate_command::gateResults,
};

} // namespace cmksim::program
