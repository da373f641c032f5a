// What stands on what at one instant: resources on the left, their identities, what those are granted, keys and vaults.
import {select} from "d3-selection";
import {make} from "./dom.js";
import {spellAt, type Story, type Subject, type SubjectKind} from "./story.js";

const columns: SubjectKind[] = ["resource", "identity", "grant", "key", "vault"];
const boxWidth = 184;
const boxHeight = 34;
const gapX = 44;
const gapY = 10;
const mostBoxes = 150;

interface Box {
    subject: number;
    column: number;
    row: number;
}

export class Graph {
    readonly element: HTMLElement;
    private readonly note = make("p", {class: "quiet"});
    private readonly svg = select(document.createElementNS("http://www.w3.org/2000/svg", "svg"));

    constructor(private readonly story: Story) {
        this.svg.attr("role", "img").attr("aria-label", "What depends on what, and what of it is broken");
        this.svg.append("g").attr("class", "ties");
        this.svg.append("g").attr("class", "boxes");
        this.element = make("div", {class: "graph"}, make("h3", {}, "What stands on what"), this.note,
            make("div", {class: "sideways"}, this.svg.node()!));
    }

    draw(t: number): void {
        const ties = this.story.ties.filter(([, , since, until]) => since <= t && (t < until || until >= this.story.end));
        const shown = this.shown(ties, t);
        const boxes = place(this.story.subjects, ties, shown);
        const all = new Set(ties.flatMap(([from, to]) => [from, to]));
        this.note.textContent = all.size > boxes.size
            ? `${boxes.size} of ${all.size}: those that are broken, and what is next to them` : "";
        const rows = Math.max(1, ...[...boxes.values()].map(box => box.row + 1));
        this.svg.attr("width", columns.length * (boxWidth + gapX) - gapX + 2).attr("height", rows * (boxHeight + gapY));
        this.drawTies(ties, boxes, t);
        this.drawBoxes([...boxes.values()], t);
    }

    /** All, or where that is too much for a picture, what is not as it should be and its neighbours. */
    private shown(ties: Story["ties"], t: number): Set<number> {
        const all = new Set(ties.flatMap(([from, to]) => [from, to]));
        if (all.size <= mostBoxes) {
            return all;
        }
        const broken = new Set([...all].filter(index => spellAt(this.story.subjects[index]!, t)?.[2] !== "good"));
        const near = new Set<number>();
        for (const [from, to] of ties) {
            if ((broken.has(from) || broken.has(to)) && near.size < mostBoxes) {
                near.add(from).add(to);
            }
        }
        return near.size > 0 ? near : new Set([...all].slice(0, mostBoxes));
    }

    private drawTies(ties: Story["ties"], boxes: Map<number, Box>, t: number): void {
        const drawn = ties.filter(([from, to]) => boxes.has(from) && boxes.has(to));
        this.svg.select(".ties").selectAll("path").data(drawn).join("path")
            .attr("class", ([, to]) => spellAt(this.story.subjects[to]!, t)?.[2] ?? "good")
            .attr("d", ([from, to]) => {
                const [x1, y1] = corner(boxes.get(from)!);
                const [x2, y2] = corner(boxes.get(to)!);
                const start = x1 + boxWidth;
                const middle = (start + x2) / 2;
                return `M${start},${y1 + boxHeight / 2} C${middle},${y1 + boxHeight / 2} ${middle},` +
                    `${y2 + boxHeight / 2} ${x2},${y2 + boxHeight / 2}`;
            });
    }

    private drawBoxes(boxes: Box[], t: number): void {
        const groups = this.svg.select(".boxes").selectAll<SVGGElement, Box>("g").data(boxes, box => box.subject)
            .join(enter => {
                const group = enter.append("g");
                group.append("rect").attr("width", boxWidth).attr("height", boxHeight).attr("rx", 5);
                group.append("text").attr("class", "name").attr("x", 8).attr("y", 14);
                group.append("text").attr("class", "state").attr("x", 8).attr("y", 27);
                group.append("title");
                return group;
            })
            .attr("class", box => spellAt(this.story.subjects[box.subject]!, t)?.[2] ?? "good")
            .attr("transform", box => `translate(${corner(box).join(",")})`);
        const signs = {good: "", warning: "! ", bad: "✕ ", absent: "– "};
        groups.select(".name").text(box => cut(this.story.subjects[box.subject]!.name, 23));
        groups.select(".state").text(box => {
            const spell = spellAt(this.story.subjects[box.subject]!, t);
            return cut(`${signs[spell?.[2] ?? "good"]}${spell?.[3] ?? ""}`, 29);
        });
        groups.select("title").text(box => {
            const subject = this.story.subjects[box.subject]!;
            return `${subject.kind} ${subject.name}: ${spellAt(subject, t)?.[3] ?? ""}`;
        });
    }
}

const corner = (box: Box): [number, number] => [box.column * (boxWidth + gapX) + 1, box.row * (boxHeight + gapY) + 1];

const cut = (text: string, most: number): string => text.length > most ? `${text.slice(0, most - 1)}…` : text;

/** Column by column; within one in the order of what stands to the left, so that few ties cross. */
function place(subjects: Subject[], ties: Story["ties"], shown: Set<number>): Map<number, Box> {
    const boxes = new Map<number, Box>();
    columns.forEach((kind, column) => {
        const members = [...shown].filter(index => subjects[index]!.kind === kind).map(index => {
            const rows = ties.filter(([from, to]) => to === index && boxes.has(from))
                .map(([from]) => boxes.get(from)!.row);
            const mean = rows.length === 0 ? index : rows.reduce((sum, row) => sum + row, 0) / rows.length;
            return {index, mean};
        });
        members.sort((one, other) => one.mean - other.mean || one.index - other.index);
        members.forEach(({index}, row) => boxes.set(index, {subject: index, column, row}));
    });
    return boxes;
}
