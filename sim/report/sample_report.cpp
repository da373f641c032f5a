#include "report/sample_report.hpp"

#include "report/clock.hpp"
#include "report/extent.hpp"
#include "report/scope.hpp"
#include "report/signs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace cmksim::report {

namespace {

JsonValue decimal(double value, int digits) { return JsonNumber{fmt::format("{:.{}f}", value, digits)}; }
JsonValue number(std::uint64_t value) { return JsonNumber{std::to_string(value)}; }

JsonValue shareJson(std::uint64_t part, std::uint64_t whole) {
    const Share share = shareOf(part, whole);
    return JsonObject{{"probability", decimal(share.value, 6)},
                      {"interval", JsonArray{decimal(share.low, 6), decimal(share.high, 6)}}};
}

JsonValue distributionJson(const Distribution& values) {
    if (values.count() == 0) {
        return nullptr;
    }
    const double mean = values.mean();
    const double error = values.meanError();
    return JsonObject{{"min", seconds(values.min())},
                      {"median", seconds(values.quantile(0.5))},
                      {"p90", seconds(values.quantile(0.9))},
                      {"p99", seconds(values.quantile(0.99))},
                      {"max", seconds(values.max())},
                      {"mean", decimal(mean, 3)},
                      {"interval", JsonArray{decimal(mean - error, 3), decimal(mean + error, 3)}},
                      {"resolution", seconds(values.binWidth())}};
}

Scope scopeOf(const Sampled& sampled) {
    Scope scope{
        fmt::format("{} trials, each with a value of every phase and every timing that the documents leave open",
                    sampled.tally.trials),
        sampled.notSearched,
        {}};
    if (sampled.interrupted) {
        scope.notSearched.emplace_back("the trials that were left: it was interrupted");
    }
    scope.undocumented = sampled.notDocumented;
    return scope;
}

std::string percent(const Share& share) {
    return fmt::format("{:.2f} % of trials ({:.2f} to {:.2f} %)", share.value * 100, share.low * 100, share.high * 100);
}

Duration rounded(double value) { return Duration{static_cast<std::int64_t>(value + 0.5)}; }

class SampleWriter {
public:
    SampleWriter(const Sampled& sampled, const TextStyle& style, std::ostream& out)
        : sampled_{sampled}, signs_{style.unicode ? unicodeSigns : asciiSigns}, page_{style, out} {}

    void write() {
        page_.paragraph({}, Phrase{sampled_.scenario, Paint::Strong});
        page_.paragraph({}, Phrase{fmt::format("{} trials, seed {}{}; intervals hold in 95 of 100 samplings",
                                               sampled_.tally.trials, sampled_.seed, howItEnded()),
                                   Paint::Quiet});
        page_.blank();
        page_.heading("Whole estate", signs_.rule);
        fact("outage", percent(shareOf(sampled_.tally.outages, sampled_.tally.trials)));
        fact("impaired", percent(shareOf(sampled_.tally.impaired, sampled_.tally.trials)));
        fact("data lost", percent(shareOf(sampled_.tally.losses, sampled_.tally.trials)));
        page_.blank();
        page_.heading("Resources", signs_.rule);
        for (std::size_t i = 0; i < sampled_.resources.size(); ++i) {
            if (i > 0) {
                page_.blank();
            }
            resource(sampled_.resources[i], sampled_.tally.resources[i]);
        }
        objectives();
    }

private:
    [[nodiscard]] std::string howItEnded() const {
        return sampled_.interrupted ? ", interrupted" : sampled_.converged ? ", converged" : "";
    }

    void fact(std::string_view label, std::string_view text) {
        page_.paragraph(Phrase{"  "}.add(label, Paint::Quiet).padTo(17), Phrase{text});
    }

    void resource(const std::string& name, const ResourceTally& tally) {
        page_.paragraph({}, Phrase{name, Paint::Strong});
        fact("outage", percent(shareOf(tally.firstSymptom.count(), tally.downtime.count())));
        if (tally.firstSymptom.count() > 0) {
            const Distribution& downtime = tally.downtime;
            if (downtime.max() == Duration::zero()) {
                fact("down", "not since it was last made; what was there before it was");
            } else if (downtime.min() == downtime.max()) {
                fact("down", fmt::format("always {}", formatDuration(downtime.min())));
            } else {
                lengths("down", downtime);
            }
            symptom("first symptom", tally.firstSymptom);
            symptom("last symptom", tally.lastSymptom);
        }
        fact("impaired", percent(shareOf(tally.impaired, tally.downtime.count())));
        if (tally.impaired > 0) {
            const Distribution& length = tally.impairedFor;
            if (length.min() == length.max()) {
                fact("impaired for", fmt::format("always {}", formatDuration(length.min())));
            } else {
                lengths("impaired for", length);
            }
        }
        fact("data lost", percent(shareOf(tally.losses, tally.downtime.count())));
        if (tally.unexpected > 0) {
            fact("unexpected", "an action on it in " + percent(shareOf(tally.unexpected, tally.downtime.count())));
        }
    }

    void objectives() {
        if (sampled_.objectives.empty()) {
            return;
        }
        page_.blank();
        page_.heading("Objectives", signs_.rule);
        for (std::size_t i = 0; i < sampled_.objectives.size(); ++i) {
            const SampledObjective& one = sampled_.objectives[i];
            const ObjectiveTally& tally = sampled_.tally.objectives[i];
            page_.paragraph({}, Phrase{one.name, Paint::Strong}.add(", " + one.asked));
            fact("not kept", percent(shareOf(tally.broken, sampled_.tally.trials)));
            if (tally.open > 0) {
                fact("not known", percent(shareOf(tally.open, sampled_.tally.trials)) +
                                      ": an outage is not over when the scenario ends");
            }
        }
    }

    void lengths(std::string_view label, const Distribution& values) {
        fact(label, fmt::format("{} on average, give or take {}", formatDuration(rounded(values.mean())),
                                formatDuration(rounded(values.meanError()))));
        fact("", fmt::format("{} to {}; half of the trials at most {}, 90 % at most {}, 99 % at most {}",
                             formatDuration(values.min()), formatDuration(values.max()),
                             formatDuration(values.quantile(0.5)), formatDuration(values.quantile(0.9)),
                             formatDuration(values.quantile(0.99))));
        spread(values);
    }

    void symptom(std::string_view label, const Distribution& values) {
        const auto at = [](Duration since) { return Clock::sinceStart(scenarioStart + since); };
        fact(label,
             fmt::format("{} to {}, {} on average", at(values.min()), at(values.max()), at(rounded(values.mean()))));
    }

    /// How the values spread from the least to the greatest, the fullest column as high as the line.
    void spread(const Distribution& values) {
        constexpr std::size_t columns = 48;
        if (values.min() == values.max()) {
            return;
        }
        const std::vector<std::uint64_t> counts = values.spread(columns);
        const std::uint64_t most = std::max<std::uint64_t>(1, *std::ranges::max_element(counts));
        Phrase line;
        for (const std::uint64_t count : counts) {
            const std::uint64_t level = (count * signs_.shares.size() + most - 1) / most;
            line.add(level == 0 ? std::string_view{" "} : signs_.shares[level - 1]);
        }
        page_.paragraph(Phrase{}.padTo(17), line);
    }

    const Sampled& sampled_;
    const Signs& signs_;
    Page page_;
};

} // namespace

JsonValue sampleJson(const Sampled& sampled) {
    const Tally& tally = sampled.tally;
    JsonArray resources;
    for (std::size_t i = 0; i < sampled.resources.size(); ++i) {
        const ResourceTally& one = tally.resources[i];
        resources.push_back(JsonObject{{"name", sampled.resources[i]},
                                       {"outage", shareJson(one.firstSymptom.count(), one.downtime.count())},
                                       {"downtime", distributionJson(one.downtime)},
                                       {"firstSymptom", distributionJson(one.firstSymptom)},
                                       {"lastSymptom", distributionJson(one.lastSymptom)},
                                       {"impaired", shareJson(one.impaired, one.downtime.count())},
                                       {"impairedFor", distributionJson(one.impairedFor)},
                                       {"dataLost", shareJson(one.losses, one.downtime.count())},
                                       {"unexpected", shareJson(one.unexpected, one.downtime.count())}});
    }
    const JsonObject fields{{"scenario", sampled.scenario},
                            {"trials", number(tally.trials)},
                            {"seed", number(sampled.seed)},
                            {"converged", sampled.converged},
                            {"interrupted", sampled.interrupted},
                            {"outage", shareJson(tally.outages, tally.trials)},
                            {"impaired", shareJson(tally.impaired, tally.trials)},
                            {"dataLost", shareJson(tally.losses, tally.trials)},
                            {"resources", std::move(resources)}};
    JsonValue whole{fields};
    if (!sampled.objectives.empty()) {
        JsonArray objectives;
        for (std::size_t i = 0; i < sampled.objectives.size(); ++i) {
            const SampledObjective& one = sampled.objectives[i];
            objectives.push_back(JsonObject{{"name", one.name},
                                            {"asked", one.asked},
                                            {"broken", shareJson(tally.objectives[i].broken, tally.trials)},
                                            {"notKnown", shareJson(tally.objectives[i].open, tally.trials)}});
        }
        whole = whole.with("objectives", std::move(objectives));
    }
    whole = withScope(std::move(whole), scopeOf(sampled));
    if (sampled.unmodelled) {
        whole = whole.with("unmodelled", *sampled.unmodelled);
    }
    return sampled.evidence ? whole.with("evidence", *sampled.evidence) : whole;
}

void writeSampleText(const Sampled& sampled, const TextStyle& style, std::ostream& out) {
    SampleWriter{sampled, style, out}.write();
    writeScopeText(scopeOf(sampled), style, out);
}

} // namespace cmksim::report
