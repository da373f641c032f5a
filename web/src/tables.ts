// The same in words: downtime, points of no return, and every event.
import {button, make} from "./dom.js";
import {list} from "./gist.js";
import {worseFirst, type Harm} from "./harm.js";
import type {Deadline, ResourceRow, Story} from "./story.js";
import {calendar, length, sinceStart} from "./time.js";

const firstRows = 10; // of those that were down; the rest is folded

function table(caption: string, head: string[], rows: Node[]): HTMLElement {
    return make("div", {class: "sideways"}, make("table", {}, caption !== "" && make("caption", {}, caption),
        make("thead", {}, make("tr", {}, ...head.map(text => make("th", {scope: "col"}, text)))),
        make("tbody", {}, ...rows)));
}

const row = (name: string, ...cells: string[]): HTMLElement =>
    make("tr", {}, make("th", {scope: "row"}, name), ...cells.map(cell => make("td", {}, cell)));

/** `KeyDisabled` as words that a line can end between. */
const breakable = (text: string): Node[] =>
    text.split(/(?<=[a-z])(?=[A-Z])/).flatMap(part => [make("wbr"), document.createTextNode(part)]).slice(1);

const heads = ["resource", "down here", "at any timing", "outages", "in the end", "service"];

function downtimeRow(story: Story, {lane, row: one, downtime, down}: Harm & {row: ResourceRow}): HTMLElement {
    const bounds = one.least === undefined || one.most === undefined ? "–"
        : one.least === one.most ? length(one.least) : `${length(one.least)} to ${length(one.most)}`;
    const end = one.state + (one.reason === "None" ? "" : `: ${one.reason}`) + (one.recoverable ? "" : ", data lost");
    // Where a table is narrow, the service stands below the name, and has no column.
    return make("tr", {}, make("th", {scope: "row", "data-below": one.service}, story.subjects[lane]!.name),
        ...[length(downtime) + (one.fleet ? " at most" : ""), bounds, one.fleet ? `${one.fleet.members} members` : String(down.length)]
            .map(cell => make("td", {}, cell)), make("td", {}, ...breakable(end)), make("td", {}, one.service));
}

/** Of each resource that anything happened to, the worst first. */
export function downtimeTable(story: Story, harms: Harm[]): HTMLElement {
    const known = harms.filter((harm): harm is Harm & {row: ResourceRow} => harm.row !== undefined).sort(worseFirst);
    const small = known.length <= firstRows;
    const told = known.filter(harm => small || (harm.kind !== "healthy" && harm.kind !== "touched"));
    const rest = told.slice(firstRows);
    const well = known.length - told.length;
    return make("div", {class: "downtimes"},
        table(story.complete ? "Downtime" : `Downtime (at any timing: of ${story.worlds} courses that were looked at)`, heads,
            told.slice(0, firstRows).map(harm => downtimeRow(story, harm))),
        rest.length > 0 && folded(`${rest.length} more that were down, impaired, or would be at other timings`,
            () => table("", heads, rest.map(harm => downtimeRow(story, harm)))),
        well > 0 && make("p", {class: "quiet"}, `${well} more ${well === 1 ? "was" : "were"} up all the time, at any timing that was looked at.`));
}

/** What is made only when it is looked at. */
function folded(summary: string, content: () => Node): HTMLElement {
    const details = make("details", {}, make("summary", {}, summary));
    details.addEventListener("toggle", () => details.append(content()), {once: true});
    return details;
}

/** How downtime is spread over the members of each fleet. */
export function spreadTable(story: Story): HTMLElement | null {
    const fleets = story.resources.filter(one => one.fleet);
    return fleets.length === 0 ? null
        : table("Downtime over the members of a fleet", ["fleet", "members", "least", "half", "9 of 10", "99 of 100", "most"],
            fleets.map(one => row(story.subjects[one.lane]!.name, String(one.fleet!.members), length(one.fleet!.least),
                length(one.fleet!.median), length(one.fleet!.p90), length(one.fleet!.p99), length(one.fleet!.most))));
}

/** What each service of a story makes of a lost key, side by side. */
export function serviceTables(story: Story): HTMLElement | null {
    return story.services && folded("How these services differ", () => make("div", {class: "services"},
        ...story.services!.map(one => table(one.title, one.heads, one.rows.map(([first, ...cells]) => row(first!, ...cells))))));
}

const moments = ({from, to}: Deadline): string => from === to ? sinceStart(from) : `${sinceStart(from)} to ${sinceStart(to)}`;

/** One that may have come before is not averted at every timing. */
const averted = (deadline: Deadline, at: number): string =>
    sinceStart(at) + (at < deadline.from ? "" : ", where it has not come before");

export function objectiveTable(story: Story): HTMLElement | null {
    return story.objectives.length === 0 ? null
        : table("Objectives", ["of", "asks", "at any timing"], story.objectives.map(one => row(one.name, one.asked, one.text)));
}

export function deadlineTable(story: Story): HTMLElement | null {
    return story.deadlines.length === 0 ? null
        : table("Points of no return", ["what ends", "at", "by the calendar", "then lost", "averted"],
            story.deadlines.map(one => row(`${one.what} ${one.target}`, moments(one), calendar(story.start, one.from),
                (list(one.loses, 6) || "none that a model plays") + (one.notKnown ? `; not known of ${list(one.notKnown, 6)}` : ""), one.averted === null ? "no" : averted(one, one.averted))));
}

/** Every event, with a field that narrows them down. */
export function eventTable(story: Story, choose: (events: number[]) => void): HTMLElement {
    const rows = story.events.map((event, index) => make("tr", {class: `${event.tone} ${event.kind}`},
        make("td", {}, button(sinceStart(event.t), `Choose the event at ${sinceStart(event.t)}`, () => choose([index]))),
        make("td", {}, event.lane === undefined ? "" : story.subjects[event.lane]!.name),
        make("td", {}, event.kind), make("td", {}, event.text)));
    const shown = table(`Events (${rows.length})`, ["when", "where", "kind", "what"], rows);
    shown.classList.add("events");
    shown.tabIndex = 0;
    const search = make("input", {type: "search", placeholder: "narrow down", "aria-label": "Narrow the events down"});
    search.addEventListener("input", () => {
        const wanted = search.value.toLowerCase();
        for (const one of rows) {
            one.hidden = !one.textContent!.toLowerCase().includes(wanted);
        }
    });
    return make("div", {}, search, shown);
}
