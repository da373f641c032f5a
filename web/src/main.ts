// Puts the page together: a part for each story, each with one instant and one choice of events that all of it follows.
import {make} from "./dom.js";
import {Graph} from "./graph.js";
import {BrokenPanel, EventPanel, PlanPanel} from "./panels.js";
import type {Story} from "./story.js";
import {deadlineTable, downtimeTable, eventTable} from "./tables.js";
import {calendar, length, sinceStart} from "./time.js";
import {Timeline} from "./timeline.js";

function legend(): HTMLElement {
    const items = [["good", "as it should be"], ["warning", "in part"], ["bad", "out of reach"], ["absent", "not there"],
        ["open", "can happen at any instant of this"]];
    return make("ul", {class: "legend", "aria-label": "Legend"}, ...items.map(([tone, text]) =>
        make("li", {}, make("span", {class: `swatch ${tone}`}), text!)),
        make("li", {}, "▶ action  ◆ came with time  ● state  ⚑ point of no return"));
}

/** Where a reader begins: when the first thing goes wrong. */
const beginning = (story: Story): number => story.events.find(event => event.kind === "transition" &&
    event.tone === "bad")?.t ?? 0;

function section(story: Story, index: number): HTMLElement {
    const graph = new Graph(story);
    const broken = new BrokenPanel(story);
    const plan = new PlanPanel(story);
    const scrubber = make("input", {type: "range", min: "0", max: String(story.end), step: "1", class: "scrubber",
        "aria-label": "Instant"});
    const chooseTime = (t: number) => {
        scrubber.value = String(t);
        scrubber.setAttribute("aria-valuetext", `${sinceStart(t)}, ${calendar(story.start, t)}`);
        timeline.setTime(t);
        graph.draw(t);
        broken.show(t);
        plan.show(t);
    };
    const chooseEvents = (events: number[]) => {
        panel.show(events);
        timeline.highlight(events);
        chooseTime(story.events[events[0]!]!.t);
    };
    const panel = new EventPanel(story, chooseEvents);
    const timeline = new Timeline(story, {time: chooseTime, events: chooseEvents});
    scrubber.addEventListener("input", () => chooseTime(Number(scrubber.value)));
    const heading = `story-${index}`;
    const element = make("section", {class: "story", "aria-labelledby": heading},
        make("h2", {id: heading}, story.name),
        make("p", {class: "quiet"}, `${story.file} · ${calendar(story.start, 0)}, ${length(story.end)} · `,
            make("strong", {class: story.passed ? "good" : "bad"}, story.passed ? "PASSED" : "FAILED")),
        downtimeTable(story), timeline.element, scrubber, legend(),
        make("div", {class: "panels"}, broken.element, panel.element, plan.element), graph.element,
        deadlineTable(story), eventTable(story, chooseEvents));
    chooseTime(beginning(story));
    return element;
}

const page = document.getElementById("page")!;
const {stories} = JSON.parse(document.getElementById("stories")!.textContent!) as {stories: Story[]};
document.title = stories.length === 1 ? `${stories[0]!.name} – cmksim report` : `${stories.length} stories – cmksim report`;
page.replaceChildren(make("h1", {}, "cmksim report"));
if (stories.length > 1) {
    page.append(make("nav", {"aria-label": "Stories"}, make("ul", {}, ...stories.map((story, index) =>
        make("li", {class: story.passed ? "good" : "bad"}, make("a", {href: `#story-${index}`}, story.name))))));
}
stories.forEach((story, index) => page.append(section(story, index)));
