import type { Feature } from "$lib/shell/features";

export const feature: Feature = { name: "Rules", href: "/rules", icon: "rules", order: 90, key: "r" };
