// `cmksim verify`.
#include "program/commands.hpp"

#include "base/hidden_text.hpp"
#include "base/sha256.hpp"
#include "base/shell_word.hpp"
#include "base/text.hpp"
#include "catalog/base_models.hpp"
#include "document/json.hpp"
#include "page/page.hpp"
#include "program/evidence.hpp"
#include "program/limits.hpp"
#include "program/loading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <set>
#include <sstream>

namespace cmksim::program {

namespace {

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
    std::vector<Digest> inputs;
    std::vector<Digest> models; // the platform among them
};

std::string textOf(Node object, std::string_view field) {
    const Node node = object.find(field);
    return node && node.isScalar() ? std::string{node.text()} : std::string{};
}

/// What a row of a result claims; nothing where it has no evidence.
std::optional<Claim> claimOf(Node row) {
    const Node evidence = row.find(evidenceField);
    if (!evidence || !evidence.isMapping()) {
        return std::nullopt;
    }
    Claim claim{textOf(evidence, "program"), {}, {}, {}};
    if (const Node command = evidence.find("command")) {
        for (const Node word : command.items()) {
            claim.command.emplace_back(word.text());
        }
    }
    if (const Node inputs = evidence.find("inputs")) {
        for (const Node input : inputs.items()) {
            claim.inputs.push_back({textOf(input, "file"), textOf(input, "sha256")});
        }
    }
    if (const Node models = evidence.find("models")) {
        for (const Node model : models.items()) {
            claim.models.push_back(
                {fmt::format("{} {}", textOf(model, "service"), textOf(model, "version")), textOf(model, "sha256")});
        }
    }
    if (const Node platform = evidence.find("platform")) {
        claim.models.push_back({std::string{platformName}, textOf(platform, "sha256")});
    }
    return claim.command.empty() ? std::nullopt : std::optional{claim};
}

/// The claims of a result, a row or a page.
std::vector<Claim> claimsIn(const std::shared_ptr<const Source>& source) {
    const std::string_view data = page::dataOf(source->text());
    const auto json = data.empty() ? source : std::make_shared<const Source>(source->name(), std::string{data});
    std::vector<Claim> claims;
    Diagnostics ignored; // a text that is no JSON has no evidence
    static_cast<void>(forEachJsonRow(json, ignored, [&](Node row) {
        if (const auto claim = claimOf(row)) {
            claims.push_back(*claim);
        }
    }));
    return claims;
}

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
        report(diagnostics, arguments_, streams_.err);
        if (!source) {
            return ExitCode::WrongInput;
        }
        const std::vector<Claim> claims = claimsIn(source);
        if (claims.empty()) {
            return fail(fmt::format("{} carries no evidence: expected what '--format json' printed, or a page of "
                                    "'cmksim report'",
                                    inQuotes(path)));
        }
        const std::optional<Arguments> asked = readCommand(claims.front());
        if (!asked) {
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
    ExitCode fail(std::string_view what) {
        streams_.err << fmt::format("cmksim verify: error: {}\n", what);
        return ExitCode::WrongInput;
    }

    /// The command that a result claims to come from, where it is one that only prints.
    std::optional<Arguments> readCommand(const Claim& claim) {
        const auto all = commands();
        const auto command = std::ranges::find(all, claim.command.front(), &Command::name);
        if (command == all.end() || (*command).name == verifyCommand.name || (*command).isInteractive) {
            fail(fmt::format("its evidence names {}, which is no command that can be repeated",
                             inQuotes(claim.command.front())));
            return std::nullopt;
        }
        auto arguments = readArguments(*command, std::span{claim.command}.subspan(1), streams_.err);
        const auto writes = [&](std::string_view option) { return arguments->has(option); };
        if (arguments && (!arguments->outputs.empty() || std::ranges::any_of(notRepeated, writes) ||
                          (*command).name == fmtCommand.name)) {
            fail("the command that its evidence names writes files: it is not repeated");
            return std::nullopt;
        }
        return arguments;
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
    .options = verifyOptions,
    .run = run,
    .isInteractive = true,
};

} // namespace cmksim::program
