// Runs in the page: every text and drawing whose contrast with what is behind it is less than WCAG AA asks for.
export function lowContrast() {
    const channels = colour => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const over = ([r, g, b, a = 1], under) => [r, g, b].map((one, index) => one * a + under[index] * (1 - a));
    const luminance = colour => {
        const [r, g, b] = colour.map(one => one / 255).map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (one, other) => {
        const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
        return (light + 0.05) / (dark + 0.05);
    };
    const behind = element => {
        const layers = [];
        for (let at = element; at; at = at.parentElement) {
            layers.push(channels(getComputedStyle(at).backgroundColor));
        }
        return layers.reverse().reduce((ground, layer) => layer.length < 3 ? ground : over(layer, ground), [255, 255, 255]);
    };
    const fill = element => channels(getComputedStyle(element).fill);
    const found = [];
    let looked = 0;
    const judge = (what, colour, ground, least) => {
        ++looked;
        const measured = contrast(over(colour, ground), ground);
        if (measured < least) {
            found.push(`${what}: ${measured.toFixed(2)}`);
        }
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        const style = getComputedStyle(element);
        if (node.textContent.trim() === "" || ["SCRIPT", "STYLE", "NOSCRIPT", "TITLE", "title", "OPTION"].includes(element.tagName) ||
            element.getClientRects().length === 0) {
            continue;
        }
        const inSvg = element.closest("svg");
        const bar = inSvg && element.matches(".spells text.bad") ? document.querySelector(".spells path.bad") : null;
        const box = inSvg ? element.closest(".boxes g")?.querySelector("rect") : null;
        judge(`${element.tagName} .${element.getAttribute("class")} "${node.textContent.trim().slice(0, 30)}"`,
            inSvg ? fill(element) : channels(style.color), bar ? fill(bar) : box ? fill(box) : behind(element), 4.5);
    }
    const ground = behind(document.querySelector(".timeline"));
    for (const selector of [".spells .good", ".spells .bad", ".spells .absent", ".fleets path", ".mark.action", ".mark.fact"]) {
        const drawn = document.querySelector(`.timeline ${selector}`) ?? document.querySelector(selector);
        drawn && judge(selector, fill(drawn), ground, 3);
    }
    for (const selector of [".spells .warning", ".spells .lost", ".spells .unmodelled", ".bands rect", ".mark.transition", ".mark.data-lost",
        ".mark.expectation", ".mark.condition", ".now line", ".boxes .bad rect", ".boxes .good rect"]) {
        const drawn = document.querySelector(selector);
        drawn && judge(selector, channels(getComputedStyle(drawn).stroke), ground, 3);
    }
    for (const control of document.querySelectorAll("input[type=search], select, .toolbar button")) {
        judge(`edge of ${control.getAttribute("aria-label")}`, channels(getComputedStyle(control).borderTopColor), behind(control.parentElement), 3);
    }
    return {found, looked};
}
