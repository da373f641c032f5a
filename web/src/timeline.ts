// The lanes: how everything stood over time, what was done and what came of it. Only what is in sight is drawn, and of
// what falls on the same few pixels one mark, so that ten thousand events cost what a screen full of them does.
import {scaleLinear} from "d3-scale";
import {select, type Selection} from "d3-selection";
import {zoom, zoomIdentity, zoomTransform, type ZoomBehavior} from "d3-zoom";
import {make, name} from "./dom.js";
import type {Harm} from "./harm.js";
import {Head, toolbar, type Chooser} from "./head.js";
import {groupings, Lanes, type Grouping, type Lane, type Row} from "./lanes.js";
import {barHeight, flag, newSvg, shapeOf, tones, worse} from "./looks.js";
import {spellAt, type Spell, type Story, type StoryEvent, type Tone} from "./story.js";
import {length, sinceStart, ticks} from "./time.js";

const laneHeight = 30;
const fleetHeight = 24;
const markRoom = 11; // pixels that a mark takes for itself
const mostLines = 300; // between causes and what came of them

/** Of several events on one spot, the first of these is drawn. */
const importance: StoryEvent["kind"][] =
    ["data-lost", "action", "fact", "transition", "condition", "key-rotated", "operation", "sight", "expectation"];

interface Mark {
    x: number;
    y: number;
    event: number; // the one drawn
    events: number[];
}

export class Timeline {
    readonly element: HTMLElement;
    private readonly svg: Selection<SVGSVGElement, unknown, null, undefined>;
    private readonly scroller: HTMLElement;
    private readonly labels: HTMLElement;
    private readonly zooming: ZoomBehavior<SVGSVGElement, unknown>;
    private readonly lanes: Lanes;
    private readonly head: Head;
    private rows: Row[] = [];
    private laneOf = new Map<number, Lane>();
    private readonly x = scaleLinear();
    private width = 0;
    private now = 0;
    private chosen: number[] = [];
    private pending = false;
    private whole = false; // every lane is drawn, in sight or not

    constructor(private readonly story: Story, harms: Harm[], private readonly choose: Chooser,
                private readonly select: (subject: number) => void) {
        this.lanes = new Lanes(story, harms);
        this.head = new Head(story, choose);
        this.svg = newSvg(`Timeline with ${this.lanes.size} lanes and ${story.events.length} events; the table of events ` +
            "below says the same in words.");
        this.svg.attr("class", "lanes");
        for (const layer of ["ticks", "bands", "spells", "fleets", "lines", "deadlines", "marks", "now"]) {
            this.svg.append("g").attr("class", layer);
        }
        this.labels = make("div", {class: "labels"});
        this.scroller = make("div", {class: "scroller"}, this.labels, this.svg.node()!);
        this.element = make("div", {class: "timeline", tabindex: "0", role: "group",
            "aria-label": "Timeline: left and right arrow go from event to event, plus and minus zoom, 0 shows it all"},
            this.toolbar(), this.head.element, this.scroller);
        this.zooming = zoom<SVGSVGElement, unknown>()
            .filter(event => event.type === "wheel" ? event.ctrlKey || event.metaKey || event.shiftKey
                                                    : !event.button)
            .on("zoom", () => this.draw());
        this.svg.call(this.zooming).on("dblclick.zoom", null).on("click", event => this.click(event))
            .on("pointermove", event => this.tell(event));
        this.scroller.addEventListener("scroll", () => this.draw(), {passive: true});
        this.element.addEventListener("keydown", event => this.key(event));
        this.layOut();
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

    /** Which lanes there are, as they are grouped and folded now. */
    private layOut(): void {
        this.rows = this.lanes.rows();
        this.laneOf = new Map(this.rows.flatMap(row => row.kind === "lane" ? [[row.subject, row] as [number, Lane]] : []));
        this.svg.attr("height", this.rows.length * laneHeight);
        this.labels.style.height = `${this.rows.length * laneHeight}px`;
        this.draw();
    }

    private toolbar(): HTMLElement {
        const by = (factor: number) => () => this.zooming.scaleBy(this.svg, factor);
        const near = (side: number) => () => this.zooming.translateBy(this.svg, side * this.width / 4 /
            zoomTransform(this.svg.node()!).k, 0);
        const groups = make("select", {"aria-label": "How the lanes are grouped"},
            ...groupings(this.story).map(([value, said]) => make("option", {value}, said)));
        groups.addEventListener("change", () => {
            this.lanes.grouping = groups.value as Grouping;
            this.layOut();
        });
        return toolbar({out: by(0.5), in: by(2), earlier: near(1), later: near(-1),
            all: () => this.zooming.transform(this.svg, zoomIdentity),
            previous: () => this.step(-1), next: () => this.step(1)}, ...this.lanes.size > 4 ? [groups] : []);
    }

    private resize(): void {
        const width = this.svg.node()!.getBoundingClientRect().width;
        if (width === this.width || width === 0) {
            return;
        }
        this.width = width;
        this.x.domain([0, Math.max(1, this.story.end)]).range([14, width - 22]);
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
        const rows = this.rowsInSight();
        const lanes = rows.filter((row): row is Lane => row.kind === "lane");
        const marks = lanes.flatMap(lane => this.marksOf(lane, x));
        this.drawLabels(rows);
        this.head.draw(x as typeof this.x, this.width, this.now, this.chosen);
        this.drawTicks(x);
        this.drawSpells(lanes, x);
        this.drawFleets(lanes, x);
        this.drawBands(lanes, x);
        this.drawDeadlines(x);
        this.drawLines(marks, x);
        this.drawMarks(marks);
        const at = x(this.now);
        this.svg.select(".now").selectAll("line").data([at]).join("line")
            .attr("x1", at).attr("x2", at).attr("y1", 0).attr("y2", "100%");
    }

    private rowsInSight(): Row[] {
        if (this.whole) {
            return this.rows;
        }
        const first = Math.max(0, Math.floor(this.scroller.scrollTop / laneHeight));
        return this.rows.slice(first, first + Math.ceil(this.scroller.clientHeight / laneHeight) + 2);
    }

    private y(row: Row): number {
        return row.row * laneHeight;
    }

    private drawLabels(rows: Row[]): void {
        const idOf = (row: Row): string => row.kind === "lane" ? `lane ${row.subject} ${row.harm.kind}` : `${row.id} ${row.said} ${row.open}`;
        select(this.labels).selectAll<HTMLElement, Row>(":scope > *").data(rows, idOf)
            .join(enter => enter.append(row => this.label(row)))
            .style("top", row => `${this.y(row)}px`);
    }

    private label(row: Row): HTMLElement {
        if (row.kind === "lane") {
            const subject = this.story.subjects[row.subject]!;
            const down = row.harm.row && row.harm.downtime > 0 ? length(row.harm.downtime) : "";
            const label = make("button", {type: "button", tabindex: "-1", class: `label ${subject.kind} ${row.harm.kind}`,
                title: `${subject.kind} ${subject.name}${down === "" ? "" : `, down for ${down}`}`},
                name(subject.name), down !== "" && make("span", {class: "downtime"}, down));
            label.addEventListener("click", () => this.select(row.subject));
            return label;
        }
        const fold = make("button", {type: "button", class: row.kind, "aria-expanded": String(row.open)},
            row.open ? "▾ " : "▸ ", row.kind === "group" && make("strong", {}, row.name), row.kind === "group" && " ", row.said);
        fold.addEventListener("click", () => {
            this.lanes.toggle(row.id);
            this.layOut();
        });
        return fold;
    }

    private drawTicks(x: typeof this.x): void {
        const [from, to] = x.domain() as [number, number];
        const values = ticks(Math.max(0, from), Math.min(this.story.end, to), Math.max(2, this.width / 90));
        this.svg.select(".ticks").selectAll("line").data(values).join("line")
            .attr("x1", t => x(t)).attr("x2", t => x(t)).attr("y1", 0).attr("y2", this.rows.length * laneHeight);
    }

    /** How many of a fleet are down, as a height; of what falls within one pixel, the most. */
    private drawFleets(lanes: Lane[], x: typeof this.x): void {
        const fleets = lanes.filter(lane => lane.harm.row?.fleet);
        this.svg.select(".fleets").selectAll("path").data(fleets).join("path").attr("d", lane => {
            const {members, down} = lane.harm.row!.fleet!;
            const base = this.y(lane) + laneHeight - 3;
            let path = "";
            down.forEach(([t, count], index) => {
                const from = Math.max(x(t), -10);
                const to = Math.min(x(down[index + 1]?.[0] ?? this.story.end), this.width + 10);
                if (count > 0 && to > from) {
                    const height = Math.max(2, count / members * fleetHeight);
                    path += `M${from.toFixed(1)},${base}v${(-height).toFixed(1)}h${Math.max(0.6, to - from).toFixed(1)}V${base}Z`;
                }
            });
            return path;
        });
        this.svg.select(".fleets").selectAll("rect").data(fleets).join("rect").attr("class", "good").attr("x", x(0))
            .attr("width", Math.max(0, x(this.story.end) - x(0))).attr("y", lane => this.y(lane) + laneHeight - 3).attr("height", 3);
        const told = fleets.filter(lane => lane.harm.down.length > 0 && x(lane.harm.down[0]!.from) > 150);
        this.svg.select(".fleets").selectAll("text").data(told).join("text")
            .attr("x", lane => x(lane.harm.down[0]!.from) - 12).attr("text-anchor", "end")
            .attr("y", lane => this.y(lane) + 19).text(lane => {
                const {members, down} = lane.harm.row!.fleet!;
                return `at most ${Math.max(...down.map(one => one[1]))} of ${members}`;
            });
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
        layer.selectAll("text").data(bars.filter(bar => (bar.spell[2] === "bad" || bar.spell[2] === "lost") &&
            bar.to - bar.from > bar.spell[3].length * 7 + 16)).join("text").attr("class", bar => bar.spell[2])
            .attr("x", bar => Math.max(0, bar.from) + 12)
            .attr("y", bar => this.y(bar.lane) + laneHeight / 2 + 4).text(bar => bar.spell[3]);
    }

    /** Of spells within one pixel, the worst. */
    private barsOf(lane: Lane, x: typeof this.x): Bar[] {
        const bars: Bar[] = [];
        for (const spell of lane.harm.row?.fleet ? [] : this.story.subjects[lane.subject]!.spells) {
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
        // Of a fleet the height says how many, and each member's phase is known.
        const bands = this.story.bands.filter(band => inSight.has(band.lane) && !this.laneOf.get(band.lane)!.harm.row?.fleet && x(band.to) > 0 &&
            x(band.from) < this.width && x(band.to) - x(band.from) > 2);
        this.svg.select(".bands").selectAll("rect").data(bands).join("rect")
            .attr("x", band => x(band.from)).attr("width", band => x(band.to) - x(band.from))
            .attr("y", band => this.y(this.laneOf.get(band.lane)!) + 1).attr("height", laneHeight - 2)
;
    }

    private drawDeadlines(x: typeof this.x): void {
        const shown = this.story.deadlines.filter(one => one.lane !== undefined && this.laneOf.has(one.lane) &&
            one.t <= this.story.end);
        this.svg.select(".deadlines").selectAll<SVGPathElement, (typeof shown)[number]>("path").data(shown)
            .join("path").attr("d", flag)
            .attr("class", one => one.averted === null ? "open" : "averted")
            .attr("transform", one => `translate(${x(one.t)},${this.y(this.laneOf.get(one.lane!)!) + laneHeight / 2})`);
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
            .attr("d", mark => shapeOf(this.story.events[mark.event]!));
    }

    /** What the pointer is on, in words. */
    private tell(event: MouseEvent): void {
        const target = event.target as Element;
        const box = this.svg.node()!.getBoundingClientRect();
        const t = zoomTransform(this.svg.node()!).rescaleX(this.x).invert(event.clientX - box.left);
        const lane = this.rows[Math.floor((event.clientY - box.top) / laneHeight)];
        this.scroller.title = target.matches(".mark") ? this.tellMark(select<Element, Mark>(target).datum())
            : lane?.kind === "lane" && t >= 0 && t <= this.story.end ? this.tellLane(lane, t) : "";
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
                    `${band.after}: ${band.reason}${band.likely === "0" ? "" : `, in ${band.likely} of 100 phases`}`),
            ...this.story.deadlines.filter(one => one.lane === lane.subject)
                .map(one => `point of no return at ${sinceStart(one.from)}${one.from === one.to ? "" : ` to ${sinceStart(one.to)}`}: ${one.what}` +
                    (one.averted === null ? "" : `, averted at ${sinceStart(one.averted)}`))].join("\n");
    }

    private click(event: MouseEvent): void {
        const group = (event.target as Element).closest<SVGPathElement>(".mark");
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
        const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
        if (action && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
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
