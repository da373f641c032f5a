// Above the lanes, and there however far they are scrolled: the axis, the slider that stands on it, and what was done,
// with its name where there is room.
import {axisTop} from "d3-axis";
import type {ScaleLinear} from "d3-scale";
import {button, cutToFit, make, middleCut, widthOf} from "./dom.js";
import {newSvg, shapeOf} from "./looks.js";
import type {Story} from "./story.js";
import {calendar, sinceStart, ticks} from "./time.js";

const axisHeight = 24;
const rowHeight = 17;
const mostRows = 4;
const mostRowsNarrow = 6; // where a row has room for one name
const narrow = 400;
const letterWidth = 6.4; // about, at the size of a label
const longestLabel = 34;
const shortestLabel = 8; // one that is cut to less says nothing
const font = "12px"; // as style.css has it
const beside = 13; // between the mark and its label, and behind it
const spotWidth = 4; // of marks that stand on so few pixels, one is drawn
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
    private readonly telling: Set<number>; // those that something changed its state after
    private readonly ending: Set<number>; // those that something was back after

    constructor(private readonly story: Story, private readonly choose: Chooser) {
        this.done = story.events.flatMap((event, index) => event.kind === "action" || event.kind === "fact" ? [index] : []);
        this.telling = new Set(story.events.flatMap(event => event.kind === "transition" && event.cause !== undefined
            ? [event.cause, ...event.otherCauses ?? []] : []));
        this.ending = new Set(story.events.flatMap(event => event.kind === "transition" && event.tone === "good" && event.cause !== undefined
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
    private rows(width: number): number {
        return Math.min(width < narrow ? mostRowsNarrow : mostRows, Math.max(1, this.done.length));
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

    /** Who has a name where there is not room for all: of each spot one before another of the same spot, what ended
        something and what something became unreachable after in turns, and then the rest. */
    private flags(x: ScaleLinear<number, number>, width: number): Flag[] {
        const spots = new Map<number, number>();
        const ends = this.done.filter(event => this.ending.has(event));
        const causes = this.done.filter(event => this.telling.has(event) && !this.ending.has(event));
        const ranks = new Map([...ends.map((event, place): [number, number] => [event, 2 * place]),
            ...causes.map((event, place): [number, number] => [event, 2 * place + 1])]);
        const rank = (event: number): number => ranks.get(event) ?? Infinity;
        const ordered = this.done.map(event => ({event, x: x(this.story.events[event]!.t)}))
            .filter(one => one.x >= 0 && one.x <= width)
            .sort((one, other) => rank(one.event) === rank(other.event) ? one.event - other.event : rank(one.event) - rank(other.event))
            .map(one => {
                const spot = Math.round(one.x / spotWidth);
                const before = spots.get(spot) ?? 0;
                spots.set(spot, before + 1);
                return {...one, before};
            }).sort((one, other) => one.before - other.before);
        const chosen = this.placed(ordered, width);
        // In the order of time they stand like steps, where all of them have room so as well.
        const steps = this.placed(chosen.filter(one => one.label !== "").sort((one, other) => one.event - other.event), width);
        const named = steps.every(one => one.label !== "") ? steps : chosen.filter(one => one.label !== "");
        const used = Math.max(0, ...named.map(one => one.row + 1));
        return [...named, ...chosen.filter(one => one.label === "").map(one => ({...one, row: used}))]; // below those that have a name
    }

    /** Each in the first row that has room for its name. */
    private placed(ordered: {event: number; x: number}[], width: number): Flag[] {
        const ends = Array.from({length: this.rows(width)}, () => [] as [number, number][]);
        return ordered.map(({event, x: at}) => {
            const none = {event, x: at, row: -1, label: "", before: false};
            if (ends.every(taken => taken.some(([one, other]) => one <= at && at <= other))) {
                return none;
            }
            const whole = middleCut(this.story.events[event]!.text, Math.min(longestLabel, Math.floor(width / letterWidth / 2)));
            const overEnd = at + beside + widthOf(whole, font) > width && at > width - at;
            for (const before of [overEnd, !overEnd]) {
                const text = cutToFit(whole, (before ? at : width - at) - beside, font);
                const room = widthOf(text, font) + beside;
                const [from, to] = before ? [at - room, at + 8] : [at - 8, at + room];
                const row = ends.findIndex(taken => taken.every(([one, other]) => to < one || from > other));
                if (row >= 0 && (text === whole || text.length >= shortestLabel)) {
                    ends[row]!.push([from, to]);
                    return {event, x: at, row, label: text, before};
                }
            }
            return none;
        });
    }

    private drawFlags(flags: Flag[], chosen: number[]): void {
        const named = flags.filter(flag => flag.label !== "");
        const mute = new Map(flags.filter(flag => flag.label === "").map(flag => [Math.round(flag.x / spotWidth), flag]));
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
