// `cmksim verify`.
#include "program/commands.hpp"

#include "base/sha256.hpp"
#include "base/shell_word.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "catalog/base_models.hpp"
#include "document/json.hpp"
#include "document/mapping_reader.hpp"
#include "document/values.hpp"
#include "page/page.hpp"
#include "program/evidence.hpp"
#include "program/limits.hpp"
#include "program/loading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <optional>
#include <ranges>
#include <set>
#include <span>
#include <sstream>

namespace cmksim::program {

namespace {
namespace verify_command {

constexpr std::array verifyOptions{timeoutOption, timeoutTotalOption, quietOption};

/// Options under which a command writes over its own inputs, or never ends: no result that was printed asks for them
/// again.
constexpr std::array<std::string_view, 3> notRepeated{"update", "watch", "last-failed"};

constexpr std::string_view platformName = "the platform";

/// A digest by the name of what it is of.
struct Digest {
    std::string name;
    std::string value;

    bool operator==(const Digest&) const = default;
};

/// The evidence that a result carries.
struct Claim {
    std::string program;
    std::vector<std::string> command;
    Mark commandMark; // of its first word
    std::vector<Digest> inputs;
    std::vector<Digest> models; // the platform among them
};

/// Reads what results claim. Whatever is wrong with them is reported at its place.
class ClaimReader {
public:
    explicit ClaimReader(Diagnostics& diagnostics) : diagnostics_{diagnostics} {}

    /// The claims of a result, a row or a page; none without a report of why.
    std::vector<Claim> read(const std::shared_ptr<const Source>& source) {
        const Mark begin{&diagnostics_.keep(source), 1, 1};
        const std::string_view text = source->text();
        const std::string_view data = page::dataOf(text);
        const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
        if (data.empty() && first != std::string_view::npos && text[first] == '<') {
            diagnostics_.error(begin, "this is no page that 'cmksim report' of this version made");
            return {};
        }
        const bool sound = forEachJsonRow(data.empty() ? source : dataInPlace(*source, data), diagnostics_,
                                          [this](Node row) { readRow(row); });
        if (sound && claims_.empty() && !diagnostics_.hasErrors()) {
            diagnostics_.error(without_.value_or(begin),
                               "this carries no evidence: expected what '--format json' printed, or a page of "
                               "'cmksim report'",
                               help_);
        }
        return std::move(claims_);
    }

private:
    /// The data of a page behind blanks, so that every place in it is its place in the page.
    static std::shared_ptr<const Source> dataInPlace(const Source& page, std::string_view data) {
        std::string text = page.text().substr(0, static_cast<std::size_t>(data.data() - page.text().data()));
        std::ranges::replace_if(
            text, [](char c) { return c != '\n'; }, ' ');
        return std::make_shared<const Source>(page.name(), text.append(data));
    }

    /// Of several rows without evidence the first is told, or the first with a field of nearly that name.
    void readRow(Node row) {
        if (const Node evidence = row.find(evidenceField)) {
            readEvidence(evidence);
            return;
        }
        without_ = without_.value_or(row.mark());
        for (const auto [key, value] : row.entries()) {
            if (help_.empty() && !nearestName(key.text(), {&evidenceField, 1}).empty()) {
                without_ = key.mark();
                help_ = suggestion(key.text(), {&evidenceField, 1});
            }
        }
    }

    void readEvidence(Node evidence) {
        MappingReader fields{evidence, "the evidence", diagnostics_};
        if (!fields.readable()) {
            return;
        }
        Claim claim{textIn(fields.take("program")), {}, {}, {}, {}};
        for (const Node model : itemsIn(fields.take("models"))) {
            MappingReader named{model, "a model", diagnostics_};
            const std::string service = textIn(named.take("service"));
            const std::string version = textIn(named.take("version"));
            claim.models.push_back({fmt::format("{} {}", service, version), fileIn(named).value});
        }
        if (const Node platform = fields.take("platform")) {
            MappingReader named{platform, "the platform", diagnostics_};
            claim.models.push_back({std::string{platformName}, fileIn(named).value});
        }
        for (const Node input : itemsIn(fields.take("inputs"))) {
            MappingReader named{input, "an input", diagnostics_};
            claim.inputs.push_back(fileIn(named));
        }
        readCommand(fields.require("command"), claim);
        fields.finish();
        claims_.push_back(std::move(claim));
    }

    /// The last fields of what is named: its file and its digest.
    Digest fileIn(MappingReader& named) {
        Digest digest{textIn(named.take("file")), textIn(named.take("sha256"))};
        named.finish();
        return digest;
    }

    void readCommand(Node command, Claim& claim) {
        if (!command) {
            return; // as reported
        }
        if (!command.isSequence() || command.size() == 0) {
            diagnostics_.error(command.mark(), R"(expected the words of a command (["bounds", "story.yaml"]))");
            return;
        }
        claim.commandMark = command.item(0).mark();
        for (const Node word : command.items()) {
            claim.command.push_back(textIn(word));
        }
    }

    /// A field that is not there is an empty text.
    std::string textIn(Node node) {
        if (node && !node.isScalar()) {
            reportUnexpected(node, "a text", diagnostics_);
        }
        return node ? std::string{node.text()} : std::string{};
    }

    /// Of a list; none where it is not there.
    std::vector<Node> itemsIn(Node list) {
        std::vector<Node> items;
        if (list && !list.isSequence()) {
            reportUnexpected(list, "a list", diagnostics_);
        } else if (list) {
            std::ranges::transform(std::views::iota(std::size_t{0}, list.size()), std::back_inserter(items),
                                   [&](std::size_t at) { return list.item(at); });
        }
        return items;
    }

    Diagnostics& diagnostics_;
    std::vector<Claim> claims_;
    std::optional<Mark> without_; // of a row without evidence
    std::string help_;
};

/// The digest of a base model, `acr 2023-10`, or of the platform; empty for one that the program does not carry.
std::string baseModelDigest(std::string_view name) {
    if (name == platformName) {
        return sha256(catalog::basePlatform().text);
    }
    for (const catalog::BaseModel& base : catalog::baseModels()) {
        if (name == fmt::format("{} {}", base.service, base.version)) {
            return sha256(base.file.text);
        }
    }
    return {};
}

std::string lineAt(std::string_view text, std::size_t offset) {
    const std::size_t line = 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, offset), '\n'));
    const std::size_t column = offset - (offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1) + 1;
    return fmt::format("line {}, byte {}", line, column);
}

class Verification {
public:
    Verification(const Arguments& arguments, const Streams& streams)
        : arguments_{arguments}, streams_{streams},
          within_{shorter(secondsOf(arguments, timeoutOption), secondsOf(arguments, timeoutTotalOption))} {}

    ExitCode run() {
        // The command that is repeated has a watch of its own.
        std::optional<LimitWatch> watch{std::in_place, within_};
        const std::string& path = arguments_.positional.front();
        DiskFileReader files;
        Diagnostics diagnostics;
        const auto source = files.read(path, {}, diagnostics);
        const std::vector<Claim> claims = source ? ClaimReader{diagnostics}.read(source) : std::vector<Claim>{};
        const bool canBe = !claims.empty() && !diagnostics.hasErrors() && canBeRepeated(claims.front(), diagnostics);
        report(diagnostics, arguments_, streams_.err);
        if (!canBe) {
            return ExitCode::WrongInput;
        }
        compareWorlds(claims);
        watch.reset();
        if (LimitWatch::wasAsked()) {
            return notKnown(LimitWatch::ending());
        }
        return repeat(claims.front(), source->text());
    }

private:
    /// Whether the command that a result claims to come from is one that only prints; else that is reported.
    bool canBeRepeated(const Claim& claim, Diagnostics& diagnostics) {
        const auto all = commands();
        const std::string& name = claim.command.front();
        const auto command = std::ranges::find(all, name, &Command::name);
        if (command == all.end()) {
            std::vector<std::string_view> known;
            std::ranges::transform(all, std::back_inserter(known), &Command::name);
            diagnostics.error(claim.commandMark, fmt::format("unknown command {}", inQuotes(name)),
                              nearestName(name, known).empty() ? std::string{} : suggestion(name, known));
            return false;
        }
        if ((*command).name == verifyCommand.name || (*command).isInteractive) {
            diagnostics.error(claim.commandMark, fmt::format("{} is no command that can be repeated", inQuotes(name)));
            return false;
        }
        const auto arguments = readArguments(*command, std::span{claim.command}.subspan(1), streams_.err);
        const auto writes = [&](std::string_view option) { return arguments->has(option); };
        if (arguments && (!arguments->outputs.empty() || std::ranges::any_of(notRepeated, writes) ||
                          (*command).name == fmtCommand.name)) {
            diagnostics.error(claim.commandMark, "this command writes files: it is not repeated");
            return false;
        }
        return arguments.has_value();
    }

    /// Tells what is not as it was when the result was made.
    void compareWorlds(const std::vector<Claim>& claims) {
        if (claims.front().program != programName()) {
            differs(fmt::format("it was made by {}, and this is {}", claims.front().program, programName()));
        }
        for (const Claim& claim : claims) {
            for (const Digest& model : claim.models) {
                compareModel(model);
            }
        }
        DiskFileReader files;
        for (const Digest& input : claims.front().inputs) {
            Diagnostics missing;
            const auto now = input.name == "-" ? nullptr : files.read(input.name, {}, missing);
            if (input.name == "-") {
                cannot("it was made from standard input, which is gone");
            } else if (!now) {
                cannot(fmt::format("{} cannot be read", inQuotes(input.name)));
            } else if (sha256(now->text()) != input.value) {
                differs(fmt::format("{} is not what it was: its digest is {}, and was {}", inQuotes(input.name),
                                    sha256(now->text()), input.value));
            }
        }
    }

    void compareModel(const Digest& model) {
        const std::string now = baseModelDigest(model.name);
        if (!model.value.empty() && now != model.value && told_.insert(model.name).second) {
            differs(
                fmt::format("the model {} is {}", model.name, now.empty() ? "not in this program" : "not what it was"));
        }
    }

    ExitCode repeat(const Claim& claim, std::string_view before) {
        std::string command = "cmksim";
        for (const std::string& word : claim.command) {
            command += ' ' + shellWord(word);
        }
        if (!possible_) {
            tell("cannot be repeated: " + command);
            return ExitCode::Undecided;
        }
        streams_.out.flush(); // what is known stays known, should the repetition be cut short
        std::ostringstream out;
        std::ostringstream err;
        const ExitCode code = runProgram(claim.command, {out, err, false, false, streams_.ascii}, timeLeft());
        const std::string now = std::move(out).str();
        if (code == ExitCode::Interrupted || code == ExitCode::Terminated) {
            return notKnown(LimitWatch::ending());
        }
        if (now == before) {
            tell(fmt::format("the same: {} prints these {} bytes again", command, before.size()));
            for (const Digest& input : claim.inputs) {
                tell(fmt::format("  input  {} sha256 {}", input.name, input.value));
            }
            for (const Digest& model : claim.models) {
                tell(fmt::format("  model  {}{}", model.name, model.value.empty() ? "" : " sha256 " + model.value));
            }
            tell("  made by " + claim.program);
            return ExitCode::Done;
        }
        if (LimitWatch::ending() == Ending::TimeUp) {
            return notKnown(Ending::TimeUp);
        }
        if (now.empty()) {
            tell(fmt::format("not the same: {} prints nothing and exits with {}", command, static_cast<int>(code)));
            streams_.err << std::move(err).str();
            return ExitCode::FellShort;
        }
        const std::size_t at = static_cast<std::size_t>(std::ranges::mismatch(before, now).in1 - before.begin());
        tell(fmt::format("not the same: {} prints something else from {} on", command, lineAt(before, at)));
        return ExitCode::FellShort;
    }

    ExitCode notKnown(Ending ending) {
        tell(fmt::format("{}: whether it is the same is not known",
                         ending == Ending::TimeUp ? "the time is up" : "interrupted"));
        return exitCodeOf(ending, ExitCode::Done);
    }

    [[nodiscard]] std::optional<std::chrono::milliseconds> timeLeft() const {
        const auto passed =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun_);
        return within_ ? std::optional{std::max(*within_ - passed, std::chrono::milliseconds{0})} : std::nullopt;
    }

    void tell(std::string_view line) { streams_.out << printable(line) << '\n'; }
    void differs(std::string_view what) { tell(what); }
    void cannot(std::string_view what) {
        tell(what);
        possible_ = false;
    }

    const Arguments& arguments_;
    const Streams& streams_;
    std::optional<std::chrono::milliseconds> within_;
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    std::set<std::string> told_; // the models
    bool possible_ = true;
};

ExitCode run(const Arguments& arguments, const Streams& streams) { return Verification{arguments, streams}.run(); }

} // namespace verify_command
} // namespace

constinit const Command verifyCommand{
    .name = "verify",
    .synopsis = "REPORT",
    .summary = "repeat the command behind a result, and compare",
    .details = "Reads what a command printed with '--format json', or a page of 'report'. Both carry the program, the "
               "models and the files that they rest on, with their digests, and the command. Says which of them are "
               "not what they were, runs the command again, from the folder that it was run in, and compares byte by "
               "byte. Nothing is written. Exits 0 when the result is the same, 1 when it is not, 2 when the file "
               "carries no evidence, 4 when a file that it rests on is gone or the time is up.",
    .leastArguments = 1,
    .mostArguments = 1,
    .options = verify_command::verifyOptions,
    .run = verify_command::run,
    .isInteractive = true,
};

} // namespace cmksim::program
