#include "base/diagnostics.hpp"

#include "base/excerpt.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <ostream>
#include <tuple>

namespace cmksim {

namespace {

/// More than anybody reads; a hostile file must not turn into a longer list of its own errors.
constexpr std::size_t mostDiagnostics = 10'000;

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

/// Walks through the lines of a source in rising order, each once.
class LineReader {
public:
    std::string_view line(const Source& source, std::uint32_t number) {
        if (source_ != &source || number < number_) {
            source_ = &source;
            number_ = 1;
            rest_ = source.text();
            if (rest_.starts_with(byteOrderMark)) {
                rest_.remove_prefix(byteOrderMark.size());
            }
            split();
        }
        while (number_ < number && hasNext_) {
            split();
            ++number_;
        }
        return number_ == number ? line_ : std::string_view{};
    }

private:
    void split() {
        const std::size_t end = rest_.find('\n');
        line_ = rest_.substr(0, end);
        hasNext_ = end != std::string_view::npos;
        rest_.remove_prefix(hasNext_ ? end + 1 : rest_.size());
        if (line_.ends_with('\r')) {
            line_.remove_suffix(1);
        }
    }

    const Source* source_ = nullptr;
    std::uint32_t number_ = 0;
    std::string_view line_;
    std::string_view rest_;
    bool hasNext_ = false;
};

std::string heading(const Diagnostic& diagnostic) {
    std::string text;
    if (diagnostic.mark.source != nullptr) {
        text = printable(diagnostic.mark.source->name());
        if (diagnostic.mark.line > 0) {
            text += fmt::format(":{}:{}", diagnostic.mark.line, diagnostic.mark.column);
        }
        text += ": ";
    }
    text += diagnostic.severity == Severity::Error ? "error: " : "warning: ";
    text += printable(diagnostic.message);
    if (!diagnostic.help.empty()) {
        text += "; ";
        text += printable(diagnostic.help);
    }
    return text;
}

void show(std::ostream& out, const Diagnostic& diagnostic, LineReader& lines) {
    const Mark& mark = diagnostic.mark;
    out << heading(diagnostic) << '\n';
    if (mark.source != nullptr && mark.line > 0) {
        const Excerpt excerpt =
            excerptAround(lines.line(*mark.source, mark.line), mark.column > 0 ? mark.column - 1 : 0);
        out << excerpt.line << '\n' << std::string(excerpt.caret, ' ') << "^\n";
    }
}

/// Of two at one place.
bool same(const Diagnostic& a, const Diagnostic& b) {
    return a.severity == b.severity && a.message == b.message && a.help == b.help;
}

} // namespace

namespace {
constexpr std::size_t bytesBeyondEnd = 64;
}

Source::Source(std::string name, std::string text) : name_{std::move(name)}, text_{std::move(text)} {
    text_.reserve(text_.size() + bytesBeyondEnd);
}

std::string_view Source::line(std::uint32_t number) const {
    return number == 0 ? std::string_view{} : LineReader{}.line(*this, number);
}

const Source& Diagnostics::keep(std::shared_ptr<const Source> source) {
    const auto known = std::ranges::find(sources_, source);
    if (known != sources_.end()) {
        return **known;
    }
    sources_.push_back(std::move(source));
    return *sources_.back();
}

void Diagnostics::error(Mark mark, std::string message, std::string help) {
    ++errors_;
    add(Severity::Error, mark, std::move(message), std::move(help));
}

void Diagnostics::warning(Mark mark, std::string message, std::string help) {
    add(Severity::Warning, mark, std::move(message), std::move(help));
}

void Diagnostics::add(Severity severity, Mark mark, std::string message, std::string help) {
    if (diagnostics_.size() == mostDiagnostics) {
        ++dropped_;
        return;
    }
    diagnostics_.push_back({severity, mark, std::move(message), std::move(help)});
}

void Diagnostics::print(std::ostream& out) const {
    std::map<const Source*, std::size_t> ranks;
    const auto rank = [&](const Source* source) -> std::size_t {
        if (source == nullptr) {
            return 0;
        }
        const auto [at, isNew] = ranks.try_emplace(source);
        if (isNew) {
            // A file that was read twice is one.
            const auto known = std::ranges::find_if(sources_, [&](const auto& kept) {
                return kept.get() == source || (kept->name() == source->name() && kept->text() == source->text());
            });
            at->second = static_cast<std::size_t>(known - sources_.begin()) + 1;
        }
        return at->second;
    };
    using Key = std::tuple<std::size_t, std::uint32_t, std::uint32_t>;
    std::vector<std::pair<Key, const Diagnostic*>> ordered;
    ordered.reserve(diagnostics_.size());
    for (const Diagnostic& diagnostic : diagnostics_) {
        const Mark& mark = diagnostic.mark;
        ordered.push_back({Key{rank(mark.source), mark.line, mark.column}, &diagnostic});
    }
    std::ranges::stable_sort(ordered, {}, [](const auto& item) { return item.first; });

    LineReader lines;
    for (std::size_t i = 0; i < ordered.size(); ++i) {
        const Diagnostic& diagnostic = *ordered[i].second;
        bool repeated = false;
        for (std::size_t twin = i; twin > 0 && !repeated && ordered[twin - 1].first == ordered[i].first; --twin) {
            repeated = same(*ordered[twin - 1].second, diagnostic);
        }
        if (!repeated) {
            show(out, diagnostic, lines);
        }
    }
    if (dropped_ > 0) {
        out << fmt::format("error: {} more are not shown\n", dropped_);
    }
}

} // namespace cmksim
