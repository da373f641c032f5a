// What a reader takes home from a story in ten seconds: a few sentences, and beside them the numbers.
import {make} from "./dom.js";
import {type Harm, type Span} from "./harm.js";
import type {Story} from "./story.js";
import {calendar, length, sinceStart} from "./time.js";

const plural = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;

/** `a, b and c`; `a, b, c and 7 more`. */
export function list(names: string[], most = 3): string {
    const shown = names.length > most + 1 ? names.slice(0, most) : names;
    const rest = names.length - shown.length;
    const parts = rest > 0 ? [...shown, `${rest} more`] : shown;
    return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}

const fewNames = 3; // of so many the first sentence has them; of more how many there are

interface View {
    story: Story;
    resources: Harm[]; // that a model plays
    down: Harm[];
    name(harm: Harm): string;
}

function viewOf(story: Story, harms: Harm[]): View {
    const resources = harms.filter(harm => harm.row !== undefined);
    const name = (harm: Harm): string => story.subjects[harm.lane]!.name;
    const down = resources.filter(harm => harm.down.length > 0)
        .sort((one, other) => other.downtime - one.downtime || one.lane - other.lane);
    return {story, resources, down, name};
}

/** The action or fact behind a turn; what turned it by itself is an action, too. */
function behind(story: Story, turn: number | null): number | undefined {
    if (turn === null) {
        return undefined;
    }
    const event = story.events[turn]!;
    return event.kind === "action" || event.kind === "fact" ? turn : event.cause;
}

/** Of several turns the events behind them, each once, in order of time. */
function causes(story: Story, turns: (number | null)[]): string[] {
    const found = new Set(turns.map(turn => behind(story, turn)).filter((one): one is number => one !== undefined));
    return [...found].sort((one, other) => one - other)
        .map(index => `${story.events[index]!.text} at ${sinceStart(story.events[index]!.t)}`);
}

function spansInWords(spans: Span[], end: number): string {
    const part = (span: Span): string => `from ${sinceStart(span.from)} to ` +
        (span.up === null && span.to === end ? `the end (${sinceStart(end)})` : sinceStart(span.to));
    return spans.length <= 2 ? list(spans.map(part), 2)
        : `${spans.length} times between ${sinceStart(spans[0]!.from)} and ${sinceStart(spans[spans.length - 1]!.to)}`;
}

/** `for 4h in all, and whatever the phase for at most 5h`. */
function forHowLong(view: View): string {
    const {story, down} = view;
    const here = Math.max(...down.map(harm => harm.downtime));
    const most = mostOf(view);
    const each = down.length > 1 || down[0]!.row!.fleet ? "each for at most " : "for ";
    const spans = down.some(harm => harm.down.length > 1) ? " in all" : "";
    return each + length(here) + spans + (most === undefined || most <= here ? ""
        : story.complete ? ` here, and at any timing for at most ${length(most)}`
                      : ` here, and up to ${length(most)} in ${story.worlds} courses that were looked at`);
}

function mostOf(view: View): number | undefined {
    const known = view.resources.map(harm => harm.row!.most).filter((one): one is number => one !== undefined);
    return known.length === 0 ? undefined : Math.max(...known);
}

function unreachable(view: View): string {
    const {story, down, resources, name} = view;
    if (down.length === 0) {
        const possible = resources.filter(harm => (harm.row!.most ?? 0) > 0);
        return story.clear.unreachable ?? (possible.length === 0 ? ""
            : `No resource became unreachable here; at other timings ${list(possible.map(name))} would be, for at most ` +
                `${length(mostOf(view)!)}.`);
    }
    const first = down.reduce((earliest, harm) => harm.down[0]!.from < earliest.down[0]!.from ? harm : earliest);
    const from = causes(story, down.flatMap(harm => harm.down.map(span => span.down)));
    const after = from.length === 0 ? "" : `, after ${list(from, 1)}`;
    if (down.length === 1) {
        const fleet = first.row!.fleet;
        const who = fleet ? `Up to ${Math.max(...fleet.down.map(one => one[1]))} of the ${fleet.members} members of ` +
            `${name(first)} were` : `${name(first)} was`;
        return `${who} unreachable ${spansInWords(first.down, story.end)}, ${forHowLong(view)}${after}.`;
    }
    const until = Math.max(...down.map(harm => harm.down[harm.down.length - 1]!.to));
    const who = down.length <= fewNames ? list(down.map(name), fewNames) : `${down.length} of ${resources.length} resources`;
    return `${who} were unreachable between ${sinceStart(first.down[0]!.from)} and ` +
        `${until === story.end ? `the end (${sinceStart(until)})` : sinceStart(until)}, ${forHowLong(view)}${after}.`;
}

/** Those that take data with them and lie ahead when the story ends. */
const openDeadlines = (story: Story) =>
    story.deadlines.filter(one => one.what === "RetentionElapsed" && one.averted === null && one.loses.length > 0 && one.t > story.end);

/** Which those are that the first sentence only counts. */
function longest({down, name}: View): string {
    return down.length <= fewNames ? "" : `Among those that were down the longest: ${list(down.slice(0, fewNames).map(name))}.`;
}

function data(view: View): string {
    const {story, resources, name} = view;
    const lost = resources.filter(harm => harm.kind === "lost");
    if (lost.length > 0) {
        const since = story.events.find(event => event.kind === "data-lost");
        return `Data is lost for good: that of ${list(lost.map(name))}${since ? `, from ${sinceStart(since.t)} on` : ""}.`;
    }
    const open = openDeadlines(story);
    const risky = resources.filter(harm => harm.row!.lost !== undefined && harm.row!.lost !== "0");
    if (risky.length > 0) {
        return `Data survives here; at other timings that of ${list(risky.map(name))} is lost.`;
    }
    if (open.length > 0) {
        const first = open.reduce((one, other) => other.t < one.t ? other : one);
        const loses = [...new Set(open.flatMap(one => one.loses))];
        return `Data survives so far; unless it is repaired by ${sinceStart(first.t)}, that of ${list(loses)} is lost.`;
    }
    return story.clear.data ?? "";
}

function ended(view: View): string {
    const {story, down} = view;
    if (down.length === 0) {
        return "";
    }
    const still = down.filter(harm => harm.down[harm.down.length - 1]!.up === null);
    const by = causes(story, down.flatMap(harm => harm.down.map(span => span.up)));
    const over = by.length > 0 ? `${list(by, 1)} ended it` : still.length === down.length ? ""
        : "It ended; no event is told as what ended it";
    if (still.length === 0) {
        return `${over}.`;
    }
    const rest = still.length === down.length ? "nothing has ended it by the end of the story"
        : `${still.length > fewNames ? `${still.length} of them` : list(still.map(view.name), fewNames)} ${still.length === 1 ? "is" : "are"} unreachable to the end of the story`;
    return over === "" || still.length === down.length ? `${rest[0]!.toUpperCase()}${rest.slice(1)}.` : `${over}; ${rest}.`;
}

function impaired(view: View): string {
    const found = view.resources.filter(harm => harm.impaired > 0);
    if (found.length === 0) {
        const possible = view.resources.filter(harm => harm.row!.mayBeImpaired === true);
        return possible.length === 0 ? "" : `At other timings ${list(possible.map(view.name))} would be impaired.`;
    }
    const longest = found.reduce((one, other) => other.impaired > one.impaired ? other : one);
    return `${list(found.map(view.name))} ${found.length === 1 ? "was" : "were"} impaired, for ` +
        `${found.length === 1 ? "" : "at most "}${length(longest.impaired)}.`;
}

/** What is not as it should be before anything happens. */
function atRest(view: View): string {
    const told = view.story.atRest;
    return told.length === 0 ? "" : `Before anything happens, ${list(told.map(one =>
        `${view.story.subjects[one.lane]!.name} is ${one.text}`))}.`;
}

function unknown(view: View, harms: Harm[]): string {
    const found = harms.filter(harm => harm.kind === "unmodelled");
    return found.length === 0 ? ""
        : `What becomes of ${list(found.map(view.name))} is not known: no model plays ${found.length === 1 ? "it" : "them"}.`;
}

/** The sentences, the first one first. */
export function sentences(story: Story, harms: Harm[]): string[] {
    const view = viewOf(story, harms);
    return [unreachable(view), atRest(view), longest(view), data(view), ended(view), impaired(view), unknown(view, harms)].filter(one => one !== "");
}

/** `3 of 4 held`. */
export function verdict(story: Story): string {
    const expectations = story.events.filter(event => event.kind === "expectation");
    const held = expectations.filter(event => event.tone === "good").length;
    if (expectations.length === 0) {
        return story.passed ? "none stated" : "a refusal was not expected";
    }
    return `${held} of ${expectations.length} held` +
        (story.passed || held < expectations.length ? "" : "; a refusal was not expected");
}

/** What stands at a story's head. */
export function gist(story: Story, harms: Harm[]): HTMLElement {
    const view = viewOf(story, harms);
    const here = Math.max(0, ...view.down.map(harm => harm.downtime));
    const most = mostOf(view);
    const lost = view.resources.filter(harm => harm.kind === "lost").length;
    const members = view.resources.some(harm => harm.row!.fleet);
    const [first, ...rest] = sentences(story, harms);
    const number = (term: string, said: string, tone = "") => make("div", {class: tone}, make("dt", {}, term), make("dd", {}, said));
    return make("div", {class: "gist"},
        make("div", {class: "words"}, make("p", {class: "first"}, first!), ...rest.map(one => make("p", {}, one))),
        make("dl", {class: "numbers"},
            number(members || view.down.length > 1 ? "longest downtime" : "downtime", length(here), here > 0 ? "bad" : "good"),
            most !== undefined && most !== here
                ? number(story.complete ? "at most, any timing" : `the most of ${story.worlds} courses`, length(most)) : null,
            number("went down", `${view.down.length} of ${plural(view.resources.length, "resource")}`),
            number("data", lost > 0 ? `lost: ${lost}` : story.clear.data === undefined ? "survives so far"
                : harms.some(harm => harm.kind === "unmodelled") ? "survives, where a model plays it" : "survives",
                lost > 0 ? "bad" : story.clear.data !== undefined ? "good" : ""),
            number("expectations", verdict(story), story.passed ? "" : "bad")));
}

/** Those that did not hold, as they are stated; each leads to its instant. */
export function fellShort(story: Story, choose: (events: number[]) => void): HTMLElement | null {
    const failed = story.events.map((event, index) => ({event, index}))
        .filter(({event}) => event.kind === "expectation" && event.tone === "bad");
    if (failed.length === 0) {
        return null;
    }
    const rows = failed.slice(0, 200).map(({event, index}) => {
        const link = make("button", {type: "button"}, sinceStart(event.t));
        link.addEventListener("click", () => choose([index]));
        link.title = calendar(story.start, event.t);
        return make("li", {}, link, ` ${event.lane === undefined ? "" : `${story.subjects[event.lane]!.name}: `}${event.text}` +
            (event.line === undefined ? "" : `, line ${event.line}`));
    });
    return make("details", {class: "short", ...failed.length <= 5 ? {open: ""} : {}},
        make("summary", {}, `${plural(failed.length, "expectation")} did not hold`),
        make("ul", {}, ...rows, failed.length > 200 && make("li", {}, `and ${failed.length - 200} more`)));
}
