// Builds ../autograd/visualize/page/explorer.html: template, style and program in one file, with the licence of what
// is bundled and a hash of the sources. `--check` builds and compares instead of writing.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "autograd", "visualize", "page", "explorer.html");
const read = (...parts) => readFileSync(join(here, ...parts), "utf8");

// The same sum is made in tests/autograd/visualize/test_page.py.
const sources = ["build.mjs", "package-lock.json", "package.json", "tsconfig.json"];
sources.push(...readdirSync(join(here, "src")).map((name) => `src/${name}`));
const hash = createHash("sha256");
for (const name of sources.sort()) hash.update(`${name}\n`).update(read(name)).update("\n");
const sum = hash.digest("hex");

const bundle = await build({
  entryPoints: [join(here, "src", "main.ts")],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  write: false,
});
const style = await build({ entryPoints: [join(here, "src", "style.css")], minify: true, charset: "utf8", write: false });
const script = bundle.outputFiles[0].text.trim().replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
const licences = ["dagre", "graphlib"].map((name) => {
  const { version } = JSON.parse(read("node_modules", "@dagrejs", name, "package.json"));
  return `@dagrejs/${name} ${version}\n\n${read("node_modules", "@dagrejs", name, "LICENSE").trim()}`;
});
const notice = `Bundled here, under the terms of their licences:\n\n${licences.join("\n\n---\n\n")}`.replaceAll("--", "- -");
const fills = { sources: sum, style: style.outputFiles[0].text.trim(), script, licences: notice };
const page = read("src", "page.html").replace(/\{\{(sources|style|script|licences)\}\}/g, (_, name) => fills[name]);

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== page) {
    console.error("autograd/visualize/page/explorer.html is not what frontend/ builds: run `make page`");
    process.exit(1);
  }
  console.log("the shipped page is the built one");
} else {
  writeFileSync(target, page);
  console.log(`${target}: ${page.length} characters, sources ${sum.slice(0, 12)}`);
}
