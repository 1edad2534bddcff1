// The strict Content-Security-Policy has no room for an inline script, so the bootstrap moves into a file of its own.
// Everything is packed beforehand, so that the daemon need not.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";

import { aheadScript } from "./ahead.js";

const START = "/_app/immutable/start.js";
const out = new URL("../../static/", import.meta.url);
const page = readFileSync(new URL("index.html", out), "utf8");
const worker = readFileSync(new URL("service-worker.js", out), "utf8");
const inline = /<script>([\s\S]*?)<\/script>/g;
const scripts = [...page.matchAll(inline)];
if (scripts.length !== 1) throw new Error(`index.html: ${scripts.length} inline scripts where one was expected`);

const code = aheadScript(new URL("../.svelte-kit/", import.meta.url), page) + scripts[0][1].trim();
const name = `_app/immutable/start.${createHash("sha256").update(code).digest("hex").slice(0, 10)}.js`;
if (!worker.includes(START)) throw new Error(`service-worker.js does not keep ${START}`);
writeFileSync(new URL(name, out), code);
writeFileSync(new URL("service-worker.js", out), worker.replaceAll(START, `/${name}`));
writeFileSync(new URL("index.html", out), page.replace(scripts[0][0], `<script src="/${name}"></script>`));

for (const file of readdirSync(out, { recursive: true })) {
  if (!/\.(js|css|html|svg|webmanifest)$/.test(file)) continue;
  const content = readFileSync(new URL(file, out));
  if (content.length > 1024) writeFileSync(new URL(`${file}.br`, out), brotliCompressSync(content));
}
