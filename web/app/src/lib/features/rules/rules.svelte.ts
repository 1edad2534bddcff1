import type { Rule } from "$lib/api/types";
import { notices } from "$lib/state/notices.svelte";
import { mustStand, Resource } from "$lib/state/resource.svelte";
import { calls } from "./calls";

class Rules {
  /** The rules that he has agreed with so often that asking has become a formality. */
  offered = $state.raw<readonly string[]>([]);
  readonly list = new Resource(calls.rules, ({ items, offered }) => {
    this.offered = offered ?? [];
    return inOrder(items);
  });

  /** A rule is written whole: it takes the place of what the owner saw of it, nothing where it is new, and of no other. */
  async put(rule: Rule, said: string, seen?: Rule): Promise<boolean> {
    return this.#change(() => calls.putRule(rule), said, { [rule.name]: seen });
  }

  async remove(rule: Rule): Promise<void> {
    const worked = await this.#change(() => calls.removeRule(rule.name), "", { [rule.name]: rule });
    if (worked) notices.say(`Removed: ${rule.name}`, { label: "Undo", run: () => this.put(rule, "Back again.") });
  }

  /** Puts a rule one place up or down; the orders of the two change places. */
  async move(rule: Rule, by: -1 | 1): Promise<void> {
    const all = this.list.value ?? [];
    const place = all.indexOf(rule);
    const other = all[place + by];
    if (!other) return;
    const [mine, theirs] = [orderOf(rule), orderOf(other)];
    const moved = { ...rule, order: mine === theirs ? theirs + by : theirs };
    const both = { [rule.name]: rule, [other.name]: other };
    await this.#change(() => Promise.all([calls.putRule(moved), calls.putRule({ ...other, order: mine })]), "", both);
  }

  /** Says it is done once the list shows it: whoever acts on what was said acts on the rule as it now is. */
  async #change(work: () => Promise<unknown>, said: string, seen: Record<string, Rule | undefined>): Promise<boolean> {
    try {
      const now = await this.list.fresh();
      for (const [name, rule] of Object.entries(seen)) mustStand(now.find((each) => each.name === name), rule);
      await work();
    } catch (error) {
      notices.fail(error);
      return false;
    }
    await this.list.load();
    if (said) notices.say(said);
    return true;
  }
}

export function orderOf(rule: Rule): number {
  return rule.order ?? 100;
}

function inOrder(rules: readonly Rule[]): Rule[] {
  return [...rules].sort((left, right) => orderOf(left) - orderOf(right));
}

export const rules = new Rules();
