// Elements with text in them. Text is only ever text: nothing that a scenario says is read as markup.

type Child = Node | string | null | undefined | false;

export function make<K extends keyof HTMLElementTagNameMap>(
    tag: K, attributes: Record<string, string> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        element.setAttribute(name, value);
    }
    element.append(...children.filter((child): child is Node | string => Boolean(child)));
    return element;
}

export function button(label: string, says: string, action: () => void): HTMLButtonElement {
    const element = make("button", {type: "button", "aria-label": says, title: says}, label);
    element.addEventListener("click", action);
    return element;
}

/** Citations; those that are addresses can be followed. */
export function sources(list: string[] | undefined): Node | null {
    if (!list?.length) {
        return null;
    }
    return make("ul", {class: "sources"}, ...list.map(source => make("li", {}, source.startsWith("https://")
        ? make("a", {href: source, rel: "noreferrer"}, source)
        : source)));
}

/** A term and what is said of it, where anything is. */
export function fact(term: string, said: Child): Node | null {
    return said ? make("div", {class: "fact"}, make("dt", {}, term), make("dd", {}, said)) : null;
}

const segmenter = (Intl as {Segmenter?: typeof Intl.Segmenter}).Segmenter ? new Intl.Segmenter() : undefined;
const letters = (text: string): string[] => segmenter ? [...segmenter.segment(text)].map(one => one.segment) : [...text];

/** A text of at most so many letters; one that is longer is cut in its middle, as names differ at their ends. */
export function middleCut(text: string, most: number): string {
    if (text.length <= most) {
        return text;
    }
    const all = letters(text);
    if (all.length <= most) {
        return text;
    }
    const tail = Math.max(1, Math.floor((most - 1) / 2));
    return `${all.slice(0, Math.max(1, most - 1 - tail)).join("")}…${all.slice(all.length - tail).join("")}`;
}

const ruler = document.createElement("canvas").getContext("2d");
const widths = new Map<string, number>();

/** How many pixels a text of an SVG takes, in a font such as `600 12px`. */
export function widthOf(text: string, font: string): number {
    const key = `${font} ${text}`;
    let width = widths.get(key);
    if (width === undefined) {
        if (ruler) {
            ruler.font = `${font} ${getComputedStyle(document.body).fontFamily}`;
        }
        width = ruler ? ruler.measureText(text).width : text.length * 8;
        widths.set(key, width);
    }
    return width;
}

/** A text that takes so many pixels at most, cut in its middle. */
export function cutToFit(text: string, room: number, font: string): string {
    let cut = text;
    for (let most = letters(text).length - 1; most > 2 && widthOf(cut, font) > room; --most) {
        cut = middleCut(text, most);
    }
    return cut;
}

/** A name that takes what room there is, and is cut in its middle where that is too little. */
export function name(text: string): HTMLElement {
    const all = letters(text);
    const tail = Math.min(8, Math.floor(all.length / 2));
    return make("span", {class: "name", title: text}, make("span", {class: "start"}, all.slice(0, all.length - tail).join("")),
        make("span", {class: "end"}, all.slice(all.length - tail).join("")));
}
