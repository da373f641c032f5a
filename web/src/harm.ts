// What became of everything in a story, the worst first: the order of lanes and tables, and what the first sentence says.
import type {ResourceRow, Spell, Story, Tone} from "./story.js";

/** From the worst to the best. `possible`: at other timings. `touched`: something happened to it, and it stood well. */
export const harms = ["lost", "down", "impaired", "possible", "unmodelled", "touched", "healthy"] as const;
export type HarmKind = (typeof harms)[number];

export interface Span {
    from: number;
    to: number;
    down: number | null;
    up: number | null;
}

export interface Harm {
    lane: number;
    kind: HarmKind;
    down: Span[]; // in which it was out of reach, in order
    downtime: number;
    impaired: number; // for how long, in all
    row?: ResourceRow;
}

const howLong = (spells: Spell[], tone: Tone): number =>
    spells.reduce((sum, spell) => sum + (spell[2] === tone ? spell[1] - spell[0] : 0), 0);

/** When some of a fleet were down; what brought the last of them back ended it. */
function fleetSpans(story: Story, row: ResourceRow): Span[] {
    const spans: Span[] = [];
    let since: number | null = null;
    for (const [t, down] of [...row.fleet!.down, [story.end, 0] as [number, number]]) {
        if (down > 0 && since === null) {
            since = t;
        } else if (down === 0 && since !== null) {
            if (t > since) {
                spans.push({from: since, to: t, down: null, up: null});
            }
            since = null;
        }
    }
    const over = row.fleet!.down[row.fleet!.down.length - 1]![1] === 0;
    spans.forEach((span, index) => {
        story.events.forEach((event, at) => {
            if (event.lane === row.lane && event.kind === "transition" && event.t <= span.to &&
                (event.until ?? event.t) >= span.from) {
                if (event.tone === "bad") {
                    span.down ??= at;
                } else if (over || index < spans.length - 1) {
                    span.up = at;
                }
            }
        });
    });
    return spans;
}

function kindOf(row: ResourceRow | undefined, spells: Spell[], down: Span[], touched: boolean): HarmKind {
    const has = (tone: Tone) => spells.some(spell => spell[2] === tone);
    if (has("lost") || (row && !row.recoverable)) {
        return "lost";
    }
    if (down.length > 0 || has("bad")) {
        return "down";
    }
    if (has("unmodelled")) {
        return "unmodelled";
    }
    return has("warning") ? "impaired" : (row?.most ?? 0) > 0 || row?.mayBeImpaired === true ? "possible" : touched ? "touched" : "healthy";
}

/** Of every subject, by its place in the list. */
export function harmsOf(story: Story): Harm[] {
    const rows = new Map(story.resources.map(row => [row.lane, row]));
    const touched = new Set(story.events.filter(event => event.kind !== "expectation").map(event => event.lane));
    return story.subjects.map((subject, lane) => {
        const row = rows.get(lane);
        const down = !row ? [] : row.fleet ? fleetSpans(story, row) : row.outages.filter(one => one.to > one.from);
        const downtime = row?.fleet ? row.fleet.most : row ? down.reduce((sum, one) => sum + one.to - one.from, 0)
            : howLong(subject.spells, "bad");
        return {lane, row, down, downtime, impaired: row?.fleet ? 0 : howLong(subject.spells, "warning"),
            kind: kindOf(row, row?.fleet ? [] : subject.spells, down, touched.has(lane))};
    });
}

/** The worst first; of equally bad ones that which was down longer, and then in the order of the story. */
export const worseFirst = (one: Harm, other: Harm): number =>
    harms.indexOf(one.kind) - harms.indexOf(other.kind) || other.downtime - one.downtime ||
    (other.row?.most ?? 0) - (one.row?.most ?? 0) || other.impaired - one.impaired || one.lane - other.lane;

/** Nothing of it is worth a line of its own. */
export const isWell = (harm: Harm): boolean => harm.kind === "healthy" || (harm.row !== undefined && harm.kind === "touched");
