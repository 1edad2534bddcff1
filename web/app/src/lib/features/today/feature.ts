import type { Feature } from "$lib/shell/features";

export const feature: Feature = { name: "Today", href: "/", icon: "today", order: 10, key: "t", tab: true };
