const KEY = "alfred-zone";

/** The owner's own time zone, wherever this device is: times are said as he and the briefing say them. */
class Zone {
  name = $state(kept());

  learn(name: string): void {
    if (!name || name === this.name || !isKnown(name)) return;
    this.name = name;
    if ("localStorage" in globalThis) localStorage.setItem(KEY, name);
  }
}

function kept(): string {
  const name = "localStorage" in globalThis ? localStorage.getItem(KEY) : null;
  return name && isKnown(name) ? name : new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function isKnown(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en-GB", { timeZone: name }));
  } catch {
    return false;
  }
}

export const zone = new Zone();
