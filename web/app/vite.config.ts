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

export default defineConfig({
  plugins: [withoutInlineStyle, sveltekit(), ...(api ? [] : [household()])],
  server: api ? { proxy: { "/api": { target: api, headers: { origin: api } } } } : {},
  build: { target: "es2022" },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
});
