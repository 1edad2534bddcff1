import type { Feature } from "$lib/shell/features";

export const feature: Feature = { name: "Work", href: "/work", icon: "work", order: 60, key: "w" };
