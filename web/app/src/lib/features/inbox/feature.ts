import type { Feature } from "$lib/shell/features";

export const feature: Feature = { name: "Inbox", href: "/inbox", icon: "inbox", order: 20, key: "i", tab: true };
