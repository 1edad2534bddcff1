import type { Feature } from "$lib/shell/features";
import { desk } from "$lib/state/desk.svelte";

export const feature: Feature = {
  name: "Approvals",
  href: "/approvals",
  icon: "approvals",
  order: 30,
  key: "a",
  tab: true,
  count: () => desk.count,
};
