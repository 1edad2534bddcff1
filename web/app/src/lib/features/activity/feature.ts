import type { Feature } from "$lib/shell/features";

export const feature: Feature = { name: "Activity", href: "/activity", icon: "activity", order: 80, key: "l" };
