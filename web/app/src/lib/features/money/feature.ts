import type { Feature } from "$lib/shell/features";

export const feature: Feature = { name: "Money", href: "/money", icon: "money", order: 70, key: "m" };
