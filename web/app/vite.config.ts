import { sveltekit } from "@sveltejs/kit/vite";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

import { household } from "./dev/plugin.js";

const api = process.env.ALFRED_API;

/** SvelteKit's announcer carries a style attribute, which the Content-Security-Policy forbids; base.css has it instead. */
const withoutInlineStyle: Plugin = {
  name: "without-inline-style",
  enforce: "pre",
  transform: (code, id) =>
    id.endsWith("/generated/root.svelte") ? code.replace(/(id="svelte-announcer"[^>]*?) style="[^"]*"/, "$1") : null,
};

const EVERY_PAGES = /\/node_modules\/(svelte|@sveltejs\/kit|esm-env|clsx|devalue)\/|\/src\/lib\/(api|shell|state|text|ui)\//;
const SOME_PAGES = /\/(Chart|LinkDialog|Modal|Palette|Segments|VirtualList|push)\.svelte|\/svelte\/src\/reactivity\/(index|map|set)/;

/** What every page needs comes as one file: on a phone each request costs more than its bytes. */
const together: Plugin = {
  name: "together",
  outputOptions(output) {
    if (this.environment.name !== "client") return null;
    const isEverywhere = (id: string): boolean => EVERY_PAGES.test(id) && !SOME_PAGES.test(id);
    return { ...output, codeSplitting: { groups: [{ name: "every-page", test: isEverywhere }] } };
  },
};

export default defineConfig({
  plugins: [withoutInlineStyle, together, sveltekit(), ...(api ? [] : [household()])],
  server: api ? { proxy: { "/api": { target: api, headers: { origin: api } } } } : {},
  build: { target: "es2022" },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
});
