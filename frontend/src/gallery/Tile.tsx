import { Check, Maximize2 } from "lucide";
import { Icon } from "../shared/icon";
import { badges, MediaMark, Pill } from "./Badges";
import { facts, title } from "./format";
import type { AssetCard } from "./types";
import { Picture } from "./Picture";

/** Tiles narrower than this show icons without words. */
const SMALL_PX = 130;

export interface CellProps {
  readonly item: AssetCard;
  readonly selected: boolean;
  /** Something is selected: a click selects too. */
  readonly selecting: boolean;
  readonly selectable: boolean;
  /** The one tab stop of the list. */
  readonly stop: boolean;
  readonly href: string | undefined;
  onBroken(id: string): void;
}

export function Tile(props: CellProps & { left: number; width: number; column: number }) {
  const { item, selected, selecting, selectable, stop, href, left, width, column } = props;
  const marks = badges(item);
  const small = width < SMALL_PX;
  const name = title(item);
  const blank = item.kind !== "image" && !item.thumb_url && !item.card_url;
  return (
    <div
      role="gridcell"
      class={`g-tile is-${item.state}${selected ? " is-selected" : ""}${small ? " is-small" : ""}${blank ? " is-blank" : ""}${item.note ? " is-noted" : ""}`}
      style={{ transform: `translateX(${left}px)`, width: `${width}px` }}
      data-id={item.id}
      tabIndex={stop ? 0 : -1}
      aria-colindex={column}
      aria-selected={selectable ? selected : undefined}
      aria-label={[name, item.kind, facts(item), item.note, ...marks.map((b) => b.says)].filter(Boolean).join(", ")}
    >
      <div class="g-frame">
        <Picture item={item} width={width} onBroken={props.onBroken} />
        <div class="g-scrim" />
        <a class="g-link" href={href} tabIndex={-1} aria-hidden="true" draggable={false} title={small ? name : undefined} />
        <div class="g-top">
          <MediaMark item={item} />
        </div>
        <div class="g-foot">
          <div class="g-caption">
            <div class="g-title" dir="auto">{name}</div>
            {item.note ? <div class="g-note-line" dir="auto">{item.note}</div> : !small && <div class="g-facts">{facts(item)}</div>}
          </div>
          <div class="g-pills">
            {marks.map((badge) => (
              <Pill key={badge.key} badge={badge} quiet={small && badge.key !== "links"} />
            ))}
          </div>
        </div>
      </div>
      {selectable && <CheckMark selected={selected} name={name} />}
      {selecting && (
        <button type="button" class="g-zoom" data-part="open" tabIndex={-1} aria-label={`Open ${name}`} title="Open">
          <Icon of={Maximize2} size={14} />
        </button>
      )}
    </div>
  );
}

export function CheckMark({ selected, name }: { selected: boolean; name: string }) {
  return (
    <button
      type="button"
      class="g-check"
      role="checkbox"
      data-part="check"
      aria-checked={selected}
      aria-label={`Select ${name}`}
      tabIndex={-1}
    >
      <span>{<Icon of={Check} size={14} />}</span>
    </button>
  );
}
