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
