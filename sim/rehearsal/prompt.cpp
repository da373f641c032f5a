#include "rehearsal/prompt.hpp"

#include "action/action.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "recovery/plan.hpp"
#include "rehearsal/typed_entry.hpp"
#include "report/clock.hpp"
#include "report/plan_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <ostream>
#include <sstream>

namespace cmksim::rehearsal {

/// One word that the prompt itself understands.
struct Prompt::Order {
    std::string_view word;
    std::string_view takes;
    std::string_view meaning;
    Reply (Prompt::*answer)(std::string_view rest); // null: a drill answers it
    enum class Where : std::uint8_t { Everywhere, InPlay, InDrills } where = Where::Everywhere;
};

namespace {

/// `09:00`, the next time that it is so.
std::optional<Instant> timeOfDay(std::string_view text, CalendarTime start, Instant now) {
    const auto digits = [](std::string_view two) {
        return two.size() == 2 && two[0] >= '0' && two[0] <= '9' && two[1] >= '0' && two[1] <= '9'
                   ? (two[0] - '0') * 10 + (two[1] - '0')
                   : -1;
    };
    if (text.size() != 5 || text[2] != ':' || digits(text.substr(0, 2)) < 0 || digits(text.substr(0, 2)) > 23 ||
        digits(text.substr(3)) < 0 || digits(text.substr(3)) > 59) {
        return std::nullopt;
    }
    const CalendarTime current = start + now.time_since_epoch();
    CalendarTime next = std::chrono::floor<std::chrono::days>(current) + std::chrono::hours{digits(text.substr(0, 2))} +
                        std::chrono::minutes{digits(text.substr(3))};
    if (next <= current) {
        next += std::chrono::days{1};
    }
    return scenarioStart + (next - start);
}

} // namespace

std::string_view trimmed(std::string_view line) {
    const std::size_t first = std::min(line.find_first_not_of(" \t\r\n"), line.size());
    const std::size_t last = line.find_last_not_of(" \t\r\n");
    return first == line.size() ? std::string_view{} : line.substr(first, last - first + 1);
}

Prompt::Prompt(Rehearsal& rehearsal, Disclosure disclosure, std::filesystem::path file, const TextStyle& style,
               std::ostream& out, Save save)
    : rehearsal_{rehearsal}, disclosure_{disclosure}, file_{std::move(file)}, style_{style}, out_{out},
      save_{std::move(save)}, reporter_{rehearsal, disclosure, style, out} {}

/// Those that there are here: a drill has none that gives the answer away or turns time back.
std::vector<Prompt::Order> Prompt::orders() const {
    using enum Order::Where;
    std::vector<Order> all{
        {"wait", "DURATION", "lets time pass: wait 1h30m", &Prompt::wait},
        {"until", "TIME", "lets time pass until 09:00, 3h since the start, or 2026-01-01T09:00:00Z", &Prompt::until},
        {"status", "", "how everything stands", &Prompt::status},
        {"why", "RESOURCE", "what is wrong with it, what was behind that, and the way back", &Prompt::why, InPlay},
        {"actions", "", "what can be done, and to what", &Prompt::actions},
        {"plan", "", "the shortest way back from here", &Prompt::plan, InPlay},
        {"undo", "", "takes the last move back", &Prompt::undo, InPlay},
        {"save", "FILE", "writes what was played as a scenario", &Prompt::save, InPlay},
        {"hint", "", "helps, and costs points", nullptr, InDrills},
        {"save", "FILE", "writes what you typed, for --script", nullptr, InDrills},
        {"done", "", "ends: the story goes on to its end without you, and you are graded", nullptr, InDrills},
        {"help", "", "this text", &Prompt::help},
        {"quit", "", "ends; so does Ctrl-D", &Prompt::quit}};
    const Order::Where elsewhere = disclosure_ == Disclosure::Everything ? InDrills : InPlay;
    std::erase_if(all, [&](const Order& order) { return order.where == elsewhere; });
    return all;
}

std::string Prompt::text() const { return Clock::sinceStart(rehearsal_.now()) + "> "; }

Reply Prompt::answer(std::string_view line) {
    try {
        return obey(trimmed(line));
    } catch (const std::exception& error) {
        return complain(fmt::format("this failed: {}", printable(error.what()))); // and the session goes on
    }
}

Reply Prompt::obey(std::string_view line) {
    if (line.empty() || line.starts_with('#')) {
        return Reply::Done;
    }
    const std::string_view word = line.substr(0, line.find_first_of(" \t"));
    const std::string_view rest = trimmed(line.substr(word.size()));
    for (const Order& order : orders()) {
        if (order.word == word && order.takes.empty() != rest.empty()) {
            return complain(order.takes.empty() ? fmt::format("'{}' takes nothing", word)
                                                : fmt::format("'{}' needs {}", word, order.takes));
        }
        if (order.word == word && order.answer != nullptr) {
            return (this->*order.answer)(rest);
        }
    }
    if (word == "az" || word == "try" || actionNamed(word) || isForShell(line)) {
        return act(line);
    }
    std::vector<std::string> owned = wordsFor("");
    std::vector<std::string_view> known{owned.begin(), owned.end()};
    const std::string near = suggestion(word, known);
    return complain(fmt::format("nothing is called {}", inQuotes(word)), near.empty() ? "try 'help'" : near);
}

Reply Prompt::complain(std::string_view what, std::string_view help) {
    out_ << fmt::format("? {}{}{}\n", what, help.empty() ? "" : "; ", help);
    return Reply::Wrong;
}

Reply Prompt::goTo(Instant instant) {
    if (instant - scenarioStart > longestDuration) {
        return complain("that is further than time goes");
    }
    rehearsal_.advanceTo(instant);
    reporter_.tellNews();
    return Reply::Done;
}

Reply Prompt::wait(std::string_view rest) {
    const auto length = parseDuration(rest);
    if (!length || *length == Duration::zero()) {
        return complain(fmt::format("{} is no length of time", inQuotes(rest)), "write it as 90s, 10m, 1h30m or 2d");
    }
    return goTo(rehearsal_.now() + *length);
}

Reply Prompt::until(std::string_view rest) {
    const CalendarTime start = rehearsal_.program().start;
    std::optional<Instant> instant = timeOfDay(rest, start, rehearsal_.now());
    if (!instant) {
        if (const auto since = parseDuration(rest.starts_with('+') ? rest.substr(1) : rest)) {
            instant = scenarioStart + *since;
        } else if (const auto calendar = parseTimestamp(rest)) {
            instant = scenarioStart + (*calendar - start);
        }
    }
    if (!instant) {
        return complain(fmt::format("{} is no instant", inQuotes(rest)),
                        "write 09:00, 3h for three hours after the start, or 2026-01-01T09:00:00Z");
    }
    if (*instant == rehearsal_.now()) {
        return Reply::Done;
    }
    if (*instant < rehearsal_.now()) {
        return complain(fmt::format("{} has passed", rest), "time does not go back");
    }
    return goTo(*instant);
}

Reply Prompt::status(std::string_view) {
    reporter_.tellStatus();
    return Reply::Done;
}

Reply Prompt::why(std::string_view rest) {
    const auto& resources = rehearsal_.program().resources;
    const auto found = std::ranges::find(resources, rest, &ResourceProgram::name);
    if (found == resources.end()) {
        std::vector<std::string_view> known;
        for (const ResourceProgram& resource : resources) {
            known.push_back(resource.name);
        }
        return complain(fmt::format("unknown resource {}", inQuotes(rest)), suggestion(rest, known));
    }
    reporter_.tellWhy(ResourceId{static_cast<std::size_t>(found - resources.begin())});
    return Reply::Done;
}

Reply Prompt::actions(std::string_view) {
    Page page{style_, out_};
    const auto list = [&](std::string_view label, const std::vector<std::string>& names) {
        std::string text;
        for (const std::string& name : names) {
            text += (text.empty() ? "" : ", ") + name;
        }
        page.paragraph(Phrase{label, Paint::Quiet}.padTo(12), Phrase{text});
    };
    std::vector<std::string> names;
    for (const ActionRule& rule : actionRules()) {
        names.emplace_back(rule.traits.name);
    }
    list("actions", names);
    const Program& program = rehearsal_.program();
    for (const ResourceId id : program.resources.ids()) {
        names.clear();
        for (const auto& operation : program.modelOf(id).operations) {
            names.push_back(operation.name);
        }
        list("try " + program.resources[id].name, names);
    }
    page.paragraph({}, Phrase{"key.update contoso-kv/cmk enabled=true does one; so does its az command", Paint::Quiet});
    return Reply::Done;
}

Reply Prompt::plan(std::string_view) {
    const Recovery recovery = planRecovery(rehearsal_.program(), rehearsal_.now());
    writePlanText(recovery, rehearsal_.catalog().azure(), file_.string(), style_, out_);
    return Reply::Done;
}

Reply Prompt::undo(std::string_view) {
    if (!rehearsal_.undo()) {
        return complain("nothing has been done yet");
    }
    reporter_.skipToNow();
    return Reply::Done;
}

Reply Prompt::save(std::string_view rest) {
    const std::filesystem::path path{std::string{rest}};
    const auto text = rehearsal_.asScenario(file_, path.parent_path());
    if (!text) {
        return complain("this file cannot be saved as a scenario", "its fields do not stand on lines of their own");
    }
    return saveText(rest, *text);
}

Reply Prompt::saveText(std::string_view path, const std::string& text) {
    const std::string said = save_(std::string{path}, text);
    out_ << said << '\n';
    return said.starts_with('?') ? Reply::Wrong : Reply::Done;
}

Reply Prompt::help(std::string_view) {
    Page page{style_, out_};
    for (const Order& order : orders()) {
        page.paragraph(Phrase{"  "}.add(fmt::format("{} {}", order.word, order.takes), Paint::Strong).padTo(20),
                       Phrase{order.meaning});
    }
    page.paragraph(Phrase{"  "}.add("try RESOURCE OP", Paint::Strong).padTo(20),
                   Phrase{"attempts an operation: try myregistry pull"});
    page.paragraph(Phrase{"  "}.add("ACTION TARGET", Paint::Strong).padTo(20),
                   Phrase{"does an action: key.recover contoso-kv/cmk, or key.update contoso-kv/cmk enabled=true"});
    page.paragraph(Phrase{"  "}.add("az …", Paint::Strong).padTo(20),
                   Phrase{"does what that command of the Azure CLI does"});
    page.paragraph({},
                   Phrase{"What is done takes a second; all other time passes only when you say so.", Paint::Quiet});
    return Reply::Done;
}

Reply Prompt::quit(std::string_view) { return Reply::Quit; }

Reply Prompt::act(std::string_view line) {
    auto entry = typedEntry(line);
    if (const auto* complaint = std::get_if<TypedComplaint>(&entry)) {
        return complain(complaint->message, complaint->help);
    }
    bool isWrong = false;
    for (const Diagnostic& one : rehearsal_.act(std::get<JsonObject>(std::move(entry)))) {
        if (one.severity == Severity::Error) {
            complain(one.message, one.help);
            isWrong = true;
        } else {
            out_ << fmt::format("! {}\n", one.message);
        }
    }
    if (isWrong) {
        return Reply::Wrong;
    }
    reporter_.tellNews();
    const bool refused = std::ranges::any_of(rehearsal_.trace().records, [this](const Record& record) {
        return record.position.at == rehearsal_.now() && record.is<ActionDone>() && record.refused() &&
               rehearsal_.isDoneHere(rehearsal_.program().entries[record.entry()]);
    });
    return refused ? Reply::Refused : Reply::Done;
}

std::vector<std::string> Prompt::wordsFor(std::string_view line) const {
    std::vector<std::string> words;
    const Program& program = rehearsal_.program();
    if (line.find(' ') == std::string_view::npos) {
        for (const Order& order : orders()) {
            words.emplace_back(order.word);
        }
        words.insert(words.end(), {"try", "az"});
        for (const ActionRule& rule : actionRules()) {
            words.emplace_back(rule.traits.name);
        }
        return words;
    }
    for (const ResourceProgram& resource : program.resources) {
        words.push_back(resource.name);
    }
    if (line.starts_with("why ") || line.starts_with("try ")) {
        const std::string_view rest = trimmed(line.substr(4));
        const auto found = std::ranges::find(program.resources, rest.substr(0, rest.find(' ')), &ResourceProgram::name);
        if (line.starts_with("try ") && found != program.resources.end()) {
            const ResourceId id{static_cast<std::size_t>(found - program.resources.begin())};
            for (const auto& operation : program.modelOf(id).operations) {
                words.push_back(operation.name);
            }
        }
        return words;
    }
    for (const VaultName& vault : program.names.vaults) {
        words.push_back(vault.text);
    }
    for (const KeyName& key : program.names.keys) {
        words.push_back(program.names.vaults[key.vault].text + '/' + key.text);
    }
    for (const IdentityName& identity : program.names.identities) {
        words.push_back(identity.text);
    }
    return words;
}

} // namespace cmksim::rehearsal
