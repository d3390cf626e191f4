/** What `find_assets` answers for one asset, plus signed URLs. Field names are the server's. */
export interface AssetCard {
  readonly id: string;
  /** `object`: a file in Storage that is no asset. */
  readonly kind: "image" | "video" | "sound" | "object";
  readonly state: "processing" | "ready" | "rejected" | "trashed" | "purging";
  readonly purpose?: string;
  readonly title?: string | null;
  readonly alt_text?: string | null;
  readonly original_name?: string | null;
  readonly mime?: string | null;
  readonly bytes?: number | null;
  /** Pixels of the upright picture. */
  readonly width?: number | null;
  readonly height?: number | null;
  /** Seconds. */
  readonly duration?: number | null;
  /** Base64. */
  readonly thumbhash?: string | null;
  readonly thumb_url?: string | null;
  readonly card_url?: string | null;
  readonly link_count?: number;
  readonly has_text?: boolean;
  /** Whether a person approved what was read; false marks it as unchecked. */
  readonly text_checked?: boolean | null;
  readonly annotation_state?: "queued" | "running" | "done" | "failed" | null;
  readonly uploader_name?: string | null;
  /** ISO 8601. */
  readonly created_at?: string | null;
  readonly expires_at?: string | null;
  /** Why it is in this list, in a sentence; shown instead of the facts. */
  readonly note?: string | null;
  /** ISO 8601: since when it is. */
  readonly since?: string | null;
  /** It is not true any more. */
  readonly over?: boolean;
  /** What is opened, where `id` is not an asset's; null: nothing. */
  readonly asset?: string | null;
}

export type View = "grid" | "table";
export type Layout = "justified" | "square";
export type Density = "compact" | "comfortable" | "large";
export type Sort = "newest" | "oldest" | "largest" | "smallest" | "title";

export interface Words {
  readonly title: string;
  readonly hint?: string;
}

export interface GalleryData {
  /** Python's key of the component: finds its state again after a time off the page. */
  readonly key?: string;
  /** The first page; later ones are fetched from `apiUrl` with `after`. */
  readonly items: readonly AssetCard[];
  readonly next: string | null;
  readonly apiUrl: string;
  /** Parameters of `apiUrl`; an array is repeated, null and "" are left out. */
  readonly query: Readonly<Record<string, unknown>>;
  /** Anything new throws away the pages fetched so far. */
  readonly revision?: string | number;
  /** Partial rows (with `id`) laid over the ones held, for example after polling. */
  readonly patches?: readonly (Partial<AssetCard> & { readonly id: string })[];
  readonly total?: { readonly count: number; readonly exact: boolean } | null;

  /** Taken over when it or `selected_rev` changes; an echo of what was just sent is not a change. */
  readonly selected?: readonly string[];
  readonly selected_rev?: string | number;
  readonly selectable?: boolean;

  readonly view?: View;
  readonly layout?: Layout;
  readonly density?: Density;
  /** With it the headings of the table sort (state `sort`). */
  readonly sort?: Sort;
  /** False hides the view and density buttons. */
  readonly controls?: boolean;

  /** The asset's id is put behind it. */
  readonly open_href?: string;
  /** A plain click then sets the trigger `open` instead of following the link. */
  readonly open_via_trigger?: boolean;

  readonly loading?: boolean;
  readonly empty?: Words;
  readonly error?: { readonly message: string; readonly hint?: string } | null;
}
