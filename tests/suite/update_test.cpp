// 'test --update' over random files: whatever they look like, only the snapshot changes.
#include "document/yaml.hpp"
#include "property/random.hpp"
#include "scenario/matrix.hpp"
#include "suite/run_suite.hpp"
#include "suite/snapshot.hpp"
#include "support/text_files.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <map>
#include <memory>
#include <set>

namespace cmksim::update_test {

using namespace cmksim;
using namespace cmksim::suite;
using property::Random;

namespace {

/// A scenario file, cut at its snapshot's value.
struct Layout {
    std::string before; // up to the value
    std::string value;
    std::string tail; // behind it on its line: a comment, perhaps
    std::string rest;

    [[nodiscard]] std::string text() const { return before + value + tail + rest; }
};

/// Writes scenario files that are odd and valid.
class Writer {
public:
    explicit Writer(Random& random) : random_{random} {
        const std::size_t kind = random_.below(4);
        breaks_ = kind == 0 ? std::vector<std::string>{"\r\n"}
                            : (kind == 1 ? std::vector<std::string>{"\n", "\r\n"} : std::vector<std::string>{"\n"});
        indent_ = std::string(random_.oneOf<std::size_t>({0, 0, 0, 1, 3}), ' ');
    }

    Layout write() {
        hasMatrix_ = random_.chance(50);
        std::vector<std::string> fields{"cmksim: 1",
                                        "name: " + random_.oneOf<std::string>({"m", "'it''s'", "\"a # b\""})};
        if (hasMatrix_) {
            fields.push_back(random_.oneOf<std::string>(
                {"matrix: {v: [7, 30, 90]}", "matrix:\n  v:\n  - 7 # days\n  - 30\n  - 90",
                 "matrix: {v: [7, 30], w: [x, \"e\\e[1m\"]}", "matrix: {v: [7], \"w\": ['a ''b'''  , \"[v=7]\"]}",
                 "matrix: {v: [7, 30], w: [x, '${x}', '$${v}', '$x${']}"}));
        }
        fields.push_back(estate());
        fields.push_back(timeline());
        if (random_.chance(60)) {
            fields.push_back(random_.oneOf<std::string>(
                {"description: |\n  snapshot: true\n  # no comment", "description: \"x\n  snapshot: true\"",
                 "description: &text 'snapshot: false'\nsource: *text", "description: >+\n  kept\n\n"}));
        }
        for (std::size_t i = fields.size(); i > 1; --i) {
            std::swap(fields[i - 1], fields[random_.below(i)]);
        }
        const std::size_t at = random_.below(fields.size() + 1);
        Layout layout;
        if (random_.chance(20)) {
            layout.before += "---\n";
        }
        for (std::size_t i = 0; i <= fields.size(); ++i) {
            std::string& out = i <= at ? layout.before : layout.rest;
            out += gap();
            if (i == at) {
                snapshot(layout);
                // A comment that is deeper than its field would be a line of the block.
                layout.rest +=
                    hasBlock_ ? random_.oneOf<std::string>({"", "\n", fmt::format("# c{}\n", ++comments_)}) : gap();
            }
            if (i < fields.size()) {
                (i < at ? layout.before : layout.rest) += fields[i] + comment() + "\n";
            }
        }
        layout.rest += hasBlock_ && at == fields.size() ? "" : gap();
        for (std::string* part : {&layout.before, &layout.value, &layout.tail, &layout.rest}) {
            *part = laidOut(*part);
        }
        if (random_.chance(10)) {
            layout.before = "\xEF\xBB\xBF" + layout.before;
        }
        return layout;
    }

private:
    std::string comment() { return random_.chance(30) ? fmt::format("  # c{}", ++comments_) : std::string{}; }

    /// Empty lines and comments, as deep as they like.
    std::string gap() {
        std::string text;
        while (random_.chance(35)) {
            text +=
                random_.chance(40) ? "\n" : fmt::format("{}# c{}\n", std::string(random_.below(7), ' '), ++comments_);
        }
        return text;
    }

    std::string estate() {
        const std::string twin = hasMatrix_ ? "'$${twin}'" : "'${twin}'";
        const std::string retention = hasMatrix_ ? "softDeleteRetentionInDays: \"${v}\", " : "";
        return random_.oneOf<std::string>(
            {"estate:\n  vaults: {kv1: {" + retention +
                 "accessPolicies: {id1: [get, wrapKey, unwrapKey]}, keys: {k: }}}\n  identities: {id1: }\n"
                 "  resources: {reg: &r {service: acr, identity: id1, key: kv1/k}, " +
                 twin + ": *r}",
             "estate:\n  vaults:\n    kv1:\n      # ours\n      accessPolicies: {id1: &p [get, wrapKey, unwrapKey], "
             "id2: *p}\n      keys:\n        k:\n  identities:\n    id1:\n    id2:\n  resources:\n    reg: {service: "
             "acr, identity: id1, key: kv1/k}",
             "estate: {vaults: {kv1: {" + retention +
                 "accessPolicies: {id1: [get, wrapKey, unwrapKey]},\n    keys: {k: }}}, identities: {id1: },\n  "
                 "resources: {reg: {service: acr, identity: id1, key: kv1/k}}}"});
    }

    std::string timeline() {
        return random_.oneOf<std::string>(
            {"timeline:\n- {at: 10m, do: key.delete, target: kv1/k}\n- {at: 1h10m, try: pull, target: reg, expect: "
             "403}",
             "timeline:\n  - at: 10m\n    do: key.delete   # by mistake\n    target: kv1/k",
             "timeline: [{at: 10m, do: key.delete, target: kv1/k},\n  {at: 2h, expect: {reg: Inaccessible}}]",
             "timeline:\n  - {at: 10m, do: key.delete, target: kv1/k}\n  - {at: 2h, expect: {reg: Ready}}"});
    }

    void snapshot(Layout& layout) {
        layout.before += random_.oneOf<std::string>({"snapshot:", "snapshot:", "\"snapshot\" :", "? snapshot\n:"});
        layout.before += random_.oneOf<std::string>({" ", "   ", "\n  ", fmt::format(" # c{}\n   ", ++comments_),
                                                     fmt::format("\n# c{}\n  ", ++comments_), " &mine "});
        const bool inLine = random_.chance(60);
        layout.value =
            inLine ? random_.oneOf<std::string>({"true", "True", "\"old\n  more\"", "'it''s # old'", "\"\\\"\\n\""})
                   : random_.oneOf<std::string>({"|", ">", "|-", "|+", "|4"});
        layout.tail = comment() + "\n";
        if (!inLine) {
            const std::string depth(layout.value == "|4" ? 4 : 2 + random_.below(4), ' ');
            // What the lines of a block are belongs to the value; the comment above stays all the same.
            layout.value += layout.tail;
            layout.tail.clear();
            for (std::size_t i = random_.below(4); i > 0; --i) {
                layout.value +=
                    depth + random_.oneOf<std::string>({"old", "# not a comment", "[v=7]", "10m x: y"}) + "\n";
            }
            hasBlock_ = true;
        }
    }

    /// The text with the root's indent and the file's line ends.
    std::string laidOut(const std::string& text) {
        std::string out;
        bool atStart = false;
        for (const char c : text) {
            if (atStart && c != '\n') {
                out += indent_;
            }
            atStart = c == '\n';
            out += c == '\n' ? random_.of(breaks_) : std::string{c};
        }
        return out;
    }

    Random& random_;
    std::vector<std::string> breaks_;
    std::string indent_;
    bool hasMatrix_ = false;
    bool hasBlock_ = false;
    int comments_ = 0;
};

class OneFile {
public:
    explicit OneFile(std::string text) { replace(std::move(text)); }

    SuiteResult run(const SuiteOptions& options) {
        return runSuite(
            {{path}}, options, [](const ReadingChoice& readings) { return Catalog{readings}; }, files_);
    }
    void replace(std::string text) { files_.add(path, std::move(text)); }
    [[nodiscard]] const std::string& text() const { return files_.text(path); }

    [[nodiscard]] std::shared_ptr<const Document> document() const {
        Diagnostics diagnostics;
        auto read = parseDocument(std::make_shared<const Source>(path, text()), diagnostics);
        return diagnostics.hasErrors() ? nullptr : read;
    }

    /// What is recorded, by case; under "" where there is no matrix.
    [[nodiscard]] std::map<std::string, std::string> sections() const {
        std::map<std::string, std::string> found;
        Diagnostics diagnostics;
        const auto read = document();
        const auto matrix = readMatrix(read, diagnostics);
        const Node snapshot = read->root().find("snapshot");
        for (std::size_t i = 0; matrix && snapshot.quoted() && i < matrix->size(); ++i) {
            const auto own = matrix->document(i, diagnostics);
            if (const auto part = sectionOf(own->root().find("snapshot").text(), matrix->label(i))) {
                std::string& section = found[matrix->label(i)] = *part;
                // Where the last line of all has no end and is the last no more, it gets one.
                section += section.empty() || section.ends_with('\n') ? "" : "\n";
            }
        }
        return found;
    }

private:
    static constexpr const char* path = "story.yaml";
    test::TextFiles files_;
};

/// All that a document holds but its snapshot, in one text.
void tell(Node node, std::string& out) {
    out += fmt::format("{}{}<{}>", static_cast<int>(node.kind()), node.quoted(), node.text());
    for (const Node item : node.items()) {
        tell(item, out);
    }
    for (const auto [key, value] : node.entries()) {
        if (key.text() != "snapshot") {
            tell(key, out);
            tell(value, out);
        }
    }
    out += ';';
}

std::string told(const OneFile& file) {
    const auto read = file.document();
    std::string text;
    if (read) {
        tell(read->root(), text);
    }
    return text;
}

std::set<std::string> commentsOf(std::string_view text) {
    std::set<std::string> found;
    for (std::size_t at = text.find("# c"); at != std::string_view::npos; at = text.find("# c", at + 1)) {
        found.emplace(text.substr(at, text.find_first_of("\r\n", at) - at));
    }
    return found;
}

SuiteOptions someCases(Random& random) {
    SuiteOptions options;
    options.recordSnapshots = true;
    if (random.chance(50)) {
        options.only = std::regex{random.oneOf<std::string>({"v=7", "v=30", "w=x", "m$", "nothing"})};
    }
    return options;
}

} // namespace

TEST_CASE("an update changes the snapshots of the cases that it is of, and not a byte besides") {
    Random random{20};
    std::size_t updated = 0;
    std::size_t refused = 0;
    for (int round = 0; round < 250; ++round) {
        const Layout layout = Writer{random}.write();
        OneFile file{layout.text()};
        INFO(layout.text());
        const auto document = file.document();
        if (!document) {
            continue; // a layout that is no YAML is no file that anybody has
        }
        const std::string others = told(file);
        for (int step = 0; step < 4; ++step) {
            const SuiteOptions options = someCases(random);
            const auto sectionsBefore = file.sections();
            const std::string textBefore = file.text();
            const SuiteResult suite = file.run(options);
            refused += suite.count(CaseOutcome::Error) > 0 ? 1u : 0u;
            if (suite.updates.empty()) {
                continue;
            }
            ++updated;
            file.replace(suite.updates.front().text);
            INFO(file.text());
            REQUIRE(told(file) == others);
            CHECK(file.text().starts_with(layout.before));
            CHECK(file.text().ends_with(layout.rest));
            CHECK(commentsOf(file.text()) == commentsOf(layout.before + layout.tail + layout.rest +
                                                        layout.value.substr(0, layout.value.find('\n'))));
            std::set<std::string> anew;
            for (const CaseResult& one : suite.cases) {
                if (one.outcome == CaseOutcome::Passed) {
                    anew.insert(one.name);
                }
            }
            for (const auto& [label, text] : sectionsBefore) {
                const bool isAnew =
                    anew.contains(label.empty() ? suite.cases.front().name
                                                : fmt::format("{} [{}]", suite.cases.front().scenario, label));
                const auto after = file.sections();
                REQUIRE((isAnew || after.at(label) == text));
            }
            CHECK_FALSE(file.run(options).updates.size() > 0);
        }
        SuiteOptions all;
        all.recordSnapshots = true;
        const SuiteResult last = file.run(all);
        if (!last.updates.empty()) {
            file.replace(last.updates.front().text);
        }
        if (last.count(CaseOutcome::Passed) == last.cases.size()) {
            const SuiteResult again = file.run({});
            CHECK(again.count(CaseOutcome::Passed) == again.cases.size());
        }
    }
    CHECK(updated > 100);
    CHECK(refused < 20);
}

} // namespace cmksim::update_test
