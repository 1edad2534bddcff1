/** What he says, with the bullets of his own lists as Markdown writes them, and what comes after a list apart from it. */
export function asMarkdown(said: string): string {
  return said.replace(/^• /gm, "- ").replace(/\n(?=…)/g, "\n\n");
}
