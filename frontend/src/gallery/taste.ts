import type { Density, Layout } from "./types";

/** How a person likes the grid on this device. A convenience: where storage is closed, nothing is lost but that. */
export interface Taste {
  readonly layout?: Layout;
  readonly density?: Density;
}

const KEY = "mediaops.gallery";
const LAYOUTS: readonly unknown[] = ["justified", "square"];
const DENSITIES: readonly unknown[] = ["compact", "comfortable", "large"];

export function remembered(): Taste {
  try {
    const { layout, density } = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, unknown>;
    return {
      ...(LAYOUTS.includes(layout) ? { layout: layout as Layout } : {}),
      ...(DENSITIES.includes(density) ? { density: density as Density } : {}),
    };
  } catch {
    return {};
  }
}

export function remember(taste: Taste): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(taste));
  } catch {
    // Private windows may refuse.
  }
}
