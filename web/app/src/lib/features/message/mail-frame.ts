import sheet from "./mail.css?url";

/** A mail that brings colours of its own was made for light paper. */
const DESIGNED = /<[^>]+\s(bgcolor|style)="[^"]*"/i;

/** The document that a mail's sanitised HTML is shown in: no scripts, nothing from elsewhere, our own styles only. */
export function mailDocument(html: string, origin: string, theme: string | undefined): string {
  const policy = `default-src 'none'; style-src ${origin}; style-src-attr 'unsafe-inline'; font-src ${origin}; img-src data:`;
  const paper = DESIGNED.test(html) ? "light" : theme;
  return [
    `<!doctype html><html${paper ? ` data-theme="${paper}"` : ""}><head><meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<meta name="referrer" content="no-referrer"><link rel="stylesheet" href="${new URL(sheet, origin)}">`,
    `<title>Message</title></head><body>${foldQuotes(html)}</body></html>`,
  ].join("");
}

/** Puts what is quoted at the end of a mail behind a word to press. */
function foldQuotes(html: string): string {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const quote of parsed.querySelectorAll("body > blockquote, .gmail_quote, blockquote[type=cite]")) {
    if (quote.closest("details")) continue;
    const details = parsed.createElement("details");
    const summary = parsed.createElement("summary");
    summary.textContent = "Quoted text";
    quote.replaceWith(details);
    details.append(summary, quote);
  }
  return parsed.body.innerHTML;
}

/** The addresses that a mail points to, each once, with the words that carry it. */
export function linkOf(target: EventTarget | null): { address: string; words: string } | null {
  const anchor = (target as Element | null)?.closest?.("a[href]");
  const address = anchor?.getAttribute("href") ?? "";
  return /^(https?|mailto):/i.test(address) ? { address, words: anchor?.textContent?.trim() ?? "" } : null;
}
