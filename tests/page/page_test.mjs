// The page of 'cmksim report', as a browser shows it: page_test.mjs CMKSIM WEB SOURCE, where WEB holds node_modules.
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {existsSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {after, before, test} from "node:test";
import {lowContrast} from "./contrast.mjs";

const [cmksim, web, source] = process.argv.slice(2);
const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const folder = mkdtempSync(join(tmpdir(), "cmksim-page-"));
const looks = join(source, "tests/page/looks.yaml");
const story = join(source, "scenarios/incidents/documentdb-five-accidents.yaml");
let browser;

if (chromium === undefined) {
    console.error("the page is not tested: there is no Chromium");
    process.exit(process.env.CMKSIM_REQUIRE_TOOLS === "1" ? 1 : 77);
}

function report(name, ...files) {
    const path = join(folder, name);
    execFileSync(cmksim, ["report", ...files, "-o", path], {stdio: ["ignore", "ignore", "ignore"]});
    return path;
}

/** The page in the browser, and whatever it complained about or asked the network for. */
async function open(path, {width = 1280, hasTouch = false, features = [], wait = ".mark"} = {}) {
    const page = await browser.newPage();
    const troubles = [];
    page.on("console", message => message.type() === "error" && troubles.push(message.text()));
    page.on("pageerror", error => troubles.push(error.message));
    page.on("request", request => /^(file|data):/.test(request.url()) || troubles.push(request.url()));
    await page.setViewport({width, hasTouch, height: 900});
    await page.emulateMediaFeatures(features);
    await page.goto(`file://${path}`);
    await page.waitForSelector(wait);
    await frames(page);
    return {page, troubles};
}

const frames = page => page.evaluate(() => new Promise(done =>
    requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)))));
const scenario = (name, text) => {
    const path = join(folder, `${name}.yaml`);
    writeFileSync(path, `cmksim: 1\nname: ${name}\n${text}`);
    return path;
};
const gist = async (...files) => texts((await open(report("gist.html", ...files), {wait: ".timeline"})).page, ".words p");
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
    assert.deepEqual(await texts(page, ".label .name"), ["cluster", "contoso-kv", "contoso-kv/cmk", "cluster-id"]);
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
    const box = await (await page.$("svg.lanes")).boundingBox();
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
    const {x, y, width} = await (await page.$("svg.lanes")).boundingBox();
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
    await page.click(".lanes .mark.transition.bad");
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
    assert.equal((await page.$$(".lanes .deadlines .open")).length, 1);
    assert.equal((await page.$$(".lanes .deadlines .averted")).length, 1);
    assert.equal((await page.$$(".lanes .mark.data-lost")).length, 1);
    assert.match((await texts(page, "caption")).join(), /Points of no return/);
});

test("objectives are a table of what is promised and whether it is kept", async () => {
    const {page} = await open(report("objectives.html", join(source, "docs/gate/objectives.yaml")));
    assert.match((await texts(page, "caption")).join(), /Objectives/);
    assert.match((await texts(page, "td")).join(), /does not hold in every case/);
});

test("names that look like markup are text, and do no harm", async () => {
    const {page, troubles} = await open(report("hostile.html", join(source, "tests/page/hostile.yaml")));
    assert.equal(await page.evaluate(() => window.harmed), undefined);
    assert.match((await texts(page, "h2"))[0], /<\/script><script>/);
    assert.ok((await texts(page, ".label .name")).includes("<b onclick='x'>&amp;\"'<!--"));
    await page.click(".lanes .mark.transition.bad");
    assert.equal(await page.evaluate(() => window.harmed), undefined);
    assert.deepEqual(troubles, []);
});

test("ten thousand events are drawn and zoomed without waiting", async () => {
    const big = join(folder, "big.yaml");
    writeFileSync(big, execFileSync("python3", [join(source, "tests/page/big.py")]));
    const {page, troubles} = await open(report("big.html", big));
    const rows = (await page.$$(".events tbody tr")).length;
    assert.ok(rows > 10_000, `${rows} events`);
    // What the page works, and not how long it waits: other programs on the machine take no part in it.
    const session = await page.createCDPSession();
    await session.send("Performance.enable", {timeDomain: "threadTicks"});
    const worked = async () => (await session.send("Performance.getMetrics")).metrics
        .find(({name}) => name === "TaskDuration").value;
    const steps = 40;
    const begun = await worked();
    await page.evaluate(async steps => {
        const svg = document.querySelector("svg.lanes");
        const box = svg.getBoundingClientRect();
        for (let i = 0; i < steps; ++i) {
            svg.dispatchEvent(new WheelEvent("wheel", {deltaY: i < steps / 2 ? -60 : 60, ctrlKey: true, bubbles: true,
                cancelable: true, clientX: box.left + 300, clientY: box.top + 100}));
            await new Promise(done => requestAnimationFrame(done));
        }
    }, steps);
    const each = 1000 * (await worked() - begun) / steps;
    assert.ok(each > 0 && each < 250, `${each} ms of work for each step of the wheel`);
    assert.ok((await page.$$(".timeline svg *")).length < 6_000, "what is drawn does not grow with the events");
    assert.deepEqual(troubles, []);
});

test("of three hundred resources what is in sight is drawn, and the downtime is on the first screen", async () => {
    const many = join(folder, "estate.yaml");
    writeFileSync(many, execFileSync("python3", [join(source, "tests/page/estate.py"), "300"]));
    const {page, troubles} = await open(report("estate.html", many), {width: 390});
    assert.ok((await page.$$(".label")).length < 60);
    await page.$eval(".scroller", scroller => scroller.scrollTop = scroller.scrollHeight);
    await frames(page);
    assert.match((await texts(page, ".fold")).join(), /\d+ resources: up all the time, at any timing that was looked at/);
    assert.match((await texts(page, ".first"))[0], /^\d+ of 300 resources were unreachable between \+2h/);
    const {y, height} = await (await page.$(".numbers")).boundingBox();
    assert.ok(y + height < 844);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
    assert.ok((await page.$$(".boxes g")).length < 30);
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

const longNames = scenario("long-names", `estate:
  vaults:
    production-vault: {accessPolicies: {reader: [get, list, wrapKey, unwrapKey]}, keys: {the-key-of-this-one: }}
  identities: {reader: }
  resources:
    production-westeurope-cosmosdb-0001: {service: cosmosdb, identity: reader, key: production-vault/the-key-of-this-one}
    production-westeurope-MMMMMM-0002: {service: acr, identity: reader, key: production-vault/the-key-of-this-one}
until: 9h
timeline:
  - {at: 1h, do: key.update, target: production-vault/the-key-of-this-one, with: {enabled: false}}
  - {at: 8h, do: key.update, target: production-vault/the-key-of-this-one, with: {enabled: true}}
`);

test("no text runs over its box in the graph, however wide its letters are", async () => {
    for (const width of [390, 1280]) {
        const {page} = await open(report("names.html", longNames), {width});
        const over = await page.$$eval(".graph .boxes g", boxes => boxes.flatMap(box => [...box.querySelectorAll("text")]
            .filter(text => text.getBoundingClientRect().right > box.querySelector("rect").getBoundingClientRect().right)
            .map(text => text.textContent)));
        assert.deepEqual(over, []);
    }
});

test("on a phone the table of downtime is whole, with the service below the name, which ends a line at its hyphens", async () => {
    const {page} = await open(report("names.html", longNames), {width: 390});
    assert.ok(await page.$eval(".downtimes .sideways", one => one.scrollWidth <= one.clientWidth));
    const below = await page.$eval(".downtimes tbody th", one => getComputedStyle(one, "::after").content);
    assert.match(below, /^"(acr|cosmosdb) 20/);
    const pieces = await page.$$eval(".downtimes tbody th", names => names.map(name => {
        const text = name.firstChild;
        const lines = new Map();
        for (let i = 0; i < text.length; ++i) {
            const range = document.createRange();
            range.setStart(text, i);
            range.setEnd(text, i + 1);
            const top = Math.round(range.getBoundingClientRect().top);
            lines.set(top, (lines.get(top) ?? "") + text.data[i]);
        }
        return [...lines.values()];
    }));
    assert.ok(pieces.every(lines => lines.slice(0, -1).every(line => line.endsWith("-"))), JSON.stringify(pieces));
});

test("what was done has its name: the repair that ended it on a phone, and something of each instant", async () => {
    const narrow = (await open(report("names.html", longNames), {width: 390})).page;
    assert.equal((await texts(narrow, ".flags text")).filter(label => label.startsWith("key")).length, 2);
    const vaults = [0, 1, 2, 3, 4].flatMap(hour => [0, 1, 2, 3, 4, 5].map(one => ({name: `production-vault-${hour}${one}`, hour})));
    const crowded = scenario("crowded", `estate:
  vaults:
${vaults.map(({name}) => `    ${name}: {accessPolicies: {reader: [get, list, wrapKey, unwrapKey]}, keys: {cmk: }}\n`).join("")}  identities: {reader: }
  resources:
${vaults.map(({name}) => `    of-${name}: {service: acr, identity: reader, key: ${name}/cmk}\n`).join("")}until: 10h
timeline:
${vaults.map(({name, hour}) => `  - {at: ${hour + 1}h, do: vault.delete, target: ${name}}\n`).join("")}`);
    const {page} = await open(report("crowded.html", crowded));
    const labels = await texts(page, ".flags text");
    for (const hour of [0, 1, 2, 3, 4]) {
        assert.ok(labels.some(label => label.endsWith(`${hour}0`)), labels.join());
    }
});

test("everything that is drawn is named for those who do not see it", async () => {
    const {page} = await open(report("story.html", story));
    for (const picture of await page.$$("svg:not([aria-hidden='true'])")) {
        assert.ok(await picture.evaluate(svg => svg.getAttribute("role") === "img" && svg.getAttribute("aria-label")));
    }
    for (const control of await page.$$("input, .toolbar button")) {
        assert.ok(await control.evaluate(one => one.getAttribute("aria-label")));
    }
    assert.equal(await page.$eval(".event", panel => panel.getAttribute("aria-live")), "polite");
});

const oneRegistry = `estate:
  vaults:
    contoso-kv:
      accessPolicies: {reader: [get, list, wrapKey, unwrapKey]}
      keys: {cmk: }
  identities: {reader: }
  resources:
    images: {service: acr, identity: reader, key: contoso-kv/cmk, revalidationPhase: 0s}
until: 12h
`;

test("the first sentences say what was unreachable, for how long, whether data survives, and what ended it", async () => {
    assert.deepEqual(await gist(scenario("mended", `${oneRegistry}timeline:
  - {at: 1h, do: key.delete, target: contoso-kv/cmk}
  - {at: 3h, do: key.recover, target: contoso-kv/cmk}
`)), ["images was unreachable from +1h to +3h, for 2h, after key.delete contoso-kv/cmk at +1h.", "No data is lost at any phase.",
        "key.recover contoso-kv/cmk at +3h ended it."]);
    assert.deepEqual(await gist(scenario("open", `${oneRegistry}timeline:
  - {at: 1h, do: key.delete, target: contoso-kv/cmk}
`)), ["images was unreachable from +1h to the end (+12h), for 11h, after key.delete contoso-kv/cmk at +1h.",
        "Data survives so far; unless it is repaired by +90d1h, that of images is lost.",
        "Nothing has ended it by the end of the story."]);
    assert.deepEqual(await gist(scenario("quiet", `${oneRegistry}timeline:
  - {at: 1h, expect: {images: Ready}}
`)), ["No resource that a model plays became unreachable, at any timing.", "No data is lost at any phase."]);
    assert.deepEqual((await gist(story))[0], "cluster was unreachable 5 times between +1h and +16h, for 11h in all, after " +
        "role.remove contoso-kv at +1h and 4 more.");
    const told = await gist(looks);
    assert.match(told[0], /^lost, down and many were unreachable between \+1d and the end \(\+10d\), each for at most 9d/);
    assert.ok(told.includes("Data is lost for good: that of lost, from +8d on."));
    assert.ok(told.includes("What becomes of unknown is not known: no model plays it."));
    assert.ok(told.some(text => /^impaired was impaired/.test(text)));
});

test("the numbers stand beside the sentence at any width", async () => {
    for (const width of [390, 1280]) {
        const {page} = await open(report("story.html", story), {width});
        const words = await (await page.$(".first")).boundingBox();
        const numbers = await (await page.$(".numbers")).boundingBox();
        assert.ok(numbers.x >= words.x + words.width && numbers.x + numbers.width <= width && numbers.y < words.y + words.height);
        assert.match((await texts(page, ".numbers"))[0], /downtime11h/);
        assert.ok(numbers.y + numbers.height < 900);
    }
});

test("each way of standing has a look of its own without its colour, and the legend shows it", async () => {
    const {page} = await open(report("looks.html", looks));
    const known = await page.evaluate(() => Object.fromEntries(["good", "warning", "bad", "lost", "absent", "unmodelled"].map(tone => {
        const bar = document.querySelector(`.legend .spells .${tone}`);
        const pattern = getComputedStyle(bar).fill.match(/#([\w-]+)/)?.[1] ?? "";
        return [tone, `${bar.getAttribute("height")} ${pattern}`];
    })));
    assert.equal(new Set(Object.values(known)).size, 6, JSON.stringify(known));
    for (const tone of Object.keys(known)) {
        assert.ok(await page.$eval(`.lanes .spells path.${tone}`, path => path.getAttribute("d") !== ""), tone);
    }
    assert.match((await texts(page, ".legend"))[0], /an expectation did not hold/);
    assert.match((await texts(page, ".numbers"))[0], /expectations1 of 2 held/);
    assert.match((await texts(page, ".short li"))[0], /lost: expected Ready, but Inaccessible/);
});

test("the worst lanes come first, and what stood well is one line that says how many", async () => {
    const rows = Array.from({length: 20}, (_, number) => `    r${String(number).padStart(2, "0")}: {service: ` +
        `${number % 2 ? "acr" : "cosmosdb"}, identity: reader, key: contoso-kv/${number === 7 ? "cmk" : "other"}}\n`).join("");
    const many = scenario("many", `${oneRegistry.replace("keys: {cmk: }", "keys: {cmk: , other: }")
        .replace(/ {4}images.*\n/, rows)}timeline:\n  - {at: 1h, do: key.delete, target: contoso-kv/cmk}\n`);
    const {page} = await open(report("many.html", many));
    assert.deepEqual((await texts(page, ".label .name"))[0], "r07");
    assert.deepEqual((await texts(page, ".label .downtime")).length, 1);
    assert.match((await texts(page, ".fold"))[0], /19 resources: up all the time, at any timing that was looked at/);
    assert.match((await texts(page, ".downtimes"))[0], /19 more were up all the time/);
    await page.click(".fold");
    await frames(page);
    assert.ok((await texts(page, ".label .name")).includes("r00"));
    await page.select(".toolbar select", "service");
    await frames(page);
    assert.deepEqual((await texts(page, ".group strong")), ["acr", "cosmosdb", "vaults, keys and identities"]);
    await page.select(".toolbar select", "vault");
    await frames(page);
    assert.match((await texts(page, ".group"))[0], /contoso-kv 20 resources: 1 down/);
});

test("tells how the services of a story differ, folded, and nothing of that of a story of one service", async () => {
    const two = scenario("two", oneRegistry.replace(/( {4}images.*\n)/,
        "$1    orders: {service: cosmosdb, identity: reader, key: contoso-kv/cmk}\n"));
    const {page, troubles} = await open(report("two.html", two), {wait: ".timeline"});
    const unfold = where => where.$$eval("summary", found => {
        const wanted = found.filter(one => one.textContent === "How these services differ");
        wanted.forEach(one => one.click());
        return wanted.length;
    });
    assert.equal((await texts(page, ".services table")).length, 0);
    assert.equal(await unfold(page), 1);
    await page.waitForSelector(".services table");
    assert.deepEqual((await texts(page, ".services caption")).slice(0, 2), ["How soon it notices", "What it asks for"]);
    assert.deepEqual((await texts(page, ".services table:first-of-type tbody th")).slice(0, 2), ["acr", "cosmosdb"]);
    assert.deepEqual(troubles, []);
    const {page: one} = await open(report("one.html", story));
    assert.equal(await unfold(one), 0);
});

test("names in its graph the slots of a resource that has several keys", async () => {
    const server = scenario("server", `estate:
  vaults:
    kv-near: {enablePurgeProtection: true, accessPolicies: {near: [get, list, wrapKey, unwrapKey]}, keys: {data: }}
    kv-far: {enablePurgeProtection: true, accessPolicies: {far: [get, list, wrapKey, unwrapKey]}, keys: {copies: }}
  identities: {near: , far: }
  resources:
    server: {service: postgresql, keys: {primary: {key: kv-near/data, identity: near}, backup: {key: kv-far/copies, identity: far}}}
`);
    const {page} = await open(report("server.html", server), {wait: ".graph .slots text"});
    assert.deepEqual((await texts(page, ".graph .slots text")).sort(), ["backup", "backup", "primary", "primary"]);
    const {page: one} = await open(report("one.html", story), {wait: ".graph .boxes g"});
    assert.equal((await one.$$(".graph .slots text")).length, 0);
});

test("lanes are grouped by a tag, with those that have none in a group of their own", async () => {
    const tags = ["{env: prod, owner: a}", "{env: prod}", "{env: test}", "{constructor: x}"];
    const rows = tags.map((tag, number) =>
        `    r${number}: {service: acr, identity: reader, key: contoso-kv/${number === 2 ? "cmk" : "other"}, tags: ${tag}}\n`).join("");
    const tagged = scenario("tagged", `${oneRegistry.replace("keys: {cmk: }", "keys: {cmk: , other: }")
        .replace(/ {4}images.*\n/, rows)}timeline:\n  - {at: 1h, do: key.delete, target: contoso-kv/cmk}\n`);
    const {page, troubles} = await open(report("tagged.html", tagged));
    assert.deepEqual(await texts(page, ".toolbar select option"),
        ["worst first", "by service", "by vault", "by tag: constructor", "by tag: env", "by tag: owner"]);
    await page.select(".toolbar select", "tag:env");
    await frames(page);
    assert.deepEqual((await texts(page, ".group strong")).sort(),
        ["env: prod", "env: test", "no tag env", "vaults, keys and identities"]);
    assert.match((await texts(page, ".group"))[0], /env: test 1 resource: 1 down/);
    await page.select(".toolbar select", "tag:constructor");
    await frames(page);
    assert.deepEqual((await texts(page, ".group strong")).sort(),
        ["constructor: x", "no tag constructor", "vaults, keys and identities"]);
    assert.deepEqual(troubles, []);
});

test("a name that is too long is cut in its middle, and is whole for those who ask", async () => {
    const long = "a-registry-with-a-name-of-many-letters-01";
    const {page} = await open(report("long.html", scenario("long", `${oneRegistry.replaceAll("images", long)}timeline:
  - {at: 1h, do: key.delete, target: contoso-kv/cmk}
`)), {width: 390});
    const [start, end] = await page.$eval(".label.resource", label => [".start", ".end"].map(part => {
        const {scrollWidth, clientWidth} = label.querySelector(part);
        return scrollWidth - clientWidth;
    }));
    assert.ok(start > 0, "its beginning is cut");
    assert.equal(end, 0);
    assert.equal((await texts(page, ".label.resource .name"))[0], long);
    assert.equal(await page.$eval(".label.resource .name", label => label.title), long);
});

test("the slider stands under its instant on the axis, zoomed or not", async () => {
    const {page} = await open(report("story.html", story));
    const apart = () => page.evaluate(() => {
        const slider = document.querySelector(".scrubber");
        const box = slider.getBoundingClientRect();
        const share = (slider.value - slider.min) / (slider.max - slider.min);
        const line = document.querySelector(".now line").getBoundingClientRect();
        return Math.abs(box.left + 8 + share * (box.width - 16) - line.left);
    });
    assert.ok(await apart() < 1.5);
    await page.focus(".timeline");
    await page.keyboard.press("+");
    await page.keyboard.press("ArrowRight");
    await frames(page);
    assert.ok(await apart() < 1.5);
});

test("what was done is named on the axis", async () => {
    const {page} = await open(report("story.html", story));
    const named = await texts(page, ".flags text");
    assert.ok(named.includes("role.remove contoso-kv") && named.includes("key.delete contoso-kv/cmk"), named.join());
    await page.click(".flags g[data-event]");
    assert.match((await texts(page, ".event .headline"))[0], /role\.remove/);
});

test("the event panel takes no room before an event is chosen", async () => {
    const {page} = await open(report("story.html", story));
    assert.deepEqual(await page.$eval(".panel.event", panel => [panel.offsetWidth * panel.offsetHeight, panel.textContent]), [0, ""]);
    const columns = () => page.$$eval(".panel:not(.empty)", panels => panels.length);
    assert.equal(await columns(), 2);
    await page.click(".lanes .mark.transition.bad");
    assert.equal(await columns(), 3);
});

test("of a large story the graph shows what one stands on, and more when asked", async () => {
    const rows = Array.from({length: 60}, (_, number) =>
        `    r${String(number).padStart(2, "0")}: {service: acr, identity: reader, key: contoso-kv/cmk}\n`).join("");
    const {page} = await open(report("graph.html", scenario("graph", `${oneRegistry.replace(/ {4}images.*\n/, rows)}timeline:
  - {at: 1h, do: key.delete, target: contoso-kv/cmk}
`)));
    const boxes = () => texts(page, ".boxes .name");
    assert.deepEqual((await boxes()).filter(name => /^r\d\d/.test(name)), ["r00"]);
    await page.$eval(".graph input", input => {
        input.value = "contoso-kv";
        input.dispatchEvent(new Event("change"));
    });
    assert.equal((await boxes()).filter(name => /^r\d\d/.test(name)).length, 8);
    assert.ok((await boxes()).includes("52 more"));
    await page.$eval(".boxes .rest", box => box.dispatchEvent(new MouseEvent("click")));
    assert.equal((await boxes()).filter(name => /^r\d\d/.test(name)).length, 16);
});

test("a fleet's lane is as high as many of it are down, and a table has the spread", async () => {
    const {page} = await open(report("looks.html", looks));
    assert.ok(await page.$eval(".fleets path", path => path.getAttribute("d").split("M").length > 20));
    assert.match((await texts(page, ".fleets text"))[0], /at most 100 of 100/);
    assert.match((await texts(page, "caption")).join(), /Downtime over the members of a fleet/);
});

test("characters that do not show are escapes", async () => {
    const hidden = scenario("hidden", oneRegistry.replaceAll("images", '"im\\u202eag\\u200bes"') +
        "timeline:\n  - {at: 1h, do: key.delete, target: contoso-kv/cmk}\n");
    const {page} = await open(report("hidden.html", hidden));
    assert.equal((await texts(page, ".label.resource .name"))[0], "im\\u202eag\\u200bes");
    assert.doesNotMatch(await page.content(), /[\u202e\u200b]/);
});

test("texts and drawings have the contrast that WCAG AA asks for, light and dark", async () => {
    for (const value of ["light", "dark"]) {
        const {page} = await open(report("looks.html", looks), {features: [{name: "prefers-color-scheme", value}]});
        await page.click(".lanes .mark.transition.bad");
        await page.$$eval("details", all => all.forEach(one => one.open = true));
        await frames(page);
        const {found, looked} = await page.evaluate(lowContrast);
        assert.ok(looked > 150, `${looked} looked at`);
        assert.deepEqual(found, [], value);
    }
});
