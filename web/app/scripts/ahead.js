import { readFileSync } from "node:fs";

// What a page asks of the house when it opens. A browser test holds this against what is really asked: each once.
const ALWAYS = ["/api/session", "/api/status", "/api/actions?needs_owner=true&limit=200"];
const WORK = ["/api/devops/pull-requests", "/api/devops/work-items", "/api/devops/pipelines"];
const READS = {
  "/": ["/api/briefing"],
  "/inbox": ["/api/messages?label=inbox&limit=100"],
  "/activity": ["/api/rules", "/api/actions?limit=100"],
  "/rules": ["/api/rules", "/api/corrections"],
  "/approvals": [...WORK, "/api/rules"],
  "/work": WORK,
  "/money": ["/api/finance/summary", "/api/finance/statements", "/api/finance/filling"],
  "/chat": ["/api/conversations"],
};

/** Script that names what this page will need before the app itself has come, so that it all travels at once. */
export function aheadScript(kit, page) {
  const manifest = JSON.parse(readFileSync(new URL("output/client/.vite/manifest.json", kit), "utf8"));
  const routes = readRoutes(readFileSync(new URL("generated/client-optimized/app.js", kit), "utf8"));
  const needs = routes.map(([path, node]) => {
    const files = filesOf(manifest, `.svelte-kit/generated/client-optimized/nodes/${node}.js`);
    return [path, [...files].filter((file) => !page.includes(file)), [...ALWAYS, ...(READS[path] ?? [])]];
  });
  const known = needs.map(([path, files, reads]) => [path, { files, reads }]);
  return `(${hint})(${JSON.stringify(Object.fromEntries(known))}[location.pathname], "/${fontsOf(manifest)}");\n`;
}

function fontsOf(manifest) {
  const sheet = Object.entries(manifest).find(([source]) => source.endsWith("src/styles/fonts.css"));
  if (!sheet) throw new Error("the sheet of the app's letters was not built");
  return sheet[1].file;
}

/** Pages without a parameter, but for the door: who stands there may read nothing yet. */
function readRoutes(code) {
  const [, table] = /dictionary = (\{[\s\S]*?\});/.exec(code) ?? [];
  if (!table) throw new Error("SvelteKit's table of routes is not where it was");
  const routes = [...table.matchAll(/"([^"]+)": \[(\d+)/g)].map(([, path, node]) => [path, node]);
  return routes.filter(([path]) => !path.includes("[") && path !== "/sign-in");
}

function filesOf(manifest, key, found = new Set()) {
  const { file, css = [], imports = [] } = manifest[key];
  if (found.has(file)) return found;
  found.add(file);
  css.forEach((each) => found.add(each));
  imports.forEach((each) => filesOf(manifest, each, found));
  return found;
}

// A first visit paints with the device's own letters: the service worker fetches the app's for the next one.
function hint(needs, fonts) {
  const add = (attributes) => document.head.append(Object.assign(document.createElement("link"), attributes));
  if (navigator.serviceWorker?.controller) add({ rel: "stylesheet", href: fonts });
  for (const file of needs?.files ?? []) {
    if (file.endsWith(".js")) add({ rel: "modulepreload", href: `/${file}` });
    else add({ rel: "preload", as: "style", href: `/${file}` });
  }
  if (location.search) return;
  for (const href of needs?.reads ?? []) add({ rel: "preload", as: "fetch", crossOrigin: "anonymous", href });
}
