export type ThemeName = "system" | "light" | "dark";

const KEY = "alfred-theme";

/** Light, dark, or as the system has it; kept on this device alone. */
class Theme {
  name = $state<ThemeName>("system");

  apply(): void {
    const kept = localStorage.getItem(KEY);
    this.name = kept === "light" || kept === "dark" ? kept : "system";
    this.#show();
  }

  choose(name: ThemeName): void {
    this.name = name;
    localStorage.setItem(KEY, name);
    this.#show();
  }

  #show(): void {
    const root = document.documentElement;
    if (this.name === "system") delete root.dataset.theme;
    else root.dataset.theme = this.name;
  }
}

export const theme = new Theme();
