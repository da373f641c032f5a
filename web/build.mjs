// Bundles src/ into one page that needs nothing else: style, code, and the licences of what it was made with.
import {build} from "esbuild";
import {readFileSync, writeFileSync} from "node:fs";

const common = {bundle: true, minify: true, write: false, target: ["es2021"], legalComments: "none", metafile: true};
const code = await build({...common, entryPoints: ["src/main.ts"], format: "iife"});
const style = await build({...common, entryPoints: ["src/style.css"]});

// What goes into the page must be named with its terms.
const packages = new Set(Object.keys(code.metafile.inputs)
    .map(path => /^node_modules\/([^/]+)\//.exec(path)?.[1])
    .filter(Boolean));
const licences = [...packages].sort().map(name => {
    const {version, license} = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
    return `${name} ${version}, ${license}\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim()}`;
});

const script = code.outputFiles[0].text.trim().replaceAll("</script", "<\\/script");
const page = readFileSync("src/page.html", "utf8")
    .replace("/* style */", () => style.outputFiles[0].text.trim())
    .replace("/* script */", () => script)
    .replace("licences", () => licences.join("\n\n").replaceAll("--", "-"));
writeFileSync("page.html", page);
