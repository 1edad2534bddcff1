import type { Feature } from "$lib/shell/features";

export const feature: Feature = { name: "Chat", href: "/chat", icon: "chat", order: 40, key: "c", tab: true };
