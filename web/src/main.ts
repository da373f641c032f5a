// Puts the page together: a part for each story, each with one instant and one choice of events that all of it follows.
import {make} from "./dom.js";
import {fellShort, gist, sentences, verdict} from "./gist.js";
import {Graph} from "./graph.js";
import {harmsOf, type Harm} from "./harm.js";
import {legend, patterns} from "./looks.js";
import {openInstant} from "./open.js";
import {BrokenPanel, EventPanel, PlanPanel} from "./panels.js";
import type {Story} from "./story.js";
import {deadlineTable, downtimeTable, eventTable, objectiveTable, serviceTables, spreadTable} from "./tables.js";
import {calendar, length} from "./time.js";
import {Timeline} from "./timeline.js";

/** What of the legend a story has a use for. */
function kindsIn(story: Story): Set<string> {
    const fleets = new Set(story.resources.filter(one => one.fleet).map(one => one.lane));
    const kinds = new Set<string>(story.subjects.flatMap((subject, lane) => subject.kind === "grant" || fleets.has(lane) ? []
        : subject.spells.filter(spell => spell[1] > spell[0]).map(spell => spell[2])));
    for (const event of story.events) {
        kinds.add(event.kind === "expectation" ? (event.tone === "bad" ? "short" : "held") : event.kind);
        if (event.kind === "action" && event.tone === "bad") {
            kinds.add("refused");
        }
    }
    story.bands.length > 0 && kinds.add("band");
    story.deadlines.some(one => one.t <= story.end) && kinds.add("deadline");
    fleets.size > 0 && kinds.add("fleet");
    return kinds;
}

/** Where a reader begins: when the first thing goes wrong. */
const beginning = (story: Story): number => story.events.find(event => event.kind === "transition" &&
    event.tone === "bad")?.t ?? 0;

function section(story: Story, harms: Harm[], index: number): HTMLElement {
    const graph = new Graph(story, harms);
    const broken = new BrokenPanel(story, harms);
    const plan = new PlanPanel(story);
    const chooseTime = (t: number) => {
        timeline.setTime(t);
        graph.draw(t);
        broken.show(t);
        plan.show(t);
    };
    const chooseEvents = (events: number[]) => {
        panel.show(events);
        timeline.highlight(events);
        const event = story.events[events[0]!]!;
        chooseTime(event.t);
        if (event.lane !== undefined) {
            graph.look(event.lane);
        }
    };
    const panel = new EventPanel(story, chooseEvents);
    const timeline = new Timeline(story, harms, {time: chooseTime, events: chooseEvents}, subject => graph.look(subject));
    const heading = `story-${index}`;
    const element = make("section", {class: "story", "aria-labelledby": heading},
        make("h2", {id: heading}, story.name),
        make("p", {class: "quiet"}, `${story.file} · ${calendar(story.start, 0)}, ${length(story.end)}`),
        openInstant(story), gist(story, harms), fellShort(story, chooseEvents), timeline.element, legend(kindsIn(story)),
        make("div", {class: "panels"}, panel.element, broken.element, plan.element), graph.element,
        downtimeTable(story, harms), spreadTable(story), objectiveTable(story), deadlineTable(story), serviceTables(story),
        eventTable(story, chooseEvents));
    chooseTime(beginning(story));
    return element;
}

const page = document.getElementById("page")!;
const {stories} = JSON.parse(document.getElementById("stories")!.textContent!) as {stories: Story[]};
document.title = stories.length === 1 ? `${stories[0]!.name} – cmksim report` : `${stories.length} stories – cmksim report`;
page.replaceChildren(patterns(), make("h1", {}, "cmksim report"));
const harms = stories.map(harmsOf);
if (stories.length > 1) {
    page.append(make("nav", {"aria-label": "Stories"}, make("ul", {}, ...stories.map((story, index) =>
        make("li", {}, make("a", {href: `#story-${index}`}, story.name), ` ${sentences(story, harms[index]!)[0]} `,
            make("span", {class: story.passed ? "quiet" : "bad"}, `Expectations: ${verdict(story)}.`))))));
}
stories.forEach((story, index) => page.append(section(story, harms[index]!, index)));
