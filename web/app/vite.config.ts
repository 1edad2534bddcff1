import { sveltekit } from "@sveltejs/kit/vite";
import { defineConfig } from "vitest/config";

import { household } from "./dev/plugin.js";

const api = process.env.ALFRED_API;

export default defineConfig({
  plugins: [sveltekit(), ...(api ? [] : [household()])],
  server: api ? { proxy: { "/api": { target: api, headers: { origin: api } } } } : {},
  build: { target: "es2022" },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
});
