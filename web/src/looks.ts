// What each way of standing looks like, everywhere: a height, a pattern and a colour, so that none rests on colour alone.
import {select, type Selection} from "d3-selection";
import {make} from "./dom.js";
import type {StoryEvent, Tone} from "./story.js";

export const tones: Tone[] = ["good", "absent", "unmodelled", "warning", "bad", "lost"];
export const worse: Record<Tone, number> = {good: 0, absent: 1, unmodelled: 2, warning: 3, bad: 4, lost: 5};
export const barHeight: Record<Tone, number> = {good: 5, absent: 2, unmodelled: 10, warning: 12, bad: 18, lost: 22};

/** Before a state in words. */
export const signs: Record<Tone, string> = {good: "", warning: "◐ ", bad: "✕ ", lost: "‼ ", absent: "– ", unmodelled: "? "};

export const toneWords: Record<Tone, string> = {good: "as it should be", warning: "impaired: up, with a condition", bad: "down, out of reach",
    lost: "its data is lost for good", absent: "not there", unmodelled: "no model: what becomes of it is not known"};

export const shapes: Record<StoryEvent["kind"], string> = {
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
const failedExpectation = "M-6,-6 H6 V6 H-6 Z M-3,-3 L3,3 M3,-3 L-3,3";
export const flag = "M0,14 V-14 H10 L7,-10 L10,-6 H0";

export const shapeOf = (event: StoryEvent): string =>
    event.kind === "expectation" && event.tone === "bad" ? failedExpectation : shapes[event.kind];

type Svg = Selection<SVGSVGElement, unknown, null, undefined>;

export const newSvg = (label: string): Svg => select(document.createElementNS("http://www.w3.org/2000/svg", "svg"))
    .attr("role", "img").attr("aria-label", label);

/** The patterns that style.css fills with, once in a page. */
export function patterns(): SVGSVGElement {
    const svg = select(document.createElementNS("http://www.w3.org/2000/svg", "svg")).attr("class", "patterns")
        .attr("aria-hidden", "true").attr("width", 0).attr("height", 0);
    const defs = svg.append("defs");
    const pattern = (id: string, size: number, turn: number) => {
        const one = defs.append("pattern").attr("id", id).attr("width", size).attr("height", size)
            .attr("patternUnits", "userSpaceOnUse").attr("patternTransform", `rotate(${turn})`);
        one.append("rect").attr("class", "under").attr("width", size).attr("height", size);
        return one;
    };
    pattern("look-warning", 5, 0).append("rect").attr("class", "over").attr("width", 2.5).attr("height", 5);
    const lost = pattern("look-lost", 7, 45);
    lost.append("path").attr("class", "over").attr("d", "M0,0H7M0,0V7");
    pattern("look-unmodelled", 5, 0).append("circle").attr("class", "over").attr("cx", 2.5).attr("cy", 2.5).attr("r", 1.2);
    pattern("look-open", 6, 45).append("line").attr("class", "over").attr("y2", 6);
    return svg.node()!;
}

function swatch(draw: (svg: Svg) => void): SVGSVGElement {
    const svg = select(document.createElementNS("http://www.w3.org/2000/svg", "svg")).attr("aria-hidden", "true")
        .attr("class", "swatch").attr("width", 26).attr("height", 24).attr("viewBox", "0 0 26 24");
    draw(svg);
    return svg.node()!;
}

const bar = (tone: string, height: number) => swatch(svg => svg.append("g").attr("class", "spells").append("rect")
    .attr("class", tone).attr("x", 1).attr("width", 24).attr("y", (24 - height) / 2).attr("height", height));

const mark = (classes: string, shape: string) => swatch(svg => svg.append("path").attr("class", classes).attr("d", shape)
    .attr("transform", "translate(13,12)"));

/** What the lanes mean; marks only of kinds that a story has. */
export function legend(kinds: Set<string>): HTMLElement {
    const items: [SVGSVGElement, string][] = [...["good", "warning", "bad", "lost", "absent", "unmodelled"] as Tone[]]
        .filter(tone => tone === "good" || tone === "bad" || kinds.has(tone))
        .map(tone => [bar(tone, barHeight[tone]), toneWords[tone]]);
    const add = (when: string, picture: SVGSVGElement, text: string) => kinds.has(when) && items.push([picture, text]);
    add("fleet", swatch(svg => svg.append("g").attr("class", "fleets").append("path").attr("d", "M1,20V14H8V6H17V16H25V20Z")),
        "how many of a fleet are down");
    add("band", swatch(svg => svg.append("g").attr("class", "bands").append("rect").attr("x", 1).attr("width", 24)
        .attr("y", 2).attr("height", 20)), "not known: can happen at any instant of this, as timings go");
    add("action", mark("mark action", shapes.action), "something was done");
    add("refused", mark("mark action bad", shapes.action), "was refused");
    add("fact", mark("mark fact", shapes.fact), "came with time");
    add("transition", mark("mark transition bad", shapes.transition), "its state changed");
    add("condition", mark("mark condition", shapes.condition), "a condition began or ended");
    add("key-rotated", mark("mark key-rotated", shapes["key-rotated"]), "went over to a new key version");
    add("data-lost", mark("mark data-lost", shapes["data-lost"]), "data was lost");
    add("operation", mark("mark operation", shapes.operation), "was tried");
    add("sight", mark("mark sight", shapes.sight), "was looked at");
    add("held", mark("mark expectation good", shapes.expectation), "an expectation held");
    add("short", mark("mark expectation bad", failedExpectation), "an expectation did not hold");
    add("deadline", swatch(svg => svg.append("g").attr("class", "deadlines").append("path").attr("class", "open").attr("d", flag)
        .attr("transform", "translate(8,12) scale(0.7)")), "point of no return (empty: averted)");
    return make("ul", {class: "legend", "aria-label": "Legend"},
        ...items.map(([picture, text]) => make("li", {}, picture, make("span", {}, text))));
}
