import type { IconName } from "$lib/ui/icons";

/** What a feature folder's `feature.ts` says of itself; the navigation and the palette are drawn from these. */
export interface Feature {
  name: string;
  href: string;
  icon: IconName;
  order: number;
  key: string;
  /** Stands in the tab bar of a phone; the others are behind *More*. */
  tab?: boolean;
  count?: () => number;
}

const found = import.meta.glob<{ feature: Feature }>("../features/*/feature.ts", { eager: true });

export const features: Feature[] = Object.values(found)
  .map((module) => module.feature)
  .sort((left, right) => left.order - right.order);
