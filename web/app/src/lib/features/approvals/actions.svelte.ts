import { api } from "$lib/api/api";
import { desk } from "$lib/state/desk.svelte";
import { notices } from "$lib/state/notices.svelte";

export const actions = {
  async retry(id: string): Promise<void> {
    try {
      const after = await api.retry(id);
      notices.say(after.error ? `Still: ${after.error}` : `Done: ${after.title}`, undefined, after.error ? "alarm" : "plain");
    } catch (error) {
      notices.fail(error);
    }
    await desk.list.load();
  },
};
