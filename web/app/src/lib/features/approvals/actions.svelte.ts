import { api } from "$lib/api/api";
import { desk } from "$lib/state/desk.svelte";
import { notices } from "$lib/state/notices.svelte";
import { whyNot } from "$lib/state/outcome";

export const actions = {
  async retry(id: string): Promise<void> {
    try {
      const after = await api.retry(id);
      const why = whyNot(after);
      notices.say(why === null ? `Done: ${after.title}` : `Still: ${why}`, undefined, why === null ? "plain" : "alarm");
    } catch (error) {
      notices.fail(error);
    }
    await desk.list.load();
  },
};
