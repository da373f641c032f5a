#include "schema/analysis_schema.hpp"

#include "analysis/at_rest.hpp"
#include "analysis/deadlines.hpp"
#include "analysis/objectives.hpp"
#include "model/reason.hpp"
#include "report/gate_view.hpp"
#include "report/retirement_report.hpp"
#include "schema/parts.hpp"
#include "schema/printed.hpp"

#include <algorithm>
#include <iterator>

namespace cmksim::schema {

namespace {

using namespace printed;

/// What hangs on the reading of documents that disagree.
JsonValue readings() {
    const JsonValue depending =
        record({{"subject", text()}, {"claim", text()}, {"under", list(JsonObject{{"type", "object"}})}});
    return record({{"names", list(text())},
                   {"combinations", line()},
                   {"complete", flag()},
                   {"lookedAt", text()},
                   {"depending", list(depending)}});
}

JsonValue extent() { return record({{"min", count()}, {"max", count()}}); }

JsonValue length() { return record({{"min", count()}, {"max", count()}, {"mean", nullOr(SchemaParts::ref("ratio"))}}); }

JsonValue atRest() {
    return record({{"resource", text()},
                   {"standing", oneOf(standingNames)},
                   {"state", text()},
                   {"reason", oneOf(reasonNames)},
                   {"denied", list(text())},
                   {"returns", flag()},
                   {"missing", list(text())}},
                  {{"atRiskUntil", count()}});
}

JsonValue because() {
    return record({{"t", count()}, {"cause", text()}},
                  {{"atOtherPhases", list(record({{"t", count()}, {"cause", text()}}))},
                   {"timing", text()},
                   {"within", count()},
                   {"sources", list(text())},
                   {"assumed", text()},
                   {"before", list(record({{"timing", text()}, {"within", count()}},
                                          {{"sources", list(text())}, {"assumed", text()}}))}});
}

JsonValue outage() {
    return record({{"probability", nullOr(SchemaParts::ref("ratio"))}, // null: too many pairs of phases to count
                   {"start", extent()},
                   {"end", extent()},
                   {"length", SchemaParts::ref("length")},
                   {"over", flag()},
                   {"reason", oneOf(reasonNames)},
                   {"latent", SchemaParts::ref("length")},
                   {"startBecause", SchemaParts::ref("because")}},
                  {{"endBecause", SchemaParts::ref("because")},
                   {"reasons", list(record({{"reason", oneOf(reasonNames)}, {"start", extent()}}))},
                   {"byPhases", record({{"start", extent()}, {"end", extent()}, {"length", extent()}})}});
}

JsonValue impairment() {
    // Of a condition or of a state.
    return record({{"denied", list(text())},
                   {"rotationBlocked", flag()},
                   {"always", flag()},
                   {"start", extent()},
                   {"end", extent()},
                   {"over", flag()}},
                  {{"condition", text()}, {"state", text()}});
}

/// What a resource loses by staying in a state, with what an analysis tells of it.
JsonValue stateLoss(JsonObject more) {
    JsonObject fields{{"what", text()}, {"state", text()}, {"forGood", flag()}};
    std::ranges::move(more, std::back_inserter(fields));
    return record(std::move(fields));
}

/// What became of one thing that an objective asks for.
JsonValue objective() {
    return record({{"name", text()},
                   {"journey", flag()},
                   {"objective", oneOf(objectiveKindNames)},
                   {"asked", text()},
                   {"holds", oneOf(heldNames)},
                   {"probability", nullOr(SchemaParts::ref("ratio"))}},
                  {{"worst", count()},
                   {"worstIsOpen", flag()},
                   {"phases", list(record({{"first", count()}, {"last", count()}}))},
                   {"why", text()}});
}

} // namespace

namespace {

/// What bounds prints of a story whose timeline leaves an instant open: its fields that are always there.
JsonObject openBounds() {
    const JsonValue atInstant = record({{"value", count()}, {"at", count()}});
    const auto stretch = [](JsonObject more) {
        JsonObject fields{{"from", count()}, {"to", count()}};
        std::ranges::move(more, std::back_inserter(fields));
        return record(std::move(fields));
    };
    const JsonValue stretches = list(stretch({{"holds", oneOf(heldNames)}}));
    const JsonValue resource = record({{"name", text()},
                                       {"shortest", atInstant},
                                       {"longest", atInstant},
                                       {"longestOutage", atInstant},
                                       {"down", nullOr(stretch({}))},
                                       {"mayGoOn", flag()},
                                       {"dataLost", list(stretch({}))},
                                       {"mayBeImpaired", flag()},
                                       {"mayFail", flag()}});
    const JsonValue expectation = record({{"line", line()},
                                          {"t", count()}, // with the first instant, where it moves
                                          {"moves", flag()},
                                          {"subject", text()},
                                          {"expected", text()},
                                          {"stretches", stretches}});
    const JsonValue objective = record(
        {{"name", text()}, {"objective", oneOf(objectiveKindNames)}, {"asked", text()}, {"stretches", stretches}});
    const JsonValue entry = record({{"line", line()}, {"what", text()}, {"after", count()}});
    return {{"scenario", text()},
            {"file", text()},
            {"end", count()},
            {"openInstant", record({{"line", line()}, {"from", count()}, {"to", count()}, {"entries", list(entry)}})},
            {"resources", list(resource)},
            {"expectations", list(expectation)},
            {"objectives", list(objective)},
            {"exact", flag()},
            {"timing", oneOf(openTimingsNames)},
            {"searched", text()},
            {"complete", flag()},
            {"notSearched", list(text())}};
}

} // namespace

JsonValue boundsSchema() {
    const JsonValue resource = record({{"name", text()},
                                       {"downtime", SchemaParts::ref("length")},
                                       {"outages", list(outage())},
                                       {"open", flag()},
                                       {"period", line()},
                                       {"dataLost", nullOr(SchemaParts::ref("ratio"))},
                                       {"mayLoseData", flag()},
                                       {"exact", flag()}},
                                      {{"impairments", list(impairment())},
                                       {"losses", list(stateLoss({{"always", flag()}, {"at", extent()}}))},
                                       {"failed", list(record({{"from", count()}, {"to", count()}}))},
                                       {"alwaysFailed", flag()},
                                       {"downtimeByPhases", extent()}});
    const JsonValue deadline = record({{"t", count()},
                                       {"fact", oneOf(deadlineNames)},
                                       {"target", text()},
                                       {"loses", list(text())},
                                       {"averted", nullOr(count())}},
                                      {{"range", list(count())}, // where `t` is one of many
                                       {"notKnown", list(text())}});
    const JsonValue expectation =
        record({{"line", line()},
                {"t", count()},
                {"subject", text()},
                {"expected", text()},
                {"probability", nullOr(SchemaParts::ref("ratio"))}, // null: phases decide that are not counted
                {"always", flag()}},
               {{"resource", text()},
                {"holds", list(record({{"first", count()}, {"last", count()}}))},
                {"byRotations", flag()}}); // only ever true
    const JsonValue retirement = record({{"version", text()},
                                         {"verdict", oneOf(retirementVerdictNames)},
                                         {"from", nullOr(count())},
                                         {"lookedUntil", count()},
                                         {"needing", list(text())},
                                         {"unmodelled", list(text())},
                                         {"disabledByStory", nullOr(count())}},
                                        {{"mayBeLater", flag()}});
    const JsonValue open = record(openBounds(), {{"unmodelled", unmodelled()},
                                                 {"evidence", evidence()},
                                                 {"readings", readings()},
                                                 {"notDocumented", list(text())}});
    const JsonValue closed = record({{"scenario", text()},
                                     {"file", text()},
                                     {"end", count()},
                                     {"resources", list(resource)},
                                     {"deadlines", list(deadline)},
                                     {"expectations", list(expectation)},
                                     {"worlds", line()},
                                     {"exact", flag()},
                                     {"timing", oneOf(openTimingsNames)},
                                     {"complete", flag()},
                                     {"notSearched", list(text())}},
                                    {{"unmodelled", unmodelled()},
                                     {"evidence", evidence()},
                                     {"readings", readings()},
                                     {"retire", retirement},
                                     {"notDocumented", list(text())},
                                     {"objectives", list(objective())}});
    return document(
        "A line of what cmksim bounds --format json prints",
        JsonObject{{"if", JsonObject{{"required", JsonArray{"openInstant"}}}}, {"then", open}, {"else", closed}},
        {{"ratio", ratio()}, {"length", length()}, {"because", because()}});
}

JsonValue sampleSchema() {
    const JsonValue number = JsonObject{{"type", "number"}};
    const JsonValue share = JsonObject{{"type", "number"}, {"minimum", 0}, {"maximum", 1}};
    const auto pair = [](const JsonValue& of) {
        return JsonObject{{"type", "array"}, {"prefixItems", JsonArray{of, of}}, {"items", false}, {"minItems", 2}};
    };
    const JsonValue resource =
        record({{"name", text()},
                {"outage", SchemaParts::ref("chance")},
                {"downtime", SchemaParts::ref("distribution")},
                {"firstSymptom", nullOr(SchemaParts::ref("distribution"))},
                {"lastSymptom", nullOr(SchemaParts::ref("distribution"))},
                {"dataLost", SchemaParts::ref("chance")},
                {"unexpected", SchemaParts::ref("chance")}},
               {{"impaired", SchemaParts::ref("chance")}, {"impairedFor", SchemaParts::ref("distribution")}});
    return document("A line of what cmksim sample --format json prints",
                    record({{"scenario", text()},
                            {"trials", count()},
                            {"seed", count()},
                            {"converged", flag()},
                            {"interrupted", flag()},
                            {"outage", SchemaParts::ref("chance")},
                            {"dataLost", SchemaParts::ref("chance")},
                            {"resources", list(resource)}},
                           {{"evidence", evidence()},
                            {"impaired", SchemaParts::ref("chance")},
                            {"searched", text()},
                            {"complete", flag()},
                            {"notSearched", list(text())},
                            {"notDocumented", list(text())},
                            {"unmodelled", unmodelled()},
                            {"objectives", list(record({{"name", text()},
                                                        {"asked", text()},
                                                        {"broken", SchemaParts::ref("chance")},
                                                        {"notKnown", SchemaParts::ref("chance")}}))}}),
                    {{"chance", record({{"probability", share}, {"interval", pair(share)}})},
                     {"distribution", record({{"min", count()},
                                              {"median", count()},
                                              {"p90", count()},
                                              {"p99", count()},
                                              {"max", count()},
                                              {"mean", number},
                                              {"interval", pair(number)},
                                              {"resolution", line()}})}});
}

JsonValue planSchema() {
    const JsonValue step = record({{"at", count()},
                                   {"action", text()},
                                   {"target", text()},
                                   {"with", JsonObject{{"type", "object"}}},
                                   {"az", text()},
                                   {"why", text()},
                                   {"wait", extent()},
                                   {"sources", list(text())}},
                                  {{"role", text()}, {"needs", list(text())}, {"averts", count()}});
    const JsonValue other =
        record({{"steps", list(SchemaParts::ref("step"))}, {"ready", extent()}, {"verified", flag()}});
    const JsonValue loss =
        record({{"resource", text()}, {"because", text()}, {"until", nullOr(count())}}, {{"atRiskUntil", count()}});
    const JsonValue risk = record({{"resource", text()}, {"because", text()}, {"until", count()}});
    const JsonValue ailment = record({{"resource", text()},
                                      {"state", text()},
                                      {"down", flag()},
                                      {"reason", text()},
                                      {"denied", list(text())},
                                      {"rotationBlocked", flag()}},
                                     {{"atRiskUntil", count()}});
    return document("A line of what cmksim plan --format json prints",
                    record({{"possible", flag()},
                            {"at", count()},
                            {"steps", list(SchemaParts::ref("step"))},
                            {"ready", nullOr(extent())},
                            {"verified", flag()}},
                           {{"searched", text()},
                            {"complete", flag()},
                            {"notSearched", list(text())},
                            {"notDocumented", list(text())},
                            {"timing", oneOf(openTimingsNames)},
                            {"lost", list(loss)},
                            {"losses", list(stateLoss({{"resource", text()}, {"came", flag()}, {"at", extent()}}))},
                            {"inDoubt", other},
                            {"atRisk", list(risk)},
                            {"impaired", list(ailment)},
                            {"alternatives", list(other)},
                            {"unmodelled", unmodelled()},
                            {"evidence", evidence()},
                            {"readings", readings()},
                            {"objectives", list(objective())}}),
                    {{"step", step}, {"ratio", ratio()}});
}

JsonValue blastSchema() {
    const JsonValue node = record(
        {{"node", text()},
         {"kind", text()},
         {"resources", list(text())},
         {"down", nullOr(extent())},
         {"downOf", list(record({{"resource", text()}, {"from", extent()}}))},
         {"recoverable", flag()},
         {"until", nullOr(count())},
         {"loss", text()},
         {"recovery", list(text())},
         {"ready", nullOr(extent())},
         {"users", list(record({{"resource", text()}, {"atRest", oneOf(standingNames)}}, {{"attached", flag()}}))},
         {"impaired",
          list(record(
              {{"resource", text()}, {"denied", list(text())}, {"rotationBlocked", flag()}, {"from", extent()}}))}},
        {{"unmodelled", list(text())},
         {"stepsUntil", count()},
         {"exact", flag()},
         {"losses", list(stateLoss({{"resource", text()}, {"from", extent()}}))}});
    const JsonValue pair =
        record({{"nodes", list(text())}, {"losses", list(text())}, {"resources", list(text())}, {"down", extent()}});
    const JsonValue missed = record({{"node", text()}, {"loss", text()}, {"missed", list(objective())}});
    return document("A line of what cmksim blast --format json prints",
                    record({{"nodes", list(node)},
                            {"atRest", list(atRest())},
                            {"searched", text()},
                            {"complete", flag()},
                            {"notSearched", list(text())}},
                           {{"pairs", list(pair)},
                            {"unmodelled", unmodelled()},
                            {"evidence", evidence()},
                            {"readings", readings()},
                            {"notDocumented", list(text())},
                            {"objectives", list(missed)}}),
                    {{"ratio", ratio()}});
}

JsonValue drillSchema() {
    const JsonValue move = record({{"t", count()},
                                   {"line", text()},
                                   {"result", oneOf(std::array{"done", "wrong", "refused", "quit", "hint"})},
                                   {"actions", list(text())},
                                   {"irreversible", flag()}});
    const JsonValue broken = record({{"rule", text()}, {"by", text()}, {"t", count()}});
    const JsonValue resource =
        record({{"name", text()}, {"whole", flag()}, {"downtime", count()}, {"unrepaired", count()}});
    return document("What cmksim drill --format json prints",
                    record({{"scenario", text()},
                            {"file", text()},
                            {"passed", flag()},
                            {"points", JsonObject{{"type", "integer"}, {"minimum", 0}, {"maximum", 100}}},
                            {"recovered", flag()},
                            {"began", count()},
                            {"ended", count()},
                            {"judged", count()},
                            {"repaired", nullOr(count())},
                            {"downtime", count()},
                            {"best", count()},
                            {"unrepaired", count()},
                            {"bestUnrepaired", count()},
                            {"hints", count()},
                            {"wrong", count()},
                            {"irreversible", count()},
                            {"leftBehind", list(text())},
                            {"missed", list(text())},
                            {"broken", list(broken)},
                            {"resources", list(resource)},
                            {"moves", list(move)}},
                           {{"player", text()}}),
                    {});
}

JsonValue exploreSchema() {
    const JsonValue step = record({{"t", count()},
                                   {"by", text()},
                                   {"action", text()},
                                   {"target", text()},
                                   {"with", JsonObject{{"type", "object"}}},
                                   {"az", text()}});
    const JsonValue violation = record({{"invariant", text()},
                                        {"phases", JsonObject{{"type", "object"}}},
                                        {"recoveryPhases", JsonObject{{"type", "object"}}},
                                        {"rotationPhases", JsonObject{{"type", "object"}}},
                                        {"steps", list(step)},
                                        {"resource", text()},
                                        {"t", count()},
                                        {"sources", list(text())},
                                        {"timings", list(record({{"what", text()}, {"seconds", count()}}))}});
    return document("A line of what cmksim explore --format json prints",
                    record({{"faults", line()},
                            {"states", line()},
                            {"complete", flag()},
                            {"phaseSets", line()},
                            {"everyPhase", flag()},
                            {"violations", list(violation)},
                            {"within", count()},
                            {"atRest", list(atRest())},
                            {"searched", text()},
                            {"notSearched", list(text())}},
                           {{"undecided", list(text())},
                            {"lossesNotLookedAt", list(text())},
                            {"unmodelled", unmodelled()},
                            {"evidence", evidence()},
                            {"readings", readings()},
                            {"notDocumented", list(text())}}),
                    {});
}

JsonValue diagnoseSchema() {
    const JsonValue step = record({{"action", text()},
                                   {"target", text()},
                                   {"with", JsonObject{{"type", "object"}}},
                                   {"az", text()},
                                   {"earliest", count()},
                                   {"latest", count()}});
    const JsonValue sighting = record({{"subject", text()}, {"looksLike", text()}});
    const JsonValue cause = record({{"steps", list(step)},
                                    {"lookAt", list(sighting)},
                                    {"alsoDown", list(text())},
                                    {"alsoImpaired", list(text())}});
    const JsonValue grant = record({{"resource", text()}, {"missing", list(text())}, {"countsBy", nullOr(count())}});
    return document("A line of what cmksim diagnose --format json prints",
                    record({{"scenario", text()},
                            {"file", text()},
                            {"causes", list(cause)},
                            {"grants", list(grant)},
                            {"searched", text()},
                            {"complete", flag()},
                            {"notSearched", list(text())}},
                           {{"unmodelled", unmodelled()}, {"evidence", evidence()}, {"notDocumented", list(text())}}),
                    {});
}

JsonValue lintSchema() {
    const JsonValue finding = record({{"rule", text()},
                                      {"level", text()},
                                      {"subject", text()},
                                      {"line", nullOr(line())},
                                      {"message", text()},
                                      {"why", text()},
                                      {"mend", text()},
                                      {"source", text()}},
                                     {{"harmed", list(text())}, {"asIs", list(text())}, {"mended", list(text())}});
    return document("A line of what cmksim lint --format json prints",
                    record({{"scenario", text()},
                            {"file", text()},
                            {"findings", list(finding)},
                            {"left", list(record({{"rule", text()}, {"subject", text()}, {"reason", text()}}))},
                            {"searched", text()},
                            {"complete", flag()},
                            {"notSearched", list(text())}},
                           {{"unmodelled", unmodelled()},
                            {"evidence", evidence()},
                            {"readings", readings()},
                            {"notDocumented", list(text())}}),
                    {});
}

JsonValue gateSchema() {
    const JsonObject place{{"address", text()}, {"line", line()}, {"column", line()}};
    const JsonValue step = record({{"step", line()},
                                   {"t", count()},
                                   {"action", text()},
                                   {"target", text()},
                                   {"with", JsonObject{{"type", "object"}}}},
                                  place);
    JsonObject more{{"new", flag()},
                    {"step", line()},
                    {"always", flag()},
                    {"start", extent()},
                    {"length", extent()},
                    {"exact", flag()},
                    {"reason", oneOf(reasonNames)},
                    {"undo", record({{"kind", oneOf(gate::undoNames)}}, {{"until", count()}, {"stepsUntil", count()}})},
                    {"losses", list(stateLoss({{"start", extent()}}))},
                    {"allowed", record({{"reason", text()}, {"until", text()}})},
                    {"allowanceEnded", text()}};
    more.insert(more.end(), place.begin(), place.end());
    const JsonValue finding = record({{"id", text()},
                                      {"kind", text()},
                                      {"level", oneOf(gateLevelNames)},
                                      {"subject", text()},
                                      {"message", text()},
                                      {"counts", flag()}},
                                     more);
    const JsonValue order =
        record({{"tried", count()}, {"all", flag()}, {"keep", list(text())}},
               {{"better", list(line())}, {"pause", count()}, {"left", count()}, {"hints", list(text())}});
    return document("What cmksim gate --format json prints",
                    record({{"gate", text()},
                            {"kind", text()},
                            {"verdict", oneOf(gateVerdictNames)},
                            {"start", timestamp()},
                            {"exact", flag()},
                            {"steps", list(step)},
                            {"findings", list(finding)},
                            {"undo", list(record({{"at", count()}, {"az", text()}}))},
                            {"order", order},
                            {"searched", text()},
                            {"complete", flag()},
                            {"notSearched", list(text())}},
                           {{"estate", text()}, {"rto", count()}, {"evidence", evidence()}}),
                    {});
}

} // namespace cmksim::schema
