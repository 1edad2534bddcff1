import { makeApi } from "./api.js";

/** Lets `vite dev` answer /api by itself when no daemon is named in ALFRED_API. */
export function household() {
  const answer = makeApi(Number(process.env.ALFRED_MESSAGES ?? 47));
  return {
    name: "alfred-household",
    configureServer(server) {
      server.middlewares.use((request, response, next) => (request.url.startsWith("/api/") ? answer(request, response) : next()));
    },
  };
}
