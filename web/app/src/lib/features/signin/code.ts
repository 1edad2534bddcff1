/** A pairing code from the address: behind the # (never sent to a server's log) or as ?code=. */
export function codeFrom(url: URL): string {
  const fragment = decodeURIComponent(url.hash.slice(1));
  return fragment.replace(/^code=/, "") || (url.searchParams.get("code") ?? "");
}

/** Where to go after the door: only ever to a page of our own. */
export function destination(url: URL): string {
  const next = url.searchParams.get("next") ?? "/";
  const target = URL.canParse(next, url) ? new URL(next, url) : null;
  return target && target.origin === url.origin && next.startsWith("/") ? target.pathname + target.search : "/";
}
