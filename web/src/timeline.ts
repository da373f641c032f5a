// The lanes: how everything stood over time, what was done and what came of it. Only what is in sight is drawn, and of
// what falls on the same few pixels one mark, so that ten thousand events cost what a screen full of them does.
import {axisTop} from "d3-axis";
import {scaleLinear} from "d3-scale";
import {select, type Selection} from "d3-selection";
import {zoom, zoomIdentity, zoomTransform, type ZoomBehavior} from "d3-zoom";
import {button, make} from "./dom.js";
import {spellAt, type Spell, type Story, type StoryEvent, type Tone} from "./story.js";
import {sinceStart, ticks} from "./time.js";

const laneHeight = 30;
const axisHeight = 26;
const markRoom = 11; // pixels that a mark takes for itself
const mostLines = 300; // between causes and what came of them

const tones: Tone[] = ["good", "absent", "warning", "bad"];
const worse: Record<Tone, number> = {good: 0, absent: 1, warning: 2, bad: 3};
const barHeight: Record<Tone, number> = {good: 6, absent: 2, warning: 12, bad: 18};

/** Of several events on one spot, the first of these is drawn. */
const importance: StoryEvent["kind"][] =
    ["data-lost", "action", "fact", "transition", "condition", "key-rotated", "operation", "sight", "expectation"];

interface Lane {
    subject: number;
    row: number;
    events: number[];
}

interface Mark {
    x: number;
    y: number;
    event: number; // the one drawn
    events: number[];
}

export interface Chooser {
    time(t: number): void;
    events(events: number[]): void;
}

export class Timeline {
    readonly element: HTMLElement;
    private readonly svg: Selection<SVGSVGElement, unknown, null, undefined>;
    private readonly scroller: HTMLElement;
    private readonly labels: HTMLElement;
    private readonly zooming: ZoomBehavior<SVGSVGElement, unknown>;
    private readonly lanes: Lane[] = [];
    private readonly laneOf = new Map<number, Lane>();
    private readonly x = scaleLinear();
    private width = 0;
    private now = 0;
    private chosen: number[] = [];
    private pending = false;
    private whole = false; // every lane is drawn, in sight or not

    constructor(private readonly story: Story, private readonly choose: Chooser) {
        this.layOut();
        const id = `hatch-${Math.random().toString(36).slice(2)}`;
        this.svg = select(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
        this.svg.attr("role", "img").attr("aria-label",
            `Timeline with ${this.lanes.length} lanes and ${story.events.length} events; the table of events below ` +
            "says the same in words.");
        this.addHatch(id);
        for (const layer of ["ticks", "bands", "spells", "lines", "deadlines", "marks", "now"]) {
            this.svg.append("g").attr("class", layer);
        }
        this.svg.select(".bands").attr("data-hatch", `url(#${id})`);
        this.labels = make("div", {class: "labels", "aria-hidden": "true"});
        this.scroller = make("div", {class: "scroller"}, this.labels, this.svg.node()!);
        this.element = make("div", {class: "timeline", tabindex: "0", role: "group",
            "aria-label": "Timeline: left and right arrow go from event to event, plus and minus zoom, 0 shows it all"},
            this.toolbar(), this.scroller);
        this.zooming = zoom<SVGSVGElement, unknown>()
            .filter(event => event.type === "wheel" ? event.ctrlKey || event.metaKey || event.shiftKey
                                                    : !event.button)
            .on("zoom", () => this.draw());
        this.svg.call(this.zooming).on("dblclick.zoom", null).on("click", event => this.click(event))
            .on("pointermove", event => this.tell(event));
        this.scroller.addEventListener("scroll", () => this.draw(), {passive: true});
        this.element.addEventListener("keydown", event => this.key(event));
        new ResizeObserver(() => this.resize()).observe(this.scroller);
        window.addEventListener("beforeprint", () => this.drawWhole(true));
        window.addEventListener("afterprint", () => this.drawWhole(false));
    }

    /** Moves the line that says which instant the rest of the page speaks of. */
    setTime(t: number): void {
        this.now = t;
        this.draw();
    }

    highlight(events: number[]): void {
        this.chosen = events;
        this.draw();
    }

    private layOut(): void {
        const told = new Set([...this.story.events.map(event => event.lane), ...this.story.ties.flatMap(
            ([from, to]) => [from, to])]);
        this.story.subjects.forEach((subject, index) => {
            // An identity that nothing uses and nothing happens to is not worth a lane.
            if (subject.kind !== "grant" && (subject.kind !== "identity" || told.has(index))) {
                const lane = {subject: index, row: this.lanes.length, events: []};
                this.lanes.push(lane);
                this.laneOf.set(index, lane);
            }
        });
        this.story.events.forEach((event, index) => {
            if (event.lane !== undefined) {
                this.laneOf.get(event.lane)?.events.push(index);
            }
        });
    }

    private toolbar(): HTMLElement {
        const by = (factor: number) => () => this.zooming.scaleBy(this.svg, factor);
        const near = (side: number) => () => this.zooming.translateBy(this.svg, side * this.width / 4 /
            zoomTransform(this.svg.node()!).k, 0);
        return make("div", {class: "toolbar", role: "toolbar", "aria-label": "Timeline"},
            button("−", "Zoom out", by(0.5)), button("+", "Zoom in", by(2)),
            button("◀", "Earlier", near(1)), button("▶", "Later", near(-1)),
            button("All", "Show the whole time", () => this.zooming.transform(this.svg, zoomIdentity)),
            button("↤ event", "Previous event", () => this.step(-1)),
            button("event ↦", "Next event", () => this.step(1)),
            make("span", {class: "hint"}, "drag to move, pinch or Ctrl and wheel to zoom"));
    }

    private addHatch(id: string): void {
        const pattern = this.svg.append("defs").append("pattern").attr("id", id).attr("width", 6).attr("height", 6)
            .attr("patternUnits", "userSpaceOnUse").attr("patternTransform", "rotate(45)");
        pattern.append("rect").attr("width", 6).attr("height", 6).attr("class", "hatch-ground");
        pattern.append("line").attr("y2", 6).attr("class", "hatch-line");
    }

    private resize(): void {
        const width = this.svg.node()!.getBoundingClientRect().width;
        if (width === this.width || width === 0) {
            return;
        }
        this.width = width;
        this.x.domain([0, Math.max(1, this.story.end)]).range([8, width - 22]);
        this.svg.attr("height", axisHeight + this.lanes.length * laneHeight);
        this.zooming.scaleExtent([1, Math.max(1, this.story.end * 20 / width)])
            .translateExtent([[0, 0], [width, 1]]).extent([[0, 0], [width, 1]]);
        this.draw();
    }

    private draw(): void {
        if (!this.pending) {
            this.pending = true;
            requestAnimationFrame(() => this.drawNow());
        }
    }

    private drawWhole(whole: boolean): void {
        this.whole = whole;
        this.drawNow();
    }

    private drawNow(): void {
        this.pending = false;
        if (this.width === 0) {
            return;
        }
        const x = zoomTransform(this.svg.node()!).rescaleX(this.x);
        const lanes = this.lanesInSight();
        const marks = lanes.flatMap(lane => this.marksOf(lane, x));
        this.drawLabels(lanes);
        this.drawAxis(x);
        this.drawSpells(lanes, x);
        this.drawBands(lanes, x);
        this.drawDeadlines(x);
        this.drawLines(marks, x);
        this.drawMarks(marks);
        const at = x(this.now);
        this.svg.select(".now").selectAll("line").data([at]).join("line")
            .attr("x1", at).attr("x2", at).attr("y1", axisHeight - 6).attr("y2", "100%");
    }

    private lanesInSight(): Lane[] {
        if (this.whole) {
            return this.lanes;
        }
        const top = this.scroller.scrollTop;
        const first = Math.max(0, Math.floor((top - axisHeight) / laneHeight));
        return this.lanes.slice(first, first + Math.ceil(this.scroller.clientHeight / laneHeight) + 2);
    }

    private y(lane: Lane): number {
        return axisHeight + lane.row * laneHeight;
    }

    private drawLabels(lanes: Lane[]): void {
        this.labels.style.height = `${axisHeight + this.lanes.length * laneHeight}px`;
        select(this.labels).selectAll<HTMLElement, Lane>("div").data(lanes, lane => lane.subject).join("div")
            .attr("class", lane => `label ${this.story.subjects[lane.subject]!.kind}`)
            .attr("title", lane => this.story.subjects[lane.subject]!.name)
            .style("top", lane => `${this.y(lane)}px`)
            .text(lane => this.story.subjects[lane.subject]!.name);
    }

    private drawAxis(x: typeof this.x): void {
        const [from, to] = x.domain() as [number, number];
        const values = ticks(Math.max(0, from), Math.min(this.story.end, to), Math.max(2, this.width / 90));
        this.svg.select<SVGGElement>(".ticks").attr("transform", `translate(0,${axisHeight - 4})`)
            .call(axisTop<number | {valueOf(): number}>(x).tickValues(values)
                .tickFormat(value => sinceStart(Number(value))))
            .selectAll<SVGLineElement, unknown>(".tick line").attr("y2", this.lanes.length * laneHeight + 4);
    }

    /** One path for all bars of a tone, and a text on those that have room for it. */
    private drawSpells(lanes: Lane[], x: typeof this.x): void {
        const bars = lanes.flatMap(lane => this.barsOf(lane, x));
        const paths = new Map<Tone, string>(tones.map(tone => [tone, ""]));
        for (const bar of bars) {
            const tone = bar.spell[2];
            const height = barHeight[tone];
            const width = Math.max(1, bar.to - bar.from);
            const top = this.y(bar.lane) + (laneHeight - height) / 2;
            paths.set(tone, `${paths.get(tone)}M${bar.from.toFixed(1)},${top}h${width.toFixed(1)}v${height}` +
                `h${(-width).toFixed(1)}Z`);
        }
        const layer = this.svg.select(".spells");
        layer.selectAll("path").data(tones).join("path").attr("class", tone => tone)
            .attr("d", tone => paths.get(tone)!);
        layer.selectAll("text").data(bars.filter(bar => bar.spell[2] === "bad" &&
            bar.to - bar.from > bar.spell[3].length * 7)).join("text").attr("x", bar => bar.from + 8)
            .attr("y", bar => this.y(bar.lane) + laneHeight / 2 + 4).text(bar => bar.spell[3]);
    }

    /** Of spells within one pixel, the worst. */
    private barsOf(lane: Lane, x: typeof this.x): Bar[] {
        const bars: Bar[] = [];
        for (const spell of this.story.subjects[lane.subject]!.spells) {
            const from = x(spell[0]);
            const to = x(spell[1]);
            if (to < 0) {
                continue;
            }
            if (from > this.width) {
                break;
            }
            const last = bars[bars.length - 1];
            if (last && to - last.from < 1.5) {
                last.to = Math.max(last.to, to);
                if (worse[spell[2]] > worse[last.spell[2]]) {
                    last.spell = spell;
                }
            } else {
                bars.push({lane, spell, from: Math.max(from, -10), to: Math.min(to, this.width + 10)});
            }
        }
        return bars;
    }

    /** Those that are wide enough to be seen as such. */
    private drawBands(lanes: Lane[], x: typeof this.x): void {
        const inSight = new Set(lanes.map(lane => lane.subject));
        const bands = this.story.bands.filter(band => inSight.has(band.lane) && x(band.to) > 0 &&
            x(band.from) < this.width && x(band.to) - x(band.from) > 2);
        this.svg.select(".bands").selectAll("rect").data(bands).join("rect")
            .attr("x", band => x(band.from)).attr("width", band => x(band.to) - x(band.from))
            .attr("y", band => this.y(this.laneOf.get(band.lane)!) + 1).attr("height", laneHeight - 2)
            .attr("fill", this.svg.select(".bands").attr("data-hatch"));
    }

    private drawDeadlines(x: typeof this.x): void {
        const shown = this.story.deadlines.filter(one => one.lane !== undefined && this.laneOf.has(one.lane) &&
            one.t <= this.story.end);
        this.svg.select(".deadlines").selectAll<SVGPathElement, (typeof shown)[number]>("path").data(shown)
            .join("path").attr("d", `M0,${laneHeight} V0 H10 L7,4 L10,8 H0`)
            .attr("class", one => one.averted === null ? "open" : "averted")
            .attr("transform", one => `translate(${x(one.t)},${this.y(this.laneOf.get(one.lane!)!)})`);
    }

    private marksOf(lane: Lane, x: typeof this.x): Mark[] {
        const marks: Mark[] = [];
        for (const index of lane.events) {
            const at = x(this.story.events[index]!.t);
            if (at < -20 || at > this.width + 20) {
                continue;
            }
            const last = marks[marks.length - 1];
            if (last && at - last.x < markRoom) {
                last.events.push(index);
                if (this.rank(index) < this.rank(last.event)) {
                    last.event = index;
                }
            } else {
                marks.push({x: at, y: this.y(lane) + laneHeight / 2, event: index, events: [index]});
            }
        }
        return marks;
    }

    private rank(index: number): number {
        const event = this.story.events[index]!;
        return importance.indexOf(event.kind) - (this.chosen.includes(index) ? 100 : 0) -
            (event.kind === "expectation" && event.tone === "bad" ? 50 : 0);
    }

    private drawLines(marks: Mark[], x: typeof this.x): void {
        const where = (index: number): [number, number] | null => {
            const event = this.story.events[index]!;
            const lane = event.lane === undefined ? undefined : this.laneOf.get(event.lane);
            return lane ? [x(event.t), this.y(lane) + laneHeight / 2] : null;
        };
        const seen = new Set<string>();
        const lines: {path: string; strong: boolean}[] = [];
        for (const mark of marks) {
            for (const index of mark.events.slice(0, 20)) {
                const cause = this.story.events[index]!.cause;
                const from = cause === undefined ? null : where(cause);
                const to = where(index);
                const path = from && to ? `M${from[0]},${from[1]} C${from[0]},${(from[1] + to[1]) / 2} ${to[0]},` +
                    `${(from[1] + to[1]) / 2} ${to[0]},${to[1]}` : "";
                if (path !== "" && !seen.has(path) && lines.length < mostLines) {
                    seen.add(path);
                    lines.push({path, strong: this.chosen.includes(index) || this.chosen.includes(cause!)});
                }
            }
        }
        this.svg.select(".lines").selectAll("path").data(lines).join("path").attr("d", line => line.path)
            .classed("strong", line => line.strong);
    }

    private drawMarks(marks: Mark[]): void {
        this.svg.select(".marks").selectAll<SVGPathElement, Mark>("path").data(marks).join("path")
            .attr("class", mark => {
                const event = this.story.events[mark.event]!;
                const chosen = mark.events.some(index => this.chosen.includes(index));
                return `mark ${event.kind} ${event.tone}${chosen ? " chosen" : ""}`;
            })
            .attr("data-event", mark => mark.event)
            .attr("transform", mark => `translate(${mark.x.toFixed(1)},${mark.y})`)
            .attr("d", mark => shapes[this.story.events[mark.event]!.kind]);
    }

    /** What the pointer is on, in words. */
    private tell(event: MouseEvent): void {
        const target = event.target as Element;
        const box = this.svg.node()!.getBoundingClientRect();
        const t = zoomTransform(this.svg.node()!).rescaleX(this.x).invert(event.clientX - box.left);
        const lane = this.lanes[Math.floor((event.clientY - box.top - axisHeight) / laneHeight)];
        this.scroller.title = target.matches(".mark") ? this.tellMark(select<Element, Mark>(target).datum())
            : lane && t >= 0 && t <= this.story.end ? this.tellLane(lane, t) : "";
    }

    private tellMark(mark: Mark): string {
        return mark.events.slice(0, 5)
            .map(index => `${sinceStart(this.story.events[index]!.t)} ${this.story.events[index]!.text}`).join("\n") +
            (mark.events.length > 5 ? `\nand ${mark.events.length - 5} more` : "");
    }

    private tellLane(lane: Lane, t: number): string {
        const subject = this.story.subjects[lane.subject]!;
        const spell = spellAt(subject, t)!;
        return [`${subject.name}: ${spell[3]}, ${sinceStart(spell[0])} to ${sinceStart(spell[1])}`,
            ...this.story.bands.filter(band => band.lane === lane.subject && band.from <= t && t <= band.to)
                .map(band => `${band.what} between ${sinceStart(band.from)} and ${sinceStart(band.to)}, after ` +
                    `${band.after}: ${band.reason}, in ${band.likely} of 100 phases`),
            ...this.story.deadlines.filter(one => one.lane === lane.subject)
                .map(one => `point of no return at ${sinceStart(one.t)}: ${one.what}` +
                    (one.averted === null ? "" : `, averted at ${sinceStart(one.averted)}`))].join("\n");
    }

    private click(event: MouseEvent): void {
        const group = (event.target as Element).closest(".mark");
        if (group) {
            const mark = select<Element, Mark>(group).datum();
            this.choose.events([mark.event, ...mark.events.filter(index => index !== mark.event)]);
            return;
        }
        const box = this.svg.node()!.getBoundingClientRect();
        const t = zoomTransform(this.svg.node()!).rescaleX(this.x).invert(event.clientX - box.left);
        this.choose.time(Math.round(Math.min(this.story.end, Math.max(0, t))));
    }

    private key(event: KeyboardEvent): void {
        const actions: Record<string, () => void> = {
            ArrowLeft: () => this.step(-1),
            ArrowRight: () => this.step(1),
            "+": () => this.zooming.scaleBy(this.svg, 2),
            "=": () => this.zooming.scaleBy(this.svg, 2),
            "-": () => this.zooming.scaleBy(this.svg, 0.5),
            "0": () => this.zooming.transform(this.svg, zoomIdentity),
            Home: () => this.choose.time(0),
            End: () => this.choose.time(this.story.end),
        };
        const action = actions[event.key];
        if (action && !event.ctrlKey && !event.metaKey && !event.altKey) {
            event.preventDefault();
            action();
        }
    }

    /** To the event before or after those chosen, or before or after the instant. */
    private step(by: 1 | -1): void {
        const events = this.story.events;
        const first = this.chosen[0];
        let index: number;
        if (first !== undefined && events[first]!.t === this.now) {
            index = first + by;
        } else {
            const after = events.findIndex(event => event.t > this.now);
            index = by > 0 ? (after < 0 ? events.length : after) : (after < 0 ? events.length : after) - 1;
        }
        if (index >= 0 && index < events.length) {
            this.choose.events([index]);
            this.bringIntoSight(events[index]!.t);
        }
    }

    private bringIntoSight(t: number): void {
        const at = zoomTransform(this.svg.node()!).rescaleX(this.x)(t);
        if (at < 0 || at > this.width) {
            this.zooming.translateTo(this.svg, this.x(t), 0);
        }
    }
}

interface Bar {
    lane: Lane;
    spell: Spell;
    from: number;
    to: number;
}

const shapes: Record<StoryEvent["kind"], string> = {
    action: "M-5,-7 L7,0 L-5,7 Z",
    fact: "M0,-7 L7,0 L0,7 L-7,0 Z",
    "data-lost": "M-6,-6 L6,6 M6,-6 L-6,6",
    transition: "M0,-5 A5,5 0 1 1 0,5 A5,5 0 1 1 0,-5 Z",
    condition: "M-4,-4 H4 V4 H-4 Z",
    "key-rotated": "M-5,3 A5,5 0 1 1 3,5 M3,5 L-1,3 M3,5 L3,0",
    operation: "M0,-3 A3,3 0 1 1 0,3 A3,3 0 1 1 0,-3 Z",
    sight: "M-4,0 Q0,-5 4,0 Q0,5 -4,0 Z",
    expectation: "M-4,0 L-1,4 L5,-4",
};
