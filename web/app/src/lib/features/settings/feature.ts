import type { Feature } from "$lib/shell/features";

export const feature: Feature = { name: "Settings", href: "/settings", icon: "settings", order: 100, key: "s" };
