#include "scenario/timeline.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "document/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace cmksim::scenario {

namespace {

/// An entry is a kilobyte once it is read; what a hostile file can take must have an end.
constexpr std::size_t mostEntries = 1'000'000;

/// The entries in file order, each of which may count its time from the one before.
class TimelineReader {
public:
    TimelineReader(std::optional<Instant> until, const Reading& reading)
        : diagnostics_{reading.diagnostics}, until_{until}, reading_{reading} {}

    std::optional<EntrySpec> read(Node node) {
        MappingReader fields{node, "a timeline entry", diagnostics_};
        if (!fields.readable()) {
            return std::nullopt;
        }
        EntrySpec entry;
        entry.mark = node.mark();
        if (const std::optional<Entry> when = fields.takeEntry("when")) {
            entry.when = readReaction(*when, fields);
        } else {
            readTime(fields);
            entry.at = now_;
            entry.open = open_;
        }
        const bool readable = readVerb(fields, entry);
        fields.finish();
        return readable ? std::optional{std::move(entry)} : std::nullopt;
    }

private:
    ReactionSpec readReaction(const Entry& when, MappingReader& fields) {
        ReactionSpec reaction;
        reaction.trigger = readExpectations(when.value, reading_);
        if (const std::optional<Entry> at = fields.takeEntry("at")) {
            diagnostics_.error(at->key.mark(), "'at' and 'when' exclude each other");
        }
        if (const Node after = fields.take("after")) {
            readDelay(after, reaction);
        }
        reaction.once = fields.boolean("once").value_or(true);
        return reaction;
    }

    /// `30m`, or `30m..2h`.
    void readDelay(Node node, ReactionSpec& reaction) {
        const std::string_view text = node.text();
        const std::size_t dots = text.find("..");
        const auto least = parseDuration(text.substr(0, dots));
        const auto most = dots == std::string_view::npos ? least : parseDuration(text.substr(dots + 2));
        if (!least || !most) {
            reportUnexpected(node, "a duration such as 30m, or a range such as 30m..2h", diagnostics_);
        } else if (*least < Duration{1}) {
            diagnostics_.error(node.mark(), "a reaction takes a second at least");
        } else if (*most < *least) {
            diagnostics_.error(node.mark(), fmt::format("the range {} is empty", inQuotes(text)),
                               "the smaller end comes first");
        } else {
            reaction.least = *least;
            reaction.most = *most;
        }
    }

    void readTime(MappingReader& fields) {
        const std::optional<Entry> at = fields.takeEntry("at");
        const std::optional<Entry> after = fields.takeEntry("after");
        if (at && after) {
            diagnostics_.error(after->key.mark(), "'at' and 'after' exclude each other");
        }
        if (!at && !after && fields.readable()) {
            diagnostics_.error(fields.mark(), "a timeline entry needs 'at', 'after' or 'when'");
            return;
        }
        const Node value = at ? at->value : after->value;
        if (at && value.text().find("..") != std::string_view::npos) {
            readOpenInstant(value);
            return;
        }
        const std::optional<Instant> time = at ? readInstant(value, reading_) : readDistance(value);
        if (!time) {
            return;
        }
        if (at) {
            open_.reset();
        } else if (open_) {
            open_->last += *time - now_;
        }
        if (checkInstant(*time, value) && open_) {
            checkInstant(open_->last, value);
        }
        now_ = std::max(*time, scenarioStart);
    }

    /// Whether it is within the scenario; `value` is where it stands.
    bool checkInstant(Instant time, Node value) {
        if (time < scenarioStart) {
            diagnostics_.error(value.mark(), fmt::format("{} is before the scenario's start", inQuotes(value.text())));
            return false;
        }
        if (until_ && time > *until_) {
            diagnostics_.error(value.mark(), fmt::format("this is after the scenario's end, 'until', at {}",
                                                         formatDuration(until_->time_since_epoch())));
            return false;
        }
        return true;
    }

    /// `10m..3h`; either end may be an instant of the calendar.
    void readOpenInstant(Node value) {
        const std::string_view text = value.text();
        const std::size_t dots = text.find("..");
        const auto first = readInstant(Name{text.substr(0, dots), value.mark()}, reading_);
        const auto last = readInstant(Name{text.substr(dots + 2), value.mark()}, reading_);
        open_.reset();
        if (!first || !last || !checkInstant(*first, value) || !checkInstant(*last, value)) {
            return;
        }
        now_ = *first;
        if (*last < *first) {
            diagnostics_.error(value.mark(), fmt::format("the range {} is empty", inQuotes(text)),
                               "the earlier end comes first");
        } else if (openLine_) {
            diagnostics_.error(value.mark(),
                               fmt::format("one instant can be open, and that of line {} is already", *openLine_),
                               "entries that follow it by 'after' move with it");
        } else if (*first < *last) {
            open_ = OpenAtSpec{*last, value.mark()};
            openLine_ = value.mark().line;
        }
    }

    std::optional<Instant> readDistance(Node node) {
        const std::optional<Duration> distance = readDuration(node, diagnostics_);
        if (distance && (open_ ? open_->last : now_) + *distance > scenarioStart + longestDuration) {
            diagnostics_.error(node.mark(), "this is too far from the start");
            return std::nullopt;
        }
        return distance ? std::optional{now_ + *distance} : std::nullopt;
    }

    /// Whether the entry has a verb and a target that could be read.
    bool readVerb(MappingReader& fields, EntrySpec& entry) {
        const std::optional<Entry> action = fields.takeEntry("do");
        const std::optional<Entry> command = fields.takeEntry("az");
        const std::optional<Entry> operation = fields.takeEntry("try");
        const std::optional<Entry> target = fields.takeEntry("target");
        const std::optional<Entry> with = fields.takeEntry("with");
        const std::optional<Entry> expect = fields.takeEntry("expect");
        if (action && operation) {
            diagnostics_.error(operation->key.mark(), "'do' and 'try' exclude each other");
            return false;
        }
        if (command && (action || operation)) {
            diagnostics_.error(command->key.mark(),
                               fmt::format("'az' and '{}' exclude each other", action ? "do" : "try"));
            return false;
        }
        if (command) {
            return readCommand(*command, target, with, expect, entry);
        }
        if (!action && with) {
            diagnostics_.error(with->key.mark(), "only 'do' takes 'with'");
        }
        if (action) {
            return readDo(action->value, target, with ? with->value : Node{}, expect, entry);
        }
        if (operation) {
            return readTry(operation->value, target, expect, entry);
        }
        if (target) {
            diagnostics_.error(target->key.mark(), "'target' has a meaning only beside 'do' or 'try'");
        }
        if (!expect) {
            if (!fields.hasRest()) { // else the verb is what is misspelt
                diagnostics_.error(fields.mark(), "a timeline entry needs 'do', 'az', 'try' or 'expect'");
            }
            return false;
        }
        entry.what = readExpectations(expect->value, reading_);
        return true;
    }

    bool readDo(Node verb, const std::optional<Entry>& target, Node with, const std::optional<Entry>& expect,
                EntrySpec& entry) {
        std::optional<ActionSpec> action =
            readAction(verb, target ? target->value : Node{}, with, entry.mark, reading_);
        if (expect) {
            entry.result = readActionResult(expect->value, reading_);
        }
        if (action) {
            entry.what = std::move(*action);
        }
        return action.has_value();
    }

    bool readCommand(const Entry& command, const std::optional<Entry>& target, const std::optional<Entry>& with,
                     const std::optional<Entry>& expect, EntrySpec& entry) {
        for (const auto& other : {target, with}) {
            if (other) {
                diagnostics_.error(other->key.mark(), fmt::format("'{}' has no place beside 'az'", other->key.text()),
                                   "the command says it itself");
            }
        }
        entry.command = readName(command.value, "a command of the Azure CLI", diagnostics_);
        entry.what = CommandSpec{expect ? expect->value : Node{}};
        return entry.command.present();
    }

    bool readTry(Node operation, const std::optional<Entry>& target, const std::optional<Entry>& expect,
                 EntrySpec& entry) {
        auto& tried = entry.what.emplace<TrySpec>();
        tried.operation = readName(operation, "the name of an operation", diagnostics_);
        if (target) {
            tried.resource = readName(target->value, "the name of a resource", diagnostics_);
        } else {
            diagnostics_.error(entry.mark, "'try' needs a 'target'");
        }
        if (expect) {
            entry.result = readOperationResult(expect->value, reading_);
        }
        return tried.operation.present() && tried.resource.present();
    }

    Diagnostics& diagnostics_;
    std::optional<Instant> until_;
    const Reading& reading_;
    Instant now_ = scenarioStart;
    std::optional<OpenAtSpec> open_; // where the entry before may come at a range of instants
    std::optional<std::uint32_t> openLine_;
};

/// What waits for something may come before or after what may come at any instant: no analysis takes both.
void refuseReactionsBesideOpenInstants(const std::vector<EntrySpec>& entries, Diagnostics& diagnostics) {
    const auto open = std::ranges::find_if(entries, [](const EntrySpec& entry) { return entry.open.has_value(); });
    if (open != entries.end() &&
        std::ranges::any_of(entries, [](const EntrySpec& entry) { return entry.when.has_value(); })) {
        diagnostics.error(open->open->mark, "a timeline with 'when' can have no open instant",
                          "give this entry one instant, or leave the reactions out");
    }
}

} // namespace

std::vector<EntrySpec> readTimeline(Node node, std::optional<Instant> until, const Reading& reading) {
    std::vector<EntrySpec> entries;
    if (!node.isSequence() && !node.isNull()) {
        reportUnexpected(node, "a list of timeline entries", reading.diagnostics);
        return entries;
    }
    if (node.size() > mostEntries) {
        reading.diagnostics.error(node.mark(), fmt::format("a timeline has at most {} entries", mostEntries));
        return entries;
    }
    entries.reserve(node.size());
    TimelineReader reader{until, reading};
    for (const Node item : node.items()) {
        if (std::optional<EntrySpec> entry = reader.read(item)) {
            entries.push_back(std::move(*entry));
        }
    }
    refuseReactionsBesideOpenInstants(entries, reading.diagnostics);
    return entries;
}

} // namespace cmksim::scenario
