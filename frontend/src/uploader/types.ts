import type { Ticket } from "./tickets";

/** What Python gives to the uploader; `mediaops/ui/components.py` writes it. */
export interface UploaderData {
  readonly key?: string;
  readonly purpose: string;
  readonly tickets: readonly Ticket[];
  readonly ticketsUrl: string;
  readonly lookupUrl: string;
  readonly completeUrl: string;
  /** Takes `{asset}` and brings it back from the trash; without it the offer is only to look at it. */
  readonly restoreUrl?: string | null;
  /** How many tickets to keep ready, and below how many to ask for more. */
  readonly pool: number;
  readonly lowWater: number;
  readonly limits: { readonly maxBytes: number; readonly maxPixels: number };
  readonly compress: { readonly edge: number; readonly quality: { readonly page: number; readonly photo: number } };
  /** Kinds of annotation to ask for as soon as an upload is complete. */
  readonly annotate: readonly string[] | null;
  readonly labels?: { readonly title?: string; readonly hint?: string };
  /** An asset's id is put behind it. */
  readonly openHref?: string;
}

/** An asset that the lookup found to be the same file. */
export interface KnownAsset {
  readonly asset: string;
  readonly state: "processing" | "ready" | "rejected" | "trashed" | "purging";
  readonly title: string | null;
  readonly original_name: string | null;
  readonly thumb_url?: string | null;
  /** ISO 8601. */
  readonly created_at: string;
  readonly link_count: number;
}
