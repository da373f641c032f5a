// Above the lanes, and there however far they are scrolled: the axis, the slider that stands on it, and what was done,
// with its name where there is room.
import {axisTop} from "d3-axis";
import type {ScaleLinear} from "d3-scale";
import {button, make, middleCut} from "./dom.js";
import {newSvg, shapeOf} from "./looks.js";
import type {Story} from "./story.js";
import {calendar, sinceStart, ticks} from "./time.js";

const axisHeight = 24;
const rowHeight = 17;
const mostRows = 4;
const letterWidth = 6.4; // about, at the size of a label
const longestLabel = 34;
export const thumb = 16; // as style.css has it

export interface Chooser {
    time(t: number): void;
    events(events: number[]): void;
}

interface Flag {
    event: number;
    x: number;
    row: number;
    label: string; // empty where there is no room
    before: boolean; // the label stands before the mark
}

export class Head {
    readonly element: HTMLElement;
    readonly scrubber: HTMLInputElement;
    private readonly svg;
    private rowsUsed = 1; // it only grows: the lanes do not jump when a reader zooms
    private readonly done: number[]; // actions, and what came with time
    private readonly telling: Set<number>; // those that something became unreachable after

    constructor(private readonly story: Story, private readonly choose: Chooser) {
        this.done = story.events.flatMap((event, index) => event.kind === "action" || event.kind === "fact" ? [index] : []);
        this.telling = new Set(story.events.flatMap(event => event.kind === "transition" && event.cause !== undefined
            ? [event.cause, ...event.otherCauses ?? []] : []));
        this.svg = newSvg(`What was done: ${this.done.length} events on the axis of time`);
        this.svg.attr("class", "axis");
        for (const layer of ["ticks", "flags"]) {
            this.svg.append("g").attr("class", layer);
        }
        this.svg.on("click", event => {
            const at = (event.target as Element).closest("[data-event]")?.getAttribute("data-event");
            if (at) {
                this.choose.events([Number(at)]);
            }
        });
        this.scrubber = make("input", {type: "range", min: "0", max: String(story.end), step: "any", class: "scrubber",
            "aria-label": "Instant"});
        this.scrubber.addEventListener("input", () => choose.time(Math.round(Number(this.scrubber.value))));
        this.element = make("div", {class: "head"}, make("div", {class: "corner"}, "done"),
            make("div", {class: "over"}, this.scrubber, this.svg.node()!));
    }

    /** How high the labels of what was done stand at most. */
    private rows(): number {
        return Math.min(mostRows, Math.max(1, this.done.length));
    }

    draw(x: ScaleLinear<number, number>, width: number, now: number, chosen: number[]): void {
        const [from, to] = x.domain() as [number, number];
        const flags = this.flags(x, width);
        this.rowsUsed = Math.max(this.rowsUsed, ...flags.map(one => one.row + 1));
        const height = axisHeight + this.rowsUsed * rowHeight + 4;
        this.svg.attr("width", width).attr("height", height);
        // The middle of the thumb runs from one end of the axis to the other.
        const [left, right] = x.range() as [number, number];
        this.scrubber.style.left = `${left - thumb / 2}px`;
        this.scrubber.style.width = `${right - left + thumb}px`;
        this.scrubber.min = String(from);
        this.scrubber.max = String(to);
        this.scrubber.value = String(now);
        this.scrubber.setAttribute("aria-valuetext", `${sinceStart(now)}, ${calendar(this.story.start, now)}`);
        const values = ticks(Math.max(0, from), Math.min(this.story.end, to), Math.max(2, width / 90));
        const axis = axisTop<number | {valueOf(): number}>(x).tickValues(values).tickFormat(value => sinceStart(Number(value)));
        this.svg.select<SVGGElement>(".ticks").attr("transform", `translate(0,${axisHeight - 4})`).call(axis);
        this.drawFlags(flags, chosen);
    }

    /** The events that something came of have their names first. */
    private flags(x: ScaleLinear<number, number>, width: number): Flag[] {
        const ends = Array.from({length: this.rows()}, () => [] as [number, number][]);
        const inSight = this.done.map(event => ({event, x: x(this.story.events[event]!.t)}))
            .filter(one => one.x >= 0 && one.x <= width);
        const ordered = [...inSight.filter(one => this.telling.has(one.event)), ...inSight.filter(one => !this.telling.has(one.event))];
        const flags = ordered.map(({event, x: at}) => {
            const text = middleCut(this.story.events[event]!.text, Math.min(longestLabel, Math.floor(width / letterWidth / 2)));
            const room = text.length * letterWidth + 12;
            const before = at + room > width;
            const [from, to] = before ? [at - room, at + 8] : [at - 8, at + room];
            const row = ends.findIndex(taken => taken.every(([one, other]) => to < one || from > other));
            if (row < 0 || from < 0) {
                return {event, x: at, row: -1, label: "", before}; // below those that have one
            }
            ends[row]!.push([from, to]);
            return {event, x: at, row, label: text, before};
        });
        const named = flags.filter(one => one.label !== "");
        const used = Math.max(0, ...named.map(one => one.row + 1));
        return flags.map(one => one.label === "" ? {...one, row: used} : one);
    }

    private drawFlags(flags: Flag[], chosen: number[]): void {
        const named = flags.filter(flag => flag.label !== "");
        const mute = new Map(flags.filter(flag => flag.label === "").map(flag => [Math.round(flag.x / 4), flag]));
        const shown = [...mute.values(), ...named];
        const groups = this.svg.select(".flags").selectAll<SVGGElement, Flag>("g").data(shown, flag => flag.event).join(enter => {
            const group = enter.append("g");
            group.append("path");
            group.append("text").attr("dy", "4");
            group.append("title");
            return group;
        }).attr("data-event", flag => flag.event)
            .attr("transform", flag => `translate(${flag.x.toFixed(1)},${axisHeight + flag.row * rowHeight + rowHeight / 2})`);
        groups.select("path").attr("class", flag => {
            const event = this.story.events[flag.event]!;
            return `mark ${event.kind} ${event.tone}${chosen.includes(flag.event) ? " chosen" : ""}`;
        }).attr("d", flag => shapeOf(this.story.events[flag.event]!));
        groups.select("text").text(flag => flag.label).attr("x", flag => flag.before ? -10 : 10)
            .attr("text-anchor", flag => flag.before ? "end" : "start");
        groups.select("title").text(flag => `${sinceStart(this.story.events[flag.event]!.t)} ${this.story.events[flag.event]!.text}`);
    }
}

/** The buttons that move and zoom, by what they do. */
export function toolbar(actions: Record<"out" | "in" | "earlier" | "later" | "all" | "previous" | "next", () => void>,
                        ...more: Node[]): HTMLElement {
    return make("div", {class: "toolbar", role: "toolbar", "aria-label": "Timeline"},
        button("−", "Zoom out", actions.out), button("+", "Zoom in", actions.in),
        button("◀", "Earlier", actions.earlier), button("▶", "Later", actions.later),
        button("All", "Show the whole time", actions.all),
        button("↤ event", "Previous event", actions.previous), button("event ↦", "Next event", actions.next),
        ...more, make("span", {class: "hint"}, "drag to move, pinch or Ctrl and wheel to zoom"));
}
