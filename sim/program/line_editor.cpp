#include "program/line_editor.hpp"

#include <histedit.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <ctime>
#include <iostream>
#include <utility>

namespace cmksim::program {

namespace {

/// Ctrl-C gives up a line, not the program.
void giveUpLine(int) {}

/// A signal handler can reach nothing else than what is here for the whole program.
volatile std::sig_atomic_t isTerminated = 0;
volatile std::time_t terminatedAt = 0;

void noteTermination(int signal) {
    const int before = errno;
    const std::time_t now = std::time(nullptr);
    if (isTerminated == 0) {
        isTerminated = 1;
        terminatedAt = now;
    } else if (now - terminatedAt > 1) { // the library of lines repeats a signal
        std::signal(signal, SIG_DFL);
        std::raise(signal);
    }
    errno = before;
}

} // namespace

/// Notes SIGTERM. A read that waits ends by it.
class LineEditor::EndWatch {
public:
    EndWatch() {
        isTerminated = 0;
        struct sigaction action {};
        action.sa_handler = noteTermination;
        sigaction(SIGTERM, &action, &before_);
    }
    ~EndWatch() { sigaction(SIGTERM, &before_, nullptr); }
    EndWatch(const EndWatch&) = delete;
    EndWatch& operator=(const EndWatch&) = delete;

private:
    struct sigaction before_ {};
};

/// A terminal, as the library sees it.
class LineEditor::Terminal {
public:
    Terminal(std::string program, Complete complete)
        : complete_{std::move(complete)}, editor_{el_init(program.c_str(), stdin, stdout, stderr)},
          history_{history_init()} {
        std::setlocale(LC_CTYPE, "");
        HistEvent event{};
        history(history_, &event, H_SETSIZE, 1'000);
        el_set(editor_, EL_CLIENTDATA, this);
        el_set(editor_, EL_PROMPT, &Terminal::promptOf);
        el_set(editor_, EL_EDITOR, "emacs");
        el_set(editor_, EL_HIST, history, history_);
        el_set(editor_, EL_ADDFN, "complete-word", "goes on with a word that fits", &Terminal::completeWord);
        el_set(editor_, EL_BIND, "^I", "complete-word", nullptr);
        el_set(editor_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
        el_set(editor_, EL_SIGNAL, 1);
        struct sigaction action {};
        action.sa_handler = giveUpLine;
        sigaction(SIGINT, &action, &before_);
    }
    ~Terminal() {
        sigaction(SIGINT, &before_, nullptr);
        history_end(history_);
        el_end(editor_);
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    std::optional<std::string> read(const std::string& prompt) {
        prompt_ = prompt;
        int length = 0;
        errno = 0;
        const char* line = el_gets(editor_, &length);
        if (line == nullptr || length <= 0) {
            const bool interrupted = length < 0 && errno == EINTR;
            el_reset(editor_);
            std::cout << '\n' << std::flush;
            return interrupted ? std::optional<std::string>{""} : std::nullopt;
        }
        std::string text{line, static_cast<std::size_t>(length)};
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
            text.pop_back();
        }
        if (!text.empty()) {
            HistEvent event{};
            history(history_, &event, H_ENTER, text.c_str());
        }
        return text;
    }

private:
    static Terminal& of(EditLine* editor) {
        Terminal* self = nullptr;
        el_get(editor, EL_CLIENTDATA, &self);
        return *self;
    }

    static char* promptOf(EditLine* editor) { return of(editor).prompt_.data(); }

    /// Goes on as far as all words agree that fit; lists them where they part at once.
    static unsigned char completeWord(EditLine* editor, int) {
        const LineInfo* info = el_line(editor);
        const std::string_view line{info->buffer, static_cast<std::size_t>(info->cursor - info->buffer)};
        const std::size_t space = line.find_last_of(" \t");
        const std::string_view begun = space == std::string_view::npos ? line : line.substr(space + 1);
        std::vector<std::string> fits;
        for (std::string& word : of(editor).complete_(line)) {
            if (word.starts_with(begun) && std::ranges::find(fits, word) == fits.end()) {
                fits.push_back(std::move(word));
            }
        }
        if (fits.empty()) {
            return CC_REFRESH_BEEP;
        }
        std::string common = fits.front();
        for (const std::string& word : fits) {
            common.resize(static_cast<std::size_t>(std::ranges::mismatch(common, word).in1 - common.begin()));
        }
        std::string more = common.substr(begun.size());
        if (fits.size() == 1) {
            more += ' ';
        } else if (more.empty()) {
            std::cout << '\n';
            for (const std::string& word : fits) {
                std::cout << word << "  ";
            }
            std::cout << '\n' << std::flush;
            return CC_REDISPLAY;
        }
        return el_insertstr(editor, more.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
    }

    Complete complete_;
    EditLine* editor_;
    History* history_;
    std::string prompt_;
    struct sigaction before_ {};
};

LineEditor::LineEditor(std::string_view program, Complete complete) : endWatch_{std::make_unique<EndWatch>()} {
    if (isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1) {
        terminal_ = std::make_unique<Terminal>(std::string{program}, std::move(complete));
    }
}

LineEditor::~LineEditor() = default;

bool LineEditor::isInteractive() const { return terminal_ != nullptr; }

bool LineEditor::wasTerminated() { return isTerminated != 0; }

std::optional<std::string> LineEditor::read(const std::string& prompt) {
    if (wasTerminated()) {
        return std::nullopt;
    }
    std::optional<std::string> line;
    if (terminal_) {
        line = terminal_->read(prompt);
    } else if (std::string text; std::getline(std::cin, text)) {
        line = std::move(text);
    }
    return wasTerminated() ? std::nullopt : line;
}

} // namespace cmksim::program
