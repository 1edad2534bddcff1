import adapter from "@sveltejs/adapter-static";
import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

/** @type {import("@sveltejs/kit").Config} */
export default {
  preprocess: vitePreprocess(),
  kit: {
    adapter: adapter({ pages: "../static", assets: "../static", fallback: "index.html" }),
    // The first page paints without waiting for a stylesheet of its own.
    inlineStyleThreshold: 20_000,
    serviceWorker: { register: false },
    typescript: { config: (config) => ({ ...config, include: [...config.include, "../dev/**/*.js"] }) },
  },
};
