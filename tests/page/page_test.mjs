// The page of 'cmksim report', as a browser shows it: page_test.mjs CMKSIM WEB SOURCE, where WEB holds node_modules.
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {existsSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {after, before, test} from "node:test";

const [cmksim, web, source] = process.argv.slice(2);
const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const folder = mkdtempSync(join(tmpdir(), "cmksim-page-"));
const story = join(source, "scenarios/incidents/documentdb-five-accidents.yaml");
let browser;

if (chromium === undefined) {
    console.error("the page is not tested: there is no Chromium");
    process.exit(process.env.CMKSIM_REQUIRE_TOOLS === "1" ? 1 : 77);
}

function report(name, ...files) {
    const path = join(folder, name);
    execFileSync(cmksim, ["report", ...files, "-o", path]);
    return path;
}

/** The page in the browser, and whatever it complained about or asked the network for. */
async function open(path, {width = 1280, hasTouch = false, features = []} = {}) {
    const page = await browser.newPage();
    const troubles = [];
    page.on("console", message => message.type() === "error" && troubles.push(message.text()));
    page.on("pageerror", error => troubles.push(error.message));
    page.on("request", request => /^(file|data):/.test(request.url()) || troubles.push(request.url()));
    await page.setViewport({width, hasTouch, height: 900});
    await page.emulateMediaFeatures(features);
    await page.goto(`file://${path}`);
    await page.waitForSelector(".mark");
    return {page, troubles};
}

const frames = page => page.evaluate(() => new Promise(done =>
    requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)))));
const texts = (page, selector) => page.$$eval(selector, found => found.map(one => one.textContent));

before(async () => {
    const puppeteer = createRequire(join(web, "package.json"))("puppeteer-core");
    browser = await puppeteer.launch({executablePath: chromium, args: ["--no-sandbox"]});
});
after(async () => {
    await browser?.close();
    rmSync(folder, {recursive: true});
});

test("has a lane for everything in the story, every event, and nothing to complain about", async () => {
    const {page, troubles} = await open(report("story.html", story));
    const run = JSON.parse(execFileSync(cmksim, ["run", story, "--format", "json"]));
    assert.deepEqual(await texts(page, ".label"), ["cluster", "contoso-kv", "contoso-kv/cmk", "cluster-id"]);
    assert.equal((await texts(page, ".events tbody tr")).length, run.events.length);
    assert.ok((await page.$$(".mark.transition.bad")).length >= 5);
    assert.ok((await page.$$(".lines path")).length >= 5);
    assert.ok((await page.$$(".bands rect")).length >= 5);
    assert.deepEqual(troubles, []);
    assert.match(await page.title(), /five accidents/);
});

test("zooms by the wheel, the buttons and the keyboard, and shows it all again", async () => {
    const {page, troubles} = await open(report("story.html", story));
    const ticks = () => texts(page, ".tick text");
    const whole = await ticks();
    const box = await (await page.$(".timeline svg")).boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + 50);
    await page.keyboard.down("Control");
    await page.mouse.wheel({deltaY: -400});
    await page.keyboard.up("Control");
    await frames(page);
    const near = await ticks();
    assert.notDeepEqual(near, whole);
    await page.click("button[aria-label='Show the whole time']");
    await frames(page);
    assert.deepEqual(await ticks(), whole);
    await page.focus(".timeline");
    await page.keyboard.press("+");
    await frames(page);
    assert.notDeepEqual(await ticks(), whole);
    const before = await ticks();
    await page.mouse.move(box.x + box.width / 2, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + 100, box.y + 50, {steps: 5});
    await page.mouse.up();
    await frames(page);
    assert.notDeepEqual(await ticks(), before, "a drag moves it");
    assert.deepEqual(troubles, []);
});

test("is zoomed by two fingers", async () => {
    const {page} = await open(report("story.html", story), {width: 390, hasTouch: true});
    const whole = await texts(page, ".tick text");
    const {x, y, width} = await (await page.$(".timeline svg")).boundingBox();
    const fingers = apart => [{x: x + width / 2 - apart, y: y + 40}, {x: x + width / 2 + apart, y: y + 40}];
    const session = await page.createCDPSession();
    await session.send("Input.dispatchTouchEvent", {type: "touchStart", touchPoints: fingers(20)});
    for (const apart of [40, 60, 80]) {
        await session.send("Input.dispatchTouchEvent", {type: "touchMove", touchPoints: fingers(apart)});
    }
    await session.send("Input.dispatchTouchEvent", {type: "touchEnd", touchPoints: []});
    await frames(page);
    assert.notDeepEqual(await texts(page, ".tick text"), whole);
});

test("the scrubber changes what is broken, what stands on what, and the way back", async () => {
    const {page} = await open(report("story.html", story));
    const at = async seconds => {
        await page.$eval(".scrubber", (scrubber, value) => {
            scrubber.value = value;
            scrubber.dispatchEvent(new Event("input"));
        }, seconds);
        return {broken: await texts(page, ".broken li"), bad: (await page.$$(".graph .boxes .bad")).length,
            plan: await texts(page, ".plan ol strong")};
    };
    const well = await at(60);
    assert.deepEqual(well, {broken: [], bad: 0, plan: []});
    const deleted = await at(4.5 * 3600);
    assert.deepEqual(deleted.broken.map(text => text.split(" ")[0]), ["cluster", "contoso-kv/cmk"]);
    assert.equal(deleted.bad, 2);
    assert.deepEqual(deleted.plan, ["key.recover contoso-kv/cmk"]);
});

test("a chosen event is told with what was behind it and the citation, and its cause can be followed", async () => {
    const {page} = await open(report("story.html", story));
    await page.click(".mark.transition.bad");
    const told = (await texts(page, ".event"))[0];
    assert.match(told, /Ready to Inaccessible: IdentityUnauthorized/);
    assert.match(told, /troubleshooting-inaccessible-customer-managed-key-condition/);
    await page.click(".event dd button");
    assert.match((await texts(page, ".event"))[0], /role\.remove contoso-kv/);
    await page.focus(".timeline");
    await page.keyboard.press("ArrowRight");
    assert.match((await texts(page, ".event .headline"))[0], /Ready to Inaccessible/);
});

test("points of no return are flags, met or averted, and lost data is a mark of its own", async () => {
    const week = join(folder, "week.yaml");
    writeFileSync(week, `cmksim: 1
name: A week is not long
estate:
  vaults:
    contoso-kv:
      softDeleteRetentionInDays: 7
      accessPolicies: {reader: [get, wrapKey, unwrapKey]}
      keys: {one: , two: }
  identities: {reader: }
  resources:
    first: {service: acr, identity: reader, key: contoso-kv/one}
    second: {service: acr, identity: reader, key: contoso-kv/two}
until: 10d
timeline:
  - {at: 1d, do: key.delete, target: contoso-kv/one}
  - {at: 2d, do: key.delete, target: contoso-kv/two}
  - {at: 4d, do: key.recover, target: contoso-kv/two}
`);
    const {page} = await open(report("week.html", week));
    assert.equal((await page.$$(".deadlines .open")).length, 1);
    assert.equal((await page.$$(".deadlines .averted")).length, 1);
    assert.equal((await page.$$(".mark.data-lost")).length, 1);
    assert.match((await texts(page, "caption")).join(), /Points of no return/);
});

test("names that look like markup are text, and do no harm", async () => {
    const {page, troubles} = await open(report("hostile.html", join(source, "tests/page/hostile.yaml")));
    assert.equal(await page.evaluate(() => window.harmed), undefined);
    assert.match((await texts(page, "h2"))[0], /<\/script><script>/);
    assert.ok((await texts(page, ".label")).includes("<b onclick='x'>&amp;\"'<!--"));
    await page.click(".mark.transition.bad");
    assert.equal(await page.evaluate(() => window.harmed), undefined);
    assert.deepEqual(troubles, []);
});

test("ten thousand events are drawn and zoomed without waiting", async () => {
    const big = join(folder, "big.yaml");
    writeFileSync(big, execFileSync("python3", [join(source, "tests/page/big.py")]));
    const {page, troubles} = await open(report("big.html", big));
    const rows = (await page.$$(".events tbody tr")).length;
    assert.ok(rows > 10_000, `${rows} events`);
    const times = await page.evaluate(async () => {
        const svg = document.querySelector(".timeline svg");
        const box = svg.getBoundingClientRect();
        const taken = [];
        for (let i = 0; i < 40; ++i) {
            const from = performance.now();
            svg.dispatchEvent(new WheelEvent("wheel", {deltaY: i < 20 ? -60 : 60, ctrlKey: true, bubbles: true,
                cancelable: true, clientX: box.left + 300, clientY: box.top + 100}));
            await new Promise(done => requestAnimationFrame(done));
            taken.push(performance.now() - from);
        }
        return taken.sort((one, other) => one - other);
    });
    // A frame is some 17 ms; machines that run tests are slow and busy.
    assert.ok(times[20] < 150, `half of the frames took more than ${times[20]} ms`);
    assert.ok((await page.$$(".timeline svg *")).length < 6_000, "what is drawn does not grow with the events");
    assert.deepEqual(troubles, []);
});

test("fits a telephone, dark and light, and paper", async () => {
    const path = report("story.html", story);
    const ground = {};
    for (const value of ["light", "dark"]) {
        const {page} = await open(path, {width: 390, features: [{name: "prefers-color-scheme", value}]});
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
        ground[value] = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    }
    assert.notEqual(ground.light, ground.dark);
    const {page} = await open(path);
    assert.ok((await page.pdf({format: "A4"})).length > 10_000);
    await page.emulateMediaType("print");
    assert.equal(await page.$eval(".toolbar", bar => getComputedStyle(bar).display), "none");
});

test("everything that is drawn is named for those who do not see it", async () => {
    const {page} = await open(report("story.html", story));
    for (const picture of await page.$$("svg")) {
        assert.ok(await picture.evaluate(svg => svg.getAttribute("role") === "img" && svg.getAttribute("aria-label")));
    }
    for (const control of await page.$$("input, .toolbar button")) {
        assert.ok(await control.evaluate(one => one.getAttribute("aria-label")));
    }
    assert.equal(await page.$eval(".event", panel => panel.getAttribute("aria-live")), "polite");
});
