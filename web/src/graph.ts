// What stands on what at one instant: resources on the left, their identities, what those are granted, keys and vaults.
// A small story is shown whole; of a large one what the chosen one stands on and what stands on it.
import type {Selection} from "d3-selection";
import {cutToFit, make} from "./dom.js";
import {worseFirst, type Harm} from "./harm.js";
import {newSvg, signs, worse} from "./looks.js";
import {spellAt, type Story, type SubjectKind, type Tone} from "./story.js";

const columns: SubjectKind[] = ["resource", "identity", "grant", "key", "vault"];
const headings = ["resources", "identities", "grants", "keys", "vaults"];
const boxHeight = 36;
const gapY = 8;
const headHeight = 22;
const widest = 190;
const nameFont = "600 12px"; // as style.css has them
const stateFont = "11px";
const narrow = 720; // pixels; below, columns stand under one another
const fewNodes = 40; // so many are shown whole
const step = 8; // so many in a column at first, and more with each click

interface Box {
    key: string;
    subject: number | null; // null: those that there is no room for
    column: number;
    tone: Tone;
    name: string;
    state: string;
    x: number;
    y: number;
}

interface Link {
    from: Box;
    to: Box;
    tone: Tone;
    slots: string; // for which keys of a resource that has several
}

export class Graph {
    readonly element: HTMLElement;
    private readonly note = make("p", {class: "quiet"});
    private readonly svg: Selection<SVGSVGElement, unknown, null, undefined>;
    private readonly chooser: HTMLInputElement;
    private readonly whole: boolean;
    private focus: number | undefined;
    private room: number[] = columns.map(() => step);
    private t = 0;
    private width = 0;

    constructor(private readonly story: Story, harms: Harm[]) {
        const tied = new Set(story.ties.flatMap(([from, to]) => [from, to]));
        this.whole = tied.size <= fewNodes;
        this.focus = harms.filter(harm => tied.has(harm.lane) && story.subjects[harm.lane]!.kind === "resource")
            .sort(worseFirst)[0]?.lane;
        this.svg = newSvg("What depends on what, and what of it is broken");
        this.svg.append("g").attr("class", "ties");
        this.svg.append("g").attr("class", "boxes");
        this.svg.append("g").attr("class", "slots");
        const id = `names-${Math.random().toString(36).slice(2)}`;
        this.chooser = make("input", {type: "search", list: id, placeholder: "look at …", "aria-label": "What to look at"});
        this.chooser.addEventListener("change", () => {
            const found = story.subjects.findIndex((subject, index) => tied.has(index) && subject.name === this.chooser.value);
            if (found >= 0) {
                this.look(found);
            }
        });
        const names = make("datalist", {id}, ...this.whole ? [] : [...tied].map(index =>
            make("option", {value: story.subjects[index]!.name})));
        this.element = make("div", {class: "graph"}, make("h3", {}, "What stands on what"), this.note,
            this.whole ? null : this.chooser, this.whole ? null : names, make("div", {class: "sideways"}, this.svg.node()!));
        new ResizeObserver(() => {
            const width = this.element.getBoundingClientRect().width;
            if (width !== this.width && width > 0) {
                this.width = width;
                this.draw(this.t);
            }
        }).observe(this.element);
    }

    /** From this one outwards. */
    look(subject: number): void {
        if (this.story.ties.some(([from, to]) => from === subject || to === subject)) {
            this.focus = subject;
            this.room = columns.map(() => step);
            this.draw(this.t);
        }
    }

    draw(t: number): void {
        this.t = t;
        if (this.width === 0) {
            return;
        }
        const ties = this.story.ties.filter(([, , since, until]) => since <= t && (t < until || until >= this.story.end));
        const all = new Set(ties.flatMap(([from, to]) => [from, to]));
        const shown = this.whole || this.focus === undefined ? all : outwards(ties, this.focus);
        if (this.focus !== undefined) {
            shown.add(this.focus);
        }
        this.note.textContent = this.whole || this.focus === undefined ? ""
            : `${this.story.subjects[this.focus]!.name}: what it stands on and what stands on it, ${shown.size} of ${all.size}. ` +
                "Choose another here, in the lanes, or by its name.";
        const boxOf = this.boxes(shown, ties);
        const links = new Map<string, Link>();
        for (const [from, to, , , slots = ""] of ties) {
            const [one, other] = [boxOf.get(from), boxOf.get(to)];
            if (one && other && one !== other) {
                const key = `${one.key} ${other.key}`;
                const known = links.get(key);
                if (!known || worse[this.toneAt(to)] > worse[known.tone]) {
                    links.set(key, {from: one, to: other, tone: this.toneAt(to), slots: one.subject === null || other.subject === null ? "" : slots});
                }
            }
        }
        this.drawLinks([...links.values()]);
        this.drawSlots([...links.values()]);
        this.drawBoxes([...new Set(boxOf.values())]);
    }

    private get isNarrow(): boolean {
        return this.width < narrow;
    }

    private get boxWidth(): number {
        return this.isNarrow ? Math.min(widest, Math.floor((this.width - 12) / 2))
            : Math.min(widest, Math.floor((this.width - 4 - 4 * 28) / columns.length));
    }

    private toneAt(subject: number): Tone {
        return spellAt(this.story.subjects[subject]!, this.t)?.[2] ?? "good";
    }

    /** Which box each is drawn in: its own, or that of those that there is no room for. */
    private boxes(shown: Set<number>, ties: Story["ties"]): Map<number, Box> {
        const boxOf = new Map<number, Box>();
        let below = 0;
        let height = 0;
        const used = columns.map(kind => [...shown].some(index => this.story.subjects[index]!.kind === kind));
        const gapX = Math.max(28, Math.min(60, (this.width - 4) / columns.length - this.boxWidth));
        columns.forEach((kind, column) => {
            const members = this.ordered([...shown].filter(index => this.story.subjects[index]!.kind === kind), ties, boxOf);
            const room = this.whole ? members.length : this.room[column]!;
            const own = members.length <= room + 1 ? members : members.slice(0, room);
            const rest = members.slice(own.length);
            const perRow = this.isNarrow ? 2 : 1;
            const left = used.slice(0, column).filter(Boolean).length * (this.boxWidth + gapX) + 2;
            const place = (index: number): [number, number] => this.isNarrow
                ? [2 + index % perRow * (this.boxWidth + 8), below + headHeight + Math.floor(index / perRow) * (boxHeight + gapY)]
                : [left, headHeight + index * (boxHeight + gapY)];
            own.forEach((subject, index) => {
                const [x, y] = place(index);
                boxOf.set(subject, {key: String(subject), subject, column, tone: this.toneAt(subject), x, y,
                    name: this.story.subjects[subject]!.name, state: spellAt(this.story.subjects[subject]!, this.t)?.[3] ?? ""});
            });
            if (rest.length > 0) {
                const [x, y] = place(own.length);
                const broken = rest.filter(one => worse[this.toneAt(one)] >= worse.warning).length;
                const box: Box = {key: `rest ${column}`, subject: null, column, tone: broken > 0 ? "bad" : "good", x, y,
                    name: `${rest.length} more`, state: broken > 0 ? `${broken} of them not as they should be` : "as they should be"};
                rest.forEach(subject => boxOf.set(subject, box));
            }
            const rows = Math.ceil((own.length + (rest.length > 0 ? 1 : 0)) / perRow);
            height = Math.max(height, (this.isNarrow ? below : 0) + headHeight + rows * (boxHeight + gapY));
            if (this.isNarrow && members.length > 0) {
                below += headHeight + rows * (boxHeight + gapY) + 26;
            }
        });
        const wide = this.isNarrow ? this.width - 4 : used.filter(Boolean).length * (this.boxWidth + gapX) - gapX + 4;
        this.svg.attr("width", Math.max(0, wide)).attr("height", height + 4);
        return boxOf;
    }

    /** The chosen one first, then the broken; within those near what they are tied to, so that few ties cross. */
    private ordered(members: number[], ties: Story["ties"], boxOf: Map<number, Box>): number[] {
        const rows = new Map<number, number[]>();
        for (const [from, to] of ties) {
            const box = boxOf.get(from);
            if (box) {
                rows.set(to, [...rows.get(to) ?? [], box.y]);
            }
        }
        const mean = (index: number): number => {
            const found = rows.get(index) ?? [];
            return found.length === 0 ? index : found.reduce((sum, row) => sum + row, 0) / found.length;
        };
        const first = (index: number): number => this.whole ? 0 : index === this.focus ? -10 : -worse[this.toneAt(index)];
        return members.map(index => ({index, first: first(index), mean: mean(index)}))
            .sort((one, other) => one.first - other.first || one.mean - other.mean || one.index - other.index)
            .map(({index}) => index);
    }

    private drawLinks(links: Link[]): void {
        const half = boxHeight / 2;
        this.svg.select(".ties").selectAll("path").data(links).join("path").attr("class", link => link.tone)
            .attr("d", ({from, to}) => {
                if (this.isNarrow) {
                    const [x1, y1, x2, y2] = [from.x + this.boxWidth / 2, from.y + boxHeight, to.x + this.boxWidth / 2, to.y];
                    return `M${x1},${y1} C${x1},${(y1 + y2) / 2} ${x2},${(y1 + y2) / 2} ${x2},${y2}`;
                }
                const [x1, x2] = [from.x + this.boxWidth, to.x];
                return `M${x1},${from.y + half} C${(x1 + x2) / 2},${from.y + half} ${(x1 + x2) / 2},${to.y + half} ${x2},${to.y + half}`;
            });
    }

    /** At the end of a line, where those of the other keys do not meet it. */
    private drawSlots(links: Link[]): void {
        const half = boxHeight / 2;
        this.svg.select(".slots").selectAll("text").data(links.filter(link => link.slots !== "")).join("text")
            .attr("text-anchor", this.isNarrow ? "middle" : "end")
            .attr("x", ({to}) => this.isNarrow ? to.x + this.boxWidth / 2 : to.x - 3)
            .attr("y", ({to}) => this.isNarrow ? to.y - 2 : to.y + half - 3)
            .text(link => link.slots);
    }

    private drawBoxes(boxes: Box[]): void {
        const heads = columns.flatMap((_, column) => boxes.filter(box => box.column === column)
            .sort((one, other) => one.y - other.y || one.x - other.x).slice(0, 1));
        this.svg.selectAll<SVGTextElement, Box>(":scope > text").data(heads, box => String(box.column)).join("text")
            .attr("class", "state").attr("x", box => box.x).attr("y", box => box.y - 7).text(box => headings[box.column]!);
        const groups = this.svg.select(".boxes").selectAll<SVGGElement, Box>("g").data(boxes, box => box.key).join(enter => {
            const group = enter.append("g");
            group.append("rect").attr("height", boxHeight).attr("rx", 5);
            group.append("text").attr("class", "name").attr("x", 8).attr("y", 15);
            group.append("text").attr("class", "state").attr("x", 8).attr("y", 29);
            group.append("title");
            return group;
        }).attr("class", box => `${box.tone}${box.subject !== null && box.subject === this.focus ? " focus" : ""}` +
            `${box.subject === null ? " rest" : ""}`)
            .attr("transform", box => `translate(${box.x},${box.y})`)
            .on("click", (_, box) => box.subject === null ? this.more(box.column) : this.look(box.subject));
        const room = this.boxWidth - 16;
        groups.select("rect").attr("width", this.boxWidth);
        groups.select(".name").text(box => cutToFit(box.name, room, nameFont));
        groups.select(".state").text(box => cutToFit(`${signs[box.tone]}${box.state}`, room, stateFont));
        groups.select("title").text(box => box.subject === null ? `${box.name}: click for more`
            : `${this.story.subjects[box.subject]!.kind} ${box.name}: ${box.state}`);
    }

    private more(column: number): void {
        this.room[column]! += step;
        this.draw(this.t);
    }
}

/** What one stands on, and what stands on it. */
function outwards(ties: Story["ties"], start: number): Set<number> {
    const found = new Set([start]);
    for (const back of [false, true]) {
        const next = new Map<number, number[]>();
        for (const [from, to] of ties) {
            const [one, other] = back ? [to, from] : [from, to];
            const known = next.get(one);
            known ? known.push(other) : next.set(one, [other]);
        }
        const queue = [start];
        const seen = new Set(queue);
        for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
            for (const other of next.get(at) ?? []) {
                if (!seen.has(other)) {
                    seen.add(other);
                    found.add(other);
                    queue.push(other);
                }
            }
        }
    }
    return found;
}
