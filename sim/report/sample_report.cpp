#include "report/sample_report.hpp"

#include "base/time.hpp"
#include "report/clock.hpp"
#include "report/scope.hpp"
#include "report/signs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace cmksim::report {

namespace {

JsonNumber decimal(double value, int digits) { return {fmt::format("{:.{}f}", value, digits)}; }

/// A number with a fraction of so many digits; two of them as an interval.
struct Decimals {
    double low;
    double high;
};

shape::Shape<double> decimalShape(JsonValue schema, int digits) {
    return {std::move(schema),
            [digits](double value, const shape::Free&) { return JsonValue{decimal(value, digits)}; }};
}

shape::Shape<Decimals> intervalShape(const JsonValue& of, int digits) {
    return {JsonObject{{"type", "array"}, {"prefixItems", JsonArray{of, of}}, {"items", false}, {"minItems", 2}},
            [digits](const Decimals& ends, const shape::Free&) {
                return JsonValue{JsonArray{decimal(ends.low, digits), decimal(ends.high, digits)}};
            }};
}

const shape::Record<Share>& chanceShape() {
    static const JsonValue share = JsonObject{{"type", "number"}, {"minimum", 0}, {"maximum", 1}};
    static const auto all = shape::Record<Share>{}
                                .field("probability", decimalShape(share, 6), &Share::value)
                                .field("interval", intervalShape(share, 6), [](const Share& one) {
                                    return Decimals{one.low, one.high};
                                });
    return all;
}

const shape::Record<Distribution>& distributionShape() {
    static const JsonValue number = JsonObject{{"type", "number"}};
    static const auto quantile = [](double share) {
        return [share](const Distribution& of) { return of.quantile(share); };
    };
    static const auto all = shape::Record<Distribution>{}
                                .field("min", &Distribution::min)
                                .field("median", quantile(0.5))
                                .field("p90", quantile(0.9))
                                .field("p99", quantile(0.99))
                                .field("max", &Distribution::max)
                                .field("mean", decimalShape(number, 3), &Distribution::mean)
                                .field("interval", intervalShape(number, 3),
                                       [](const Distribution& of) {
                                           return Decimals{of.mean() - of.meanError(), of.mean() + of.meanError()};
                                       })
                                .field("resolution", shape::line<Duration>(), &Distribution::binWidth);
    return all;
}

/// Something of a sample with what was counted of it.
template <class T, class Counts>
struct Counted {
    const T& what;
    const Counts& counts;
    std::uint64_t trials;
};
using CountedResource = Counted<std::string, ResourceTally>;
using CountedObjective = Counted<SampledObjective, ObjectiveTally>;

std::vector<CountedResource> countedResources(const Sampled& sampled) {
    std::vector<CountedResource> all;
    for (std::size_t i = 0; i < sampled.resources.size(); ++i) {
        const ResourceTally& counts = sampled.tally.resources[i];
        all.push_back({sampled.resources[i], counts, counts.downtime.count()});
    }
    return all;
}

std::vector<CountedObjective> countedObjectives(const Sampled& sampled) {
    std::vector<CountedObjective> all;
    for (std::size_t i = 0; i < sampled.objectives.size(); ++i) {
        all.push_back({sampled.objectives[i], sampled.tally.objectives[i], sampled.tally.trials});
    }
    return all;
}

const shape::Record<Sampled>& sampleShape() {
    using shape::list;
    using shape::Record;
    static const auto chance = chanceShape().as("chance");
    static const auto distribution = distributionShape().as("distribution");
    const auto share = [](std::uint64_t Tally::*part) {
        return [part](const Sampled& of) { return shareOf(of.tally.*part, of.tally.trials); };
    };
    const auto shareOfOne = [](std::uint64_t ResourceTally::*part) {
        return [part](const CountedResource& of) { return shareOf(of.counts.*part, of.trials); };
    };
    const auto lengths = [](Distribution ResourceTally::*of) {
        return [of](const CountedResource& one) {
            const Distribution& values = one.counts.*of;
            return values.count() > 0 ? &values : nullptr;
        };
    };
    static const auto resource =
        Record<CountedResource>{}
            .field("name", [](const CountedResource& one) { return one.what; })
            .field("outage", chance,
                   [](const CountedResource& one) { return shareOf(one.counts.firstSymptom.count(), one.trials); })
            .field("downtime", shape::orNull(distribution), lengths(&ResourceTally::downtime))
            .field("firstSymptom", shape::orNull(distribution), lengths(&ResourceTally::firstSymptom))
            .field("lastSymptom", shape::orNull(distribution), lengths(&ResourceTally::lastSymptom))
            .field("impaired", chance, shareOfOne(&ResourceTally::impaired))
            .field("impairedFor", shape::orNull(distribution), lengths(&ResourceTally::impairedFor))
            .field("dataLost", chance, shareOfOne(&ResourceTally::losses))
            .field("unexpected", chance, shareOfOne(&ResourceTally::unexpected));
    static const auto objective =
        Record<CountedObjective>{}
            .field("name", [](const CountedObjective& one) { return one.what.name; })
            .field("asked", [](const CountedObjective& one) { return one.what.asked; })
            .field("broken", chance, [](const CountedObjective& one) { return shareOf(one.counts.broken, one.trials); })
            .field("notKnown", chance,
                   [](const CountedObjective& one) { return shareOf(one.counts.open, one.trials); });
    static const auto all = Record<Sampled>{}
                                .field("scenario", &Sampled::scenario)
                                .field("trials", [](const Sampled& of) { return of.tally.trials; })
                                .field("seed", &Sampled::seed)
                                .field("converged", &Sampled::converged)
                                .field("interrupted", &Sampled::interrupted)
                                .field("outage", chance, share(&Tally::outages))
                                .field("impaired", chance, share(&Tally::impaired))
                                .field("dataLost", chance, share(&Tally::losses))
                                .field("resources", list(resource), countedResources)
                                .unlessEmpty("objectives", list(objective), countedObjectives);
    return all;
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

shape::Properties sampleProperties() { return sampleShape().properties(); }

shape::Properties sampleDefinitions() {
    return {{"chance", chanceShape().schema()}, {"distribution", distributionShape().schema()}};
}

JsonValue sampleJson(const Sampled& sampled) {
    JsonValue whole = withScope(sampleShape().write(sampled), scopeOf(sampled));
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
