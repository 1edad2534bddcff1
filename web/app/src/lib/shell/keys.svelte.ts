import { goto } from "$app/navigation";
import { features } from "./features";

export interface Shortcut {
  key: string;
  says: string;
  run: () => unknown;
  /** Whether a key that is held down goes on; what decides something is done once. */
  repeats?: boolean;
}

const TYPING = "input, textarea, select, [contenteditable], [role=dialog]";

/** Keyboard shortcuts: `g` and a letter goes to a page; a page adds its own while it is shown. */
class Keys {
  palette = $state(false);
  shown = $state.raw<readonly Shortcut[]>([]);
  #going = false;

  watch(): () => void {
    const press = (event: KeyboardEvent): void => this.#press(event);
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }

  use(shortcuts: readonly Shortcut[]): () => void {
    this.shown = [...this.shown, ...shortcuts];
    return () => {
      this.shown = this.shown.filter((each) => !shortcuts.includes(each));
    };
  }

  #press(event: KeyboardEvent): void {
    if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey)) return this.#openPalette(event);
    if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest(TYPING)) return;
    if (this.#going) return this.#go(event);
    if (event.key === "g") this.#going = true;
    else this.#run(event);
  }

  #openPalette(event: KeyboardEvent): void {
    event.preventDefault();
    this.palette = true;
  }

  #go(event: KeyboardEvent): void {
    this.#going = false;
    const feature = features.find((each) => each.key === event.key);
    if (feature) void goto(feature.href);
  }

  #run(event: KeyboardEvent): void {
    const shortcut = this.shown.findLast((each) => each.key === event.key);
    if (!shortcut) return;
    event.preventDefault();
    if (!event.repeat || shortcut.repeats) shortcut.run();
  }
}

export const keys = new Keys();
