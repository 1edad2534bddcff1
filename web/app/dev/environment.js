/** Tests run what the browser runs, compiled for it, though none is there. */
export default {
  name: "browser-without-page",
  viteEnvironment: "client",
  setup: () => ({ teardown: () => undefined }),
};
