// Builds what the browser gets: kept.css, paper.css, kept.js and icons.svg. Run by bin/assets.
import { build, transform } from "esbuild";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(root, "src/kept/web/static/build");
const budget = 60_000;
const strict = process.argv.includes("--check");

const read = (...path) => readFileSync(join(root, ...path), "utf8");
const write = (name, text) => writeFileSync(join(out, name), text);

function styles() {
  const cli = join(root, "node_modules/@tailwindcss/cli/dist/index.mjs");
  const files = ["-i", join(root, "assets/css/kept.css"), "-o", join(out, "kept.css"), "--minify"];
  execFileSync(process.execPath, [cli, ...files], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
}

async function paper() {
  const made = await transform(read("assets/css/paper.css"), { loader: "css", minify: true });
  write("paper.css", made.code);
}

async function scripts() {
  const made = await build({
    entryPoints: [join(root, "assets/js/main.js")],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
  });
  write("kept.js", `${read("node_modules/htmx.org/dist/htmx.min.js")}\n${made.outputFiles[0].text}`);
}

function* filesIn(folder, endings) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && !/^(static|migrations|tests|__pycache__)$/.test(entry.name)) {
      yield* filesIn(join(folder, entry.name), endings);
    } else if (endings.some((ending) => entry.name.endsWith(ending))) {
      yield join(folder, entry.name);
    }
  }
}

function listedIcons() {
  return new Set(read("assets/icons.txt").replace(/#.*/g, "").split(/\s+/).filter(Boolean));
}

/** Icons that templates and Python name, with the file that does. */
function usedIcons() {
  const used = new Map();
  const named = /\{% icon [^"%]*"(?!size-)([\w-]+)"|\bicon(?::\s*str)?\s*=\s*"([\w-]+)"|_icon="([\w-]+)"/g;
  for (const file of filesIn(join(root, "src/kept"), [".html", ".py"])) {
    for (const [, ...names] of readFileSync(file, "utf8").matchAll(named)) {
      used.set(names.find(Boolean), relative(root, file));
    }
  }
  return used;
}

function icons() {
  const used = usedIcons();
  const names = new Set([...listedIcons(), ...used.keys()]);
  const faults = [];
  const symbols = [...names].sort().map((name) => symbol(name, used.get(name), faults));
  write("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
  return faults;
}

function symbol(name, file, faults) {
  try {
    const svg = read("node_modules/lucide-static/icons", `${name}.svg`);
    const shapes = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    const inside = shapes.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>");
    return `<symbol id="${name}" viewBox="0 0 24 24">${inside}</symbol>`;
  } catch {
    faults.push(`${file ?? "assets/icons.txt"}: lucide has no icon "${name}"`);
    return "";
  }
}

/** What is sent lies packed beside each file: nothing is packed again for every visitor. */
function weigh() {
  const sizes = ["kept.css", "kept.js", "icons.svg", "paper.css"].map((name) => {
    const bytes = readFileSync(join(out, name));
    const packed = gzipSync(bytes, { level: 9 });
    write(`${name}.gz`, packed);
    write(`${name}.br`, brotliCompressSync(bytes));
    return { name, raw: bytes.length, packed: packed.length };
  });
  const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(9);
  for (const { name, raw, packed } of sizes) {
    console.log(`${name.padEnd(12)}${kB(raw)} raw ${kB(packed)} compressed`);
  }
  const first = sizes[0].packed + sizes[1].packed;
  console.log(`scripts and styles of a first visit: ${kB(first).trim()} of ${kB(budget).trim()}`);
  return first <= budget ? [] : [`over the budget of ${kB(budget).trim()}`];
}

mkdirSync(out, { recursive: true });
styles();
await Promise.all([paper(), scripts()]);
const faults = [...icons(), ...weigh()];
for (const fault of faults) console.error(`assets: ${fault}`);
process.exitCode = strict && faults.length ? 1 : 0;
