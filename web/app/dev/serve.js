// Serves the built app with the make-believe household, under the same Content-Security-Policy as the daemon.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, request as ask } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

import { makeApi } from "./api.js";

const ROOT = fileURLToPath(new URL("../../static/", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".webmanifest": "application/manifest+json", ".json": "application/json", ".woff2": "font/woff2" };
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const answer = process.env.ALFRED_API ? passOn(new URL(process.env.ALFRED_API)) : makeApi(Number(process.env.ALFRED_MESSAGES ?? 47));
const port = Number(process.argv[2] ?? 4173);

createServer((request, response) => {
  const path = normalize(new URL(request.url, "http://localhost").pathname);
  if (path.startsWith("/api/")) return answer(request, response);
  const file = join(ROOT, path);
  const found = path !== "/" && existsSync(file) && statSync(file).isFile() ? file : join(ROOT, "index.html");
  response.writeHead(200, { "content-type": TYPES[extname(found)] ?? "application/octet-stream", "content-security-policy": POLICY });
  return createReadStream(found).pipe(response);
}).listen(port, "127.0.0.1", () => console.log(`http://localhost:${port}`));

/** Hands every request on to a running daemon, as a reverse proxy would. */
function passOn(target) {
  return (request, response) => {
    const headers = { ...request.headers, host: target.host, ...(request.headers.origin ? { origin: target.origin } : {}) };
    const onwards = ask({ hostname: target.hostname, port: target.port, path: request.url, method: request.method, headers }, (answered) => {
      response.writeHead(answered.statusCode, answered.headers);
      answered.pipe(response);
    });
    onwards.on("error", () => response.writeHead(502).end());
    response.on("close", () => onwards.destroy());
    request.pipe(onwards);
  };
}
