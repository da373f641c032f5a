#include "program/output.hpp"

#include "base/descriptor_buffer.hpp"
#include "base/text.hpp"
#include "program/limits.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <ostream>
#include <string_view>
#include <system_error>

namespace cmksim::program {

namespace {

/// A terminal, a pipe or /dev/null can be read and written at once.
bool isPlainOrMissing(const std::string& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    return !std::filesystem::exists(status) || std::filesystem::is_regular_file(status);
}

/// Only a terminal or /dev/null can be named as often as one likes: who reads a pipe takes what comes for one text.
bool takesOne(const std::string& path) {
    std::error_code error;
    return !std::filesystem::is_character_file(path, error);
}

/// Whether what is printed goes to a file that is to be replaced: it would be lost with the old one.
bool isPrintedTo(const std::string& path) {
    return !isWrittenInPlace(path) && (isOpenAs(STDOUT_FILENO, path) || isOpenAs(STDERR_FILENO, path));
}

} // namespace

ExitCode finishOutput(const Streams& streams) {
    if (streams.out && streams.out.flush()) {
        return ExitCode::Done;
    }
    const auto* buffer = dynamic_cast<const DescriptorBuffer*>(streams.out.rdbuf());
    const int error = buffer != nullptr ? buffer->error() : 0;
    if (error == EPIPE) {
        streams.out.clear(); // so that it does not count as a failure later
        return ExitCode::Done;
    }
    streams.err << "cmksim: error: cannot write to standard output"
                << (error == 0 ? std::string{} : ": " + std::generic_category().message(error)) << '\n';
    return ExitCode::CannotWrite;
}

std::optional<std::string> writeWhole(const std::string& path, std::string_view text, const OutputRules& rules,
                                      std::ostream& err) {
    std::optional<LimitWatch::Hold> untilWritten;
    if (!isWrittenInPlace(path)) { // there is nothing half done otherwise, and who reads there may take for ever
        untilWritten.emplace();
    }
    const bool isShared = hasOtherNames(path);
    std::optional<std::string> failure = writeOutputFile(path, text, rules);
    if (isShared && !failure) {
        err << fmt::format("cmksim: warning: {} was a hard link; its other names keep what they held\n",
                           inQuotes(path));
    }
    return failure;
}

ExitCode writeFile(const std::string& text, const std::string& path, const Streams& streams) {
    if (path == "-") {
        streams.out << text;
        return finishOutput(streams);
    }
    streams.out.flush(); // what was printed before comes first, where both go to one place
    bool gaveUp = false;
    OutputRules rules;
    rules.givesUp = [&] { return gaveUp = LimitWatch::wasAsked(); };
    const std::optional<std::string> failure = writeWhole(path, text, rules, streams.err);
    if (failure) {
        streams.err << fmt::format("cmksim: error: cannot write {}: {}\n", inQuotes(path), *failure);
    }
    return gaveUp ? ExitCode::Undecided : failure ? ExitCode::CannotWrite : ExitCode::Done;
}

ExitCode writeOutput(const std::string& text, const Arguments& arguments, const Streams& streams) {
    return writeFile(text, arguments.value(outputOption.name).value_or("-"), streams);
}

ExitCode checkOutputs(const Arguments& arguments, std::span<const std::string> inputs, std::ostream& err) {
    for (const OutputPath& output : arguments.outputs) {
        const auto clashes = [&](const std::string& other) {
            return other == "-" ? isOpenAs(STDIN_FILENO, output.path) : isSameFile(output.path, other);
        };
        const bool isOnlyWritten = output.path != "-" && !output.isUpdated && isPlainOrMissing(output.path);
        if (isOnlyWritten && std::ranges::any_of(inputs, clashes)) {
            err << fmt::format("cmksim: error: {} is read, too; it is not written over\n", inQuotes(output.path));
            return ExitCode::WrongInput;
        }
    }
    return ExitCode::Done;
}

ExitCode checkOutputs(const Arguments& arguments, std::ostream& err) {
    const std::vector<OutputPath>& outputs = arguments.outputs;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const OutputPath& output = outputs[i];
        if (output.path == "-") {
            continue;
        }
        if (const auto reason = unwritableBecause(output.path)) {
            err << fmt::format("cmksim: error: cannot write {}: {}\n", inQuotes(output.path), *reason);
            return output.isOneOfMany ? ExitCode::WrongInput : ExitCode::CannotWrite;
        }
        const bool repeated = std::any_of(outputs.begin(), outputs.begin() + static_cast<std::ptrdiff_t>(i),
                                          [&](const OutputPath& other) { return isSameFile(output.path, other.path); });
        if ((repeated && takesOne(output.path)) || isPrintedTo(output.path)) {
            err << fmt::format("cmksim: error: two outputs go to {}\n", inQuotes(output.path));
            return ExitCode::WrongInput;
        }
    }
    return checkOutputs(arguments, arguments.inputs, err);
}

} // namespace cmksim::program
