// The pictures of the page in docs/pictures, as a browser shows it: pictures.mjs CMKSIM WEB SOURCE, where WEB holds
// node_modules. './dev pictures' runs it.
import {execFileSync} from "node:child_process";
import {existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {join} from "node:path";

const [cmksim, web, source] = process.argv.slice(2);
const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const folder = mkdtempSync(join(tmpdir(), "cmksim-pictures-"));
const target = join(source, "docs/pictures");
mkdirSync(target, {recursive: true});

const estate = join(folder, "estate.yaml");
writeFileSync(estate, execFileSync("python3", [join(source, "tests/page/estate.py"), "300"]));
const pictures = [
    {name: "report-looks", file: join(source, "tests/page/looks.yaml"), width: 1000, height: 860, scheme: "light"},
    {name: "report-300", file: estate, width: 1000, height: 700, scheme: "dark"},
    {name: "report-phone", file: join(source, "scenarios/incidents/documentdb-five-accidents.yaml"), width: 390, height: 790, scheme: "light"},
];

const puppeteer = createRequire(join(web, "package.json"))("puppeteer-core");
const browser = await puppeteer.launch({executablePath: chromium, args: ["--no-sandbox"]});
for (const {name, file, width, height, scheme} of pictures) {
    const path = join(folder, `${name}.html`);
    execFileSync(cmksim, ["report", file, "-o", path], {stdio: "ignore"});
    const page = await browser.newPage();
    await page.setViewport({width, height});
    await page.emulateMediaFeatures([{name: "prefers-color-scheme", value: scheme}]);
    await page.goto(`file://${path}`);
    await page.waitForSelector(".mark");
    // Where a checkout lies says nothing to a reader.
    await page.$eval(".story p.quiet", line => line.textContent = line.textContent.replace(/^.*\//, ""));
    await page.evaluate(() => new Promise(done => setTimeout(done, 300)));
    await page.screenshot({path: join(target, `${name}.png`)});
    await page.close();
}
await browser.close();
rmSync(folder, {recursive: true});
