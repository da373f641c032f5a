// What stands beside the lanes: the event that was chosen, what is broken at the instant, and the way back from it.
import {button, fact, make, sources} from "./dom.js";
import {worseFirst, type Harm} from "./harm.js";
import {signs, worse} from "./looks.js";
import {spellAt, type Plan, type Story} from "./story.js";
import {calendar, length, sinceStart} from "./time.js";

/** `identity: acr-id, permissions: get wrapKey`. */
const words = (fields: Record<string, unknown>): string => Object.entries(fields).map(([name, value]) =>
    `${name}: ${Array.isArray(value) ? value.join(" ") : typeof value === "object" ? JSON.stringify(value) : value}`)
    .join(", ");

export class EventPanel {
    readonly element = make("div", {class: "panel event", "aria-live": "polite"});
    private readonly effects: Map<number, number[]> = new Map();

    constructor(private readonly story: Story, private readonly choose: (events: number[]) => void) {
        story.events.forEach((event, index) => {
            if (event.cause !== undefined) {
                this.effects.set(event.cause, [...this.effects.get(event.cause) ?? [], index]);
            }
        });
        this.show([]);
    }

    show(events: number[]): void {
        const first = events[0];
        this.element.classList.toggle("empty", first === undefined);
        this.element.replaceChildren(...first === undefined ? []
            : [make("h3", {}, "Event"), this.event(first), this.others(events)]);
    }

    private event(index: number): Node {
        const event = this.story.events[index]!;
        const effects = this.effects.get(index) ?? [];
        const subject = event.lane === undefined ? undefined : this.story.subjects[event.lane];
        return make("dl", {},
            make("div", {class: `headline ${event.tone}`}, make("dt", {}, sinceStart(event.t)),
                make("dd", {}, make("strong", {}, event.text))),
            fact("by the calendar", calendar(this.story.start, event.t)),
            fact("concerns", subject && `${subject.kind} ${subject.name}`),
            fact("members", event.members !== undefined && event.until !== undefined &&
                `${event.members}, up to ${sinceStart(event.until)}`),
            fact("with", event.with),
            fact("command", event.az !== undefined && make("code", {}, event.az)),
            fact("says", event.message && (event.error ? `${event.error}: ${event.message}` : event.message)),
            fact("fix", event.fix),
            fact("after", event.cause !== undefined && this.link(event.cause)),
            fact("and after", event.otherCauses !== undefined &&
                make("ul", {}, ...event.otherCauses.map(cause => make("li", {}, this.link(cause))))),
            fact("brings about", effects.length > 0 && make("ul", {},
                ...effects.slice(0, 10).map(effect => make("li", {}, this.link(effect))),
                effects.length > 10 && make("li", {}, `and ${effects.length - 10} more`))),
            fact("source", sources(event.sources)),
            fact("assumed", event.assumed),
            fact("line", event.line !== undefined && String(event.line)));
    }

    private link(index: number): HTMLElement {
        const event = this.story.events[index]!;
        const name = event.lane === undefined || event.kind === "action" ? "" : `${this.story.subjects[event.lane]!.name}: `;
        const text = `${sinceStart(event.t)} ${name}${event.text}`;
        return button(text, text, () => this.choose([index]));
    }

    private others(events: number[]): Node {
        const rest = events.slice(1);
        return rest.length === 0 ? document.createTextNode("") : make("details", {},
            make("summary", {}, `${rest.length} more at this spot`),
            make("ul", {}, ...rest.slice(0, 50).map(index => make("li", {}, this.link(index)))));
    }
}

/** What is not as it should be at an instant. */
export class BrokenPanel {
    readonly element = make("div", {class: "panel broken"});

    private readonly order: number[];

    constructor(private readonly story: Story, harms: Harm[]) {
        this.order = [...harms].sort(worseFirst).map(harm => harm.lane);
    }

    show(t: number): void {
        const broken = this.order.flatMap(lane => {
            const subject = this.story.subjects[lane]!;
            const spell = spellAt(subject, t);
            return spell && worse[spell[2]] >= worse.warning ? [{subject, spell}] : [];
        });
        const first = (one: (typeof broken)[number]) => (one.subject.kind === "resource" ? 10 : 0) + worse[one.spell[2]];
        broken.sort((one, other) => first(other) - first(one));
        const rows = broken.map(({subject, spell}) => make("li", {class: spell[2]}, make("strong", {}, subject.name),
            ` ${signs[spell[2]]}${spell[3]}`));
        const more = rows.length - 10;
        this.element.replaceChildren(make("h3", {}, `At ${sinceStart(t)}`),
            make("p", {class: "quiet"}, calendar(this.story.start, t)),
            rows.length === 0 ? make("p", {}, "No lane is shown as down or impaired then.")
                              : make("ul", {}, ...rows.slice(0, 10), more > 0 && make("li", {}, `and ${more} more`)));
    }
}

/** The way back from an instant. */
export class PlanPanel {
    readonly element = make("div", {class: "panel plan"});

    constructor(private readonly story: Story) {}

    show(t: number): void {
        const late = this.story.plansUntil !== null && t >= this.story.plansUntil;
        const plan = late ? undefined : [...this.story.plans].reverse().find(one => one.at <= t);
        this.element.replaceChildren(make("h3", {}, "The way back from there"), ...plan
            ? this.plan(plan)
            : [make("p", {class: "quiet"}, late ? "Not worked out for so late an instant; ‘cmksim plan --at’ does."
                                                : "There is nothing yet.")]);
    }

    private plan(plan: Plan): Node[] {
        const nodes: Node[] = [];
        if (plan.steps.length > 0) {
            nodes.push(make("ol", {}, ...plan.steps.map(step => make("li", {},
                make("strong", {}, `${step.action} ${step.target}`),
                Object.keys(step.with).length > 0 && make("span", {class: "quiet"}, ` ${words(step.with)}`),
                step.az !== "" && make("code", {}, step.az),
                make("p", {}, step.why),
                step.role !== undefined && make("p", {class: "quiet"}, `needs ${step.role}`),
                sources(step.sources)))));
        } else if (!plan.lost?.length) {
            nodes.push(make("p", {}, "No step is needed for what is down or impaired then."));
        }
        if (plan.ready && (plan.steps.length > 0 || plan.ready.max > 0)) {
            nodes.push(make("p", {}, plan.ready.min === plan.ready.max
                ? `What can come back is up and unimpaired ${length(plan.ready.min)} later.`
                : `What can come back is up and unimpaired ${length(plan.ready.min)} to ${length(plan.ready.max)} later.`));
        }
        for (const lost of plan.lost ?? []) {
            nodes.push(make("p", {class: "bad"}, make("strong", {}, `${lost.resource} does not come back: `),
                lost.because, lost.until === null ? "" : `. The last chance was at ${sinceStart(lost.until)}.`));
        }
        return nodes;
    }
}
