import type { Feature } from "$lib/shell/features";

export const feature: Feature = { name: "Calendar", href: "/calendar", icon: "calendar", order: 50, key: "k" };
