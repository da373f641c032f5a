// The same in words: downtime, points of no return, and every event.
import {button, make} from "./dom.js";
import type {ResourceRow, Story} from "./story.js";
import {calendar, length, sinceStart} from "./time.js";

function table(caption: string, head: string[], rows: Node[]): HTMLElement {
    return make("div", {class: "sideways"}, make("table", {}, make("caption", {}, caption),
        make("thead", {}, make("tr", {}, ...head.map(text => make("th", {scope: "col"}, text)))),
        make("tbody", {}, ...rows)));
}

const row = (name: string, ...cells: string[]): HTMLElement =>
    make("tr", {}, make("th", {scope: "row"}, name), ...cells.map(cell => make("td", {}, cell)));

export function downtimeTable(story: Story): HTMLElement {
    const bounds = (one: ResourceRow) => one.least === undefined || one.most === undefined ? "–"
        : one.least === one.most ? length(one.least) : `${length(one.least)} to ${length(one.most)}`;
    return table("Downtime", ["resource", "service", "in the end", "down here", "outages", "at any phase"],
        story.resources.map(one => row(story.subjects[one.lane]!.name, one.service,
            one.state + (one.reason === "None" ? "" : `: ${one.reason}`) + (one.recoverable ? "" : ", data lost"),
            length(one.downtime) + (one.members === undefined ? "" : ` at most, of ${one.members} members`),
            one.outages === null ? "–" : String(one.outages), bounds(one))));
}

export function deadlineTable(story: Story): HTMLElement | null {
    return story.deadlines.length === 0 ? null
        : table("Points of no return", ["what ends", "at", "by the calendar", "then lost", "averted"],
            story.deadlines.map(one => row(`${one.what} ${one.target}`, sinceStart(one.t), calendar(story.start, one.t),
                one.loses.join(", ") || "nothing", one.averted === null ? "no" : sinceStart(one.averted))));
}

/** Every event, with a field that narrows them down. */
export function eventTable(story: Story, choose: (events: number[]) => void): HTMLElement {
    const rows = story.events.map((event, index) => make("tr", {class: event.tone},
        make("td", {}, button(sinceStart(event.t), `Choose the event at ${sinceStart(event.t)}`, () => choose([index]))),
        make("td", {}, event.lane === undefined ? "" : story.subjects[event.lane]!.name),
        make("td", {}, event.kind), make("td", {}, event.text)));
    const shown = table(`Events (${rows.length})`, ["when", "where", "kind", "what"], rows);
    shown.classList.add("events");
    const search = make("input", {type: "search", placeholder: "narrow down", "aria-label": "Narrow the events down"});
    search.addEventListener("input", () => {
        const wanted = search.value.toLowerCase();
        for (const one of rows) {
            one.hidden = !one.textContent!.toLowerCase().includes(wanted);
        }
    });
    return make("div", {}, search, shown);
}
