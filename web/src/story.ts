// The data of a page, as the program puts it in: sim/page/story.cpp. Times are seconds since the start.

/** As it should be; in part; out of reach; its data lost for good; not there; not known, as no model plays it. */
export type Tone = "good" | "warning" | "bad" | "lost" | "absent" | "unmodelled";
export type SubjectKind = "resource" | "identity" | "grant" | "vault" | "key";

/** From, to, how well it stood, and in words. */
export type Spell = [from: number, to: number, tone: Tone, text: string];

export interface Subject {
    kind: SubjectKind;
    name: string;
    detail: string;
    spells: Spell[];
    tags?: Record<string, string>; // of a resource that has some
}

export interface StoryEvent {
    t: number;
    kind: "fact" | "action" | "data-lost" | "condition" | "transition" | "key-rotated" | "operation" | "sight" |
        "expectation";
    lane?: number;
    tone: Tone;
    text: string;
    with?: string;
    az?: string;
    error?: string;
    message?: string;
    fix?: string;
    sources?: string[];
    assumed?: string;
    cause?: number;
    otherCauses?: number[];
    until?: number;
    members?: number;
    line?: number;
}

/** The instants between which something can happen, as a phase is open. */
export interface Band {
    lane: number;
    from: number;
    to: number;
    what: string;
    reason: string;
    after: string;
    likely: string;
}

export interface Deadline {
    t: number;
    from: number; // the range that the documents leave open
    to: number;
    what: string;
    target: string;
    loses: string[];
    notKnown?: string[]; // those without a model that use it
    averted: number | null;
    lane?: number;
}

export interface PlanStep {
    action: string;
    target: string;
    with: Record<string, unknown>;
    az: string;
    why: string;
    role?: string;
    sources: string[];
}

export interface Plan {
    at: number;
    possible: boolean;
    steps: PlanStep[];
    ready: {min: number; max: number} | null;
    lost?: {resource: string; because: string; until: number | null}[];
}

/** A time in which a resource was down; which events began it and ended it. */
export interface Outage {
    from: number;
    to: number;
    down: number | null; // it was so from the start
    up: number | null; // it is not over
}

/** How many members of a fleet were down from when on, and how its downtime is spread over them. */
export interface Fleet {
    members: number;
    down: [t: number, members: number][];
    least: number;
    median: number;
    p90: number;
    p99: number;
    most: number;
}

export interface ResourceRow {
    lane: number;
    service: string;
    state: string;
    reason: string;
    recoverable: boolean;
    downtime: number;
    outages: Outage[]; // none of a fleet
    fleet?: Fleet;
    least?: number;
    most?: number;
    mayBeImpaired?: boolean; // while it is up, at some timing
    lost?: string; // of 100 phases
}

/** That a resource is down or impaired before anything happens, and what exactly is missing. */
export interface Trouble {
    lane: number;
    standing: "impaired" | "down";
    text: string;
}

/** One table of how services differ. */
export interface ServiceTable {
    title: string;
    heads: string[];
    rows: string[][];
}

/** What is asked of a resource or a journey, and what the story makes of it. */
export interface Objective {
    name: string;
    asked: string;
    holds: "always" | "sometimes" | "never" | "not-known";
    text: string;
}

/** What the story comes to over an instant that its timeline leaves open. */
export interface OpenInstant {
    text: string;
    first: number;
    resources: {name: string; text: string; mayLoseData: boolean}[];
    judged: {what: string; text: string; holds: boolean}[];
    looked: string[];
    picture: string; // an SVG; empty: none
}

export interface Story {
    name: string;
    file: string;
    start: string;
    end: number;
    passed: boolean;
    atRest: Trouble[];
    subjects: Subject[];
    ties: [from: number, to: number, since: number, until: number, slots?: string][]; // for which keys of several
    events: StoryEvent[];
    bands: Band[];
    deadlines: Deadline[];
    objectives: Objective[];
    plans: Plan[];
    plansUntil: number | null;
    resources: ResourceRow[];
    services: ServiceTable[] | null; // none where all is of one service
    openInstant?: OpenInstant; // then all else is of its first instant
    clear: {unreachable?: string; data?: string}; // what is said to be whole, where it may be said
    complete: boolean; // what is said of all timings is said of each; else of so many courses that were looked at
    worlds: number;
}

/** The spell that holds at an instant: of several that begin there, the last. */
export function spellAt(subject: Subject, t: number): Spell | undefined {
    let low = 0;
    let high = subject.spells.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (subject.spells[middle]![0] <= t) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return subject.spells[Math.max(0, low - 1)];
}
