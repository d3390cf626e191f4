import type { Controller } from "./controller";
import type { Item } from "./state";
import { legible } from "./words";

interface KnownChoiceProps {
  readonly item: Item;
  readonly twinName: string | null;
  readonly controller: Controller;
  onDismiss(item: Item): void;
}

/** The same file is there already: show it, and let the person decide. */
export function KnownChoice({ item, twinName, controller, onDismiss }: KnownChoiceProps) {
  const anyway = (
    <button type="button" class="mo-button mo-button--quiet" onClick={() => controller.sendAnyway(item.id)}>
      Upload anyway
    </button>
  );
  const { known } = item;
  if (!known) {
    return (
      <div class="up-known">
        <p class="up-known__words">
          The same file as <bdi>“{legible(twinName ?? "another one")}”</bdi> in this list.
        </p>
        <div class="up-known__actions">
          <button type="button" class="mo-button" onClick={() => onDismiss(item)}>Leave it out</button>
          {anyway}
        </div>
      </div>
    );
  }
  const trashed = known.state === "trashed";
  const title = legible(known.title || known.original_name || "Untitled");
  const restorable = trashed && Boolean(controller.data.restoreUrl);
  return (
    <div class="up-known">
      {known.thumb_url && 
        <img class="up-known__thumb" src={known.thumb_url} alt="" onError={(event) => (event.currentTarget.hidden = true)} />
      }
      <div class="up-known__words">
        <p>
          {trashed ? "This file is in the trash as " : "This file is in the library as "}
          <a href={`${controller.data.openHref ?? "asset?id="}${known.asset}`} target="_blank" rel="noopener"><bdi>{title}</bdi></a>
        </p>
        <p class="up-known__facts">
          Uploaded {day(known.created_at)}, {uses(known.link_count)}
        </p>
        {item.problem && <p class="up-row__problem">{item.problem.message} <span class="up-row__fix">{item.problem.hint}</span></p>}
      </div>
      <div class="up-known__actions">
        {restorable && (
          <button type="button" class="mo-button mo-button--primary" onClick={() => controller.restoreKnown(item)}>Restore it</button>
        )}
        {!trashed && (
          <button type="button" class="mo-button mo-button--primary" onClick={() => controller.useKnown(item)}>Use that one</button>
        )}
        {anyway}
      </div>
    </div>
  );
}

function uses(count: number): string {
  if (count === 0) return "not used anywhere";
  return count === 1 ? "used once" : `used ${count} times`;
}

function day(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return "before";
  return date.toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });
}
