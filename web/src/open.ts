// What a story comes to whose timeline leaves an instant open; everything else on the page is of the first one.
import {make} from "./dom.js";
import type {Story} from "./story.js";
import {sinceStart} from "./time.js";

export function openInstant(story: Story): HTMLElement | null {
    const open = story.openInstant;
    if (!open) {
        return null;
    }
    return make("div", {class: "open-instant"},
        make("p", {}, make("strong", {}, `Open: ${open.text}.`)),
        make("ul", {}, ...open.resources.map(one => make("li", {}, `${one.name}: ${one.text}`,
            one.mayLoseData && "; at some of these instants its data may be lost"))),
        open.judged.length > 0 && make("ul", {}, ...open.judged.map(one => make("li", one.holds ? {} : {class: "bad"},
            `${one.what}: ${one.text}`))),
        // As an image: nothing in it is part of the page.
        open.picture !== "" && make("img", {alt: "The longest outage of each resource, by the instant of the repair",
            src: `data:image/svg+xml,${encodeURIComponent(open.picture)}`}),
        ...open.looked.map(sentence => make("p", {class: "quiet"}, sentence)),
        make("p", {}, `What follows, at any timing or at one, is of the first instant alone: ${sinceStart(open.first)}.`));
}
