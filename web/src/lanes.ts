// Which lanes there are, in which order: the worst first, in groups where a reader asks for them; what stood well is
// folded into one line that says how many.
import {isWell, worseFirst, type Harm} from "./harm.js";
import type {Story, Subject} from "./story.js";
import {length} from "./time.js";

/** By harm alone, by what resources are or hang on, or by a tag of theirs: `tag:env`. */
export type Grouping = "harm" | "service" | "vault" | `tag:${string}`;
const byTag = "tag:";
const fewLanes = 12; // so many are all shown

export type Row =
    | {kind: "lane"; row: number; subject: number; harm: Harm; events: number[]}
    | {kind: "group"; row: number; id: string; name: string; said: string; open: boolean}
    | {kind: "fold"; row: number; id: string; said: string; open: boolean};
export type Lane = Extract<Row, {kind: "lane"}>;

interface Group {
    name: string;
    members: Harm[];
}

/** `9 vaults, 58 keys and 30 identities`. */
function kinds(story: Story, harms: Harm[]): string {
    const names: Record<string, [string, string]> = {resource: ["resource", "resources"], vault: ["vault", "vaults"],
        key: ["key", "keys"], identity: ["identity", "identities"], grant: ["grant", "grants"]};
    const parts = Object.entries(names).flatMap(([kind, [one, more]]) => {
        const found = harms.filter(harm => story.subjects[harm.lane]!.kind === kind).length;
        return found === 0 ? [] : [`${found} ${found === 1 ? one : more}`];
    });
    return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}

const tagsOf = (subject: Subject): Map<string, string> => new Map(Object.entries(subject.tags ?? {}));

/** The ways in which lanes can be grouped, in words: one for each tag that a resource has. */
export function groupings(story: Story): [Grouping, string][] {
    const tags = [...new Set(story.subjects.flatMap(subject => [...tagsOf(subject).keys()]))].sort();
    return [["harm", "worst first"], ["service", "by service"], ["vault", "by vault"],
        ...tags.map((tag): [Grouping, string] => [`${byTag}${tag}`, `by tag: ${tag}`])];
}

function saidOf(group: Group): string {
    const resources = group.members.filter(harm => harm.row !== undefined || harm.kind === "unmodelled");
    const of = (kind: string) => resources.filter(harm => harm.kind === kind).length;
    const parts = [of("lost") && `${of("lost")} lost data`, of("down") && `${of("down")} down, for at most ` +
        length(Math.max(...resources.map(harm => harm.downtime))), of("impaired") && `${of("impaired")} impaired`,
        of("unmodelled") && `${of("unmodelled")} without a model`].filter(Boolean);
    if (resources.length === 0) {
        return `${group.members.length}`;
    }
    return `${resources.length} ${resources.length === 1 ? "resource" : "resources"}: ${parts.length === 0 ? "none down or impaired here" : parts.join(", ")}`;
}

export class Lanes {
    private readonly shown: Harm[];
    private readonly events = new Map<number, number[]>();
    private readonly vaultOf = new Map<number, string>();
    private readonly toggled = new Set<string>();
    grouping: Grouping = "harm";

    constructor(private readonly story: Story, harms: Harm[]) {
        const told = new Set([...story.events.map(event => event.lane), ...story.ties.flatMap(([from, to]) => [from, to])]);
        // An identity that nothing uses and nothing happens to is not worth a lane.
        this.shown = harms.filter(({lane}) => {
            const kind = story.subjects[lane]!.kind;
            return kind !== "grant" && (kind !== "identity" || told.has(lane));
        });
        story.events.forEach((event, index) => {
            if (event.lane !== undefined) {
                const events = this.events.get(event.lane);
                events ? events.push(index) : this.events.set(event.lane, [index]);
            }
        });
        for (const [from, to] of story.ties) {
            const name = story.subjects[to]!.name;
            const kind = story.subjects[to]!.kind;
            if ((kind === "key" || kind === "vault") && story.subjects[from]!.kind === "resource") {
                this.vaultOf.set(from, kind === "key" ? name.slice(0, name.lastIndexOf("/")) : name);
            }
        }
    }

    /** How many there are, folded or not. */
    get size(): number {
        return this.shown.length;
    }

    toggle(id: string): void {
        if (!this.toggled.delete(id)) {
            this.toggled.add(id);
        }
    }

    rows(): Row[] {
        const rows: Row[] = [];
        if (this.grouping === "harm") {
            const ofResources = this.shown.filter(harm => this.story.subjects[harm.lane]!.kind === "resource");
            this.add(rows, "resources", ofResources.sort(worseFirst));
            this.add(rows, "rest", this.shown.filter(harm => this.story.subjects[harm.lane]!.kind !== "resource"));
            return rows;
        }
        for (const group of this.groups()) {
            const id = `group ${group.name}`;
            const well = group.members.every(isWell);
            const open = well === this.toggled.has(id);
            rows.push({kind: "group", row: rows.length, id, name: group.name, said: saidOf(group), open});
            if (open) {
                this.add(rows, id, group.members);
            }
        }
        return rows;
    }

    private add(rows: Row[], id: string, members: Harm[]): void {
        const fold = this.shown.length > fewLanes;
        const well = fold ? members.filter(isWell) : [];
        const open = well.length < 2 || this.toggled.has(`fold ${id}`);
        const put = (harm: Harm) => rows.push({kind: "lane", row: rows.length, subject: harm.lane, harm,
            events: this.events.get(harm.lane) ?? []});
        (well.length < 2 ? members : members.filter(harm => !isWell(harm))).forEach(put);
        if (well.length >= 2) {
            const resources = well.some(harm => harm.row !== undefined);
            rows.push({kind: "fold", row: rows.length, id: `fold ${id}`, open,
                said: `${kinds(this.story, well)}: ${resources ? "up all the time, at any timing that was looked at" : "untouched"}`});
            if (open) {
                well.forEach(put);
            }
        }
    }

    private groups(): Group[] {
        const groups = new Map<string, Harm[]>();
        for (const harm of this.shown) {
            const name = this.groupOf(harm);
            const members = groups.get(name);
            members ? members.push(harm) : groups.set(name, [harm]);
        }
        const list = [...groups].map(([name, members]) => ({name, members}));
        const worst = (group: Group): Harm => group.members.filter(harm => harm.row !== undefined).sort(worseFirst)[0] ??
            [...group.members].sort(worseFirst)[0]!;
        const isRest = (group: Group): number => group.members.some(harm => this.story.subjects[harm.lane]!.kind === "resource") ? 0 : 1;
        for (const group of list) {
            const resources = group.members.filter(harm => this.story.subjects[harm.lane]!.kind === "resource").sort(worseFirst);
            group.members = [...resources, ...group.members.filter(harm => this.story.subjects[harm.lane]!.kind !== "resource")];
        }
        return list.sort((one, other) => isRest(one) - isRest(other) || worseFirst(worst(one), worst(other)));
    }

    private groupOf(harm: Harm): string {
        const subject = this.story.subjects[harm.lane]!;
        if (subject.kind === "resource" && this.grouping.startsWith(byTag)) {
            const tag = this.grouping.slice(byTag.length);
            const value = tagsOf(subject).get(tag);
            return value === undefined ? `no tag ${tag}` : `${tag}: ${value}`;
        }
        if (subject.kind === "resource") {
            return this.grouping === "service" ? subject.detail : this.vaultOf.get(harm.lane) ?? "no vault";
        }
        if (this.grouping === "vault" && subject.kind === "vault") {
            return subject.name;
        }
        if (this.grouping === "vault" && subject.kind === "key") {
            return subject.name.slice(0, subject.name.lastIndexOf("/"));
        }
        return this.grouping === "vault" ? "identities" : "vaults, keys and identities";
    }
}
