import { ArrowDown, ArrowUp, File, Image, Link2, Video, Volume2 } from "lucide";
import type { ComponentChild } from "preact";
import { Icon } from "../shared/icon";
import { badges, MediaMark, Pill, readingBadge } from "./Badges";
import { ago, bytes, count, duration, facts, pixels, title } from "./format";
import { TABLE_ROW, type Row } from "./layout";
import type { GalleryModel } from "./model";
import { Picture } from "./Picture";
import { CheckMark, type CellProps } from "./Tile";
import type { AssetCard, Density, Sort } from "./types";

export const HEAD_HEIGHT = 36;

interface Column {
  readonly name: string;
  /** A track of the CSS grid. */
  readonly track: string;
  /** Narrower lists leave the column out. */
  readonly from: number;
  readonly right?: boolean;
  /** The orders that its heading switches between, the usual one first. */
  readonly sorts?: readonly [Sort, Sort?];
  cell(item: AssetCard): ComponentChild;
}

const KIND_ICON = { image: Image, video: Video, sound: Volume2, object: File } as const;
const KIND_NAME = { image: "Picture", video: "Video", sound: "Sound", object: "File" } as const;

const COLUMNS: readonly Column[] = [
  { name: "Kind", track: "96px", from: 760, cell: (item) => (
    <span class="g-kind"><Icon of={KIND_ICON[item.kind]} size={14} />{KIND_NAME[item.kind]}</span>
  ) },
  { name: "Size", track: "76px", from: 420, right: true, sorts: ["largest", "smallest"], cell: (item) => bytes(item.bytes) },
  { name: "Pixels", track: "112px", from: 980, right: true, cell: (item) => (
    item.kind === "sound" ? duration(item.duration) : pixels(item)
  ) },
  { name: "Uses", track: "64px", from: 520, right: true, cell: (item) => <Uses item={item} /> },
  { name: "Text", track: "96px", from: 640, cell: (item) => <TextState item={item} /> },
  { name: "Uploaded by", track: "minmax(96px, 0.5fr)", from: 880, cell: (item) => item.uploader_name ?? "" },
  { name: "Added", track: "96px", from: 560, sorts: ["newest", "oldest"], cell: (item) => (
    <time dateTime={item.created_at ?? ""} title={item.created_at ? new Date(item.created_at).toLocaleString("en-GB") : ""}>
      {ago(item.created_at)}
    </time>
  ) },
];

/** Where each item has its reason to be listed, that stands in place of what a library asks for. */
const NOTED_COLUMNS: readonly Column[] = [
  { name: "Why", track: "minmax(180px, 2.4fr)", from: 420, cell: (item) => (
    <span class="g-why" title={item.note ?? ""} dir="auto">{item.note}</span>
  ) },
  ...COLUMNS.filter((column) => column.name === "Kind" || column.name === "Size" || column.name === "Uploaded by"),
  { name: "Since", track: "96px", from: 560, sorts: ["oldest", "newest"], cell: (item) => (
    <time dateTime={item.since ?? ""}>{ago(item.since)}</time>
  ) },
];

export function columnsFor(width: number, noted: boolean): readonly Column[] {
  return (noted ? NOTED_COLUMNS : COLUMNS).filter((column) => width >= column.from);
}

function template(columns: readonly Column[], thumb: number): string {
  return `28px ${thumb}px minmax(120px, 1.6fr) ${columns.map((c) => c.track).join(" ")}`;
}

function thumbWidth(density: Density): number {
  return Math.round((TABLE_ROW[density] - 8) * 1.4);
}

export function TableHead({ model, columns }: { model: GalleryModel; columns: readonly Column[] }) {
  const density = model.density.value;
  const heads = [{ name: "Title", right: false, sorts: ["title"] as const }, ...columns];
  return (
    <div role="rowgroup" class="g-head">
      <div role="row" aria-rowindex={1} class="g-cells" style={{ gridTemplateColumns: template(columns, thumbWidth(density)) }}>
        <span role="columnheader"><span class="mo-sr">Selected</span></span>
        <span role="columnheader"><span class="mo-sr">Picture</span></span>
        {heads.map((column) => (
          <Heading key={column.name} model={model} name={column.name} right={column.right ?? false} sorts={column.sorts} />
        ))}
      </div>
    </div>
  );
}

interface HeadingProps {
  readonly model: GalleryModel;
  readonly name: string;
  readonly right: boolean;
  readonly sorts: readonly [Sort, Sort?] | undefined;
}

function Heading({ model, name, right, sorts }: HeadingProps) {
  const sort = model.data.value.sort;
  const at = sorts && sort ? sorts.indexOf(sort) : -1;
  const ascending = sort === "oldest" || sort === "smallest" || sort === "title";
  const order = at < 0 ? "none" : ascending ? "ascending" : "descending";
  if (!sorts || !sort) return <span role="columnheader" class={right ? "is-right" : ""}>{name}</span>;
  const next = sorts[at === 0 && sorts[1] ? 1 : 0] as Sort;
  return (
    <span role="columnheader" class={right ? "is-right" : ""} aria-sort={order}>
      <button type="button" class={`g-sort${at >= 0 ? " is-on" : ""}`} title={`Sort: ${next} first`} onClick={() => model.sort(next)}>
        {name}
        {at >= 0 && <Icon of={ascending ? ArrowUp : ArrowDown} size={12} />}
      </button>
    </span>
  );
}

interface RowProps extends CellProps {
  readonly row: Row;
  readonly columns: readonly Column[];
  readonly density: Density;
}

export function rowStyle(row: Row): { transform: string; height: string } {
  return { transform: `translateY(${row.top}px)`, height: `${row.height}px` };
}

/** One asset. The row itself takes the focus, so that arrows go from asset to asset as in the grid. */
export function TableRow(props: RowProps) {
  const { item, selected, selectable, stop, href, row, columns, density } = props;
  const name = title(item);
  const thumb = thumbWidth(density);
  const state = badges(item).find((badge) => badge.key === "state" || badge.key === "over");
  const file = item.original_name && item.original_name !== name ? item.original_name : facts(item);
  return (
    <div
      role="row"
      class={`g-row g-cells g-line is-${item.state}${selected ? " is-selected" : ""}`}
      style={{ ...rowStyle(row), gridTemplateColumns: template(columns, thumb) }}
      data-id={item.id}
      tabIndex={stop ? 0 : -1}
      aria-rowindex={row.start + 2}
      aria-selected={selectable ? selected : undefined}
      aria-label={[name, KIND_NAME[item.kind], facts(item), ...badges(item).map((b) => b.says)].filter(Boolean).join(", ")}
    >
      <span role="gridcell">
        {selectable && <CheckMark selected={selected} name={name} />}
      </span>
      <span role="gridcell" class="g-thumb">
        <Picture item={item} width={thumb} onBroken={props.onBroken} />
        {density === "large" && <MediaMark item={item} />}
      </span>
      <span role="gridcell" class="g-name">
        <span class="g-names">
          <a class="g-title" href={href} tabIndex={-1} draggable={false} dir="auto">{name}</a>
          {density !== "compact" && <span class="g-facts" dir="auto">{file}</span>}
        </span>
        {state && <Pill badge={state} />}
      </span>
      {columns.map((column) => (
        <span key={column.name} role="gridcell" class={column.right ? "is-right" : ""}>
          {column.cell(item)}
        </span>
      ))}
    </div>
  );
}

function Uses({ item }: { item: AssetCard }) {
  const links = item.link_count ?? 0;
  if (links === 0) return <span class="g-none" title="Linked nowhere">–</span>;
  return <span class="g-uses" title={`Used in ${count(links, "place")}`}><Icon of={Link2} size={12} />{links}</span>;
}

function TextState({ item }: { item: AssetCard }) {
  const badge = readingBadge(item);
  if (!badge) return <span class="g-none" title={item.kind === "image" ? "Not read yet" : ""}>{item.kind === "image" ? "–" : ""}</span>;
  if (badge.text) return <Pill badge={badge} />;
  return <Pill badge={{ ...badge, text: item.text_checked ? "Checked" : "Not checked", tone: badge.tone ?? "good" }} />;
}
