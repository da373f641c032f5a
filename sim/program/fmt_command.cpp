// `cmksim fmt`.
#include "program/commands.hpp"

#include "base/text.hpp"
#include "document/layout.hpp"
#include "document/yaml.hpp"
#include "program/limits.hpp"
#include "program/loading.hpp"
#include "program/output.hpp"
#include "suite/collect.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::program {

namespace {
namespace fmt_command {

constexpr OptionRule checkOption{"check", "", "write nothing; name the files that would change, and exit with 1"};

constexpr std::array fmtOptions{checkOption, quietOption};

class Formatter {
public:
    Formatter(const Arguments& arguments, const Streams& streams) : arguments_{arguments}, streams_{streams} {}

    ExitCode run() {
        const std::vector<SuiteFile> files = collectFiles(arguments_.positional, diagnostics_);
        tell();
        for (std::size_t next = 0; next < files.size(); ++next) {
            rest_ = std::span{files}.subspan(next);
            LimitWatch::sayWhenEnded(whatIsLeft());
            if (LimitWatch::wasAsked()) {
                streams_.err << fmt::format("cmksim: interrupted; {}\n", whatIsLeft());
                break;
            }
            layOut(files[next]);
            tell();
        }
        if (wrong_) {
            return ExitCode::WrongInput;
        }
        return failed_ ? ExitCode::CannotWrite : differs_ ? ExitCode::FellShort : ExitCode::Done;
    }

private:
    /// What there is to say by now, before anything can end the program.
    void tell() {
        const Diagnostics told = std::exchange(diagnostics_, {});
        report(told, arguments_, streams_.err);
        wrong_ = wrong_ || told.hasErrors();
    }

    [[nodiscard]] bool writes() const { return !arguments_.has(checkOption.name); }

    /// Files come by path.
    [[nodiscard]] std::string whatIsLeft() const {
        const std::string files = rest_.size() == 1 ? inQuotes(rest_.front().path)
                                                    : fmt::format("the {} files from {} on, by path,", rest_.size(),
                                                                  inQuotes(rest_.front().path));
        return fmt::format("not complete: {} {} {}", files, rest_.size() == 1 ? "is" : "are",
                           writes() ? "left as before" : "not looked at");
    }

    void layOut(const SuiteFile& file) {
        Diagnostics found;
        const auto source = reader_.read(file.path, {}, found);
        const auto document = source ? parseDocument(source, found) : nullptr;
        if (!document || found.hasErrors()) {
            if (file.named) {
                found.print(streams_.err);
                diagnostics_.error({}, fmt::format("{} is left as it is", inQuotes(file.path)));
            }
            return;
        }
        if (!file.named && fileKind(*document) == FileKind::Other) {
            return;
        }
        const auto text = laidOut(*document);
        if (!text) {
            diagnostics_.warning(
                {}, fmt::format("{} is left as it is: laid out, it would say something else", inQuotes(file.path)));
        } else if (file.path == "-") {
            streams_.out << *text;
        } else if (*text == source->text()) {
            return;
        } else if (writes()) {
            write(file.path, *source, *text);
        } else {
            streams_.out << printable(file.path) << '\n';
            streams_.out.flush(); // known, whatever ends the program then
            differs_ = true;
        }
    }

    /// What is written is told before the program can end.
    void write(const std::string& path, const Source& before, const std::string& text) {
        std::optional<LimitWatch::Hold> untilReported;
        if (!isWrittenInPlace(path)) {
            untilReported.emplace();
        }
        if (const auto failure =
                writeWhole(path, text, {.existing = Existing::Replaced, .before = before.text()}, streams_.err)) {
            streams_.err << fmt::format("cmksim: error: cannot write {}: {}\n", inQuotes(path), *failure);
            failed_ = true;
        } else if (!arguments_.has(quietOption.name)) {
            streams_.err << fmt::format("cmksim fmt: {} is written\n", inQuotes(path));
        }
        rest_ = rest_.subspan(1);
        LimitWatch::sayWhenEnded(rest_.empty() ? "all files are looked at" : whatIsLeft());
    }

    const Arguments& arguments_;
    const Streams& streams_;
    DiskFileReader reader_;
    Diagnostics diagnostics_;         // what is not told yet
    std::span<const SuiteFile> rest_; // the file in hand, and those behind it
    bool wrong_ = false;
    bool differs_ = false;
    bool failed_ = false;
};

ExitCode run(const Arguments& arguments, const Streams& streams) { return Formatter{arguments, streams}.run(); }

} // namespace fmt_command
} // namespace

constinit const Command fmtCommand{
    .name = "fmt",
    .synopsis = "PATH…",
    .summary = "lay out scenarios and estates in one manner",
    .details =
        "Rewrites files, and the scenarios and estates in folders: two blanks for each level, one after a colon and "
        "a comma, none inside brackets or at the end of a line. Comments stay. A file is written only where it "
        "says the same as before, read again, and differs in nothing but blanks. '-' reads standard input and "
        "prints. With '--check' nothing is written: exit code 1 says that a file would change.",
    .leastArguments = 1,
    .mostArguments = std::numeric_limits<std::size_t>::max(),
    .options = fmt_command::fmtOptions,
    .run = fmt_command::run,
};

} // namespace cmksim::program
