import { RotateCcw } from "lucide";
import { useRef, useState } from "preact/hooks";
import { Icon } from "../shared/icon";
import type { Controller } from "./controller";
import { DropZone } from "./DropZone";
import { Row } from "./Row";
import type { Item } from "./state";
import { spoken, summarise, type Summary } from "./summary";
import { useFilesFromPage } from "./useFilesFromPage";
import { megabytes } from "./words";
import { Zoom } from "./Zoom";

export function Uploader({ controller }: { readonly controller: Controller }) {
  const root = useRef<HTMLElement>(null);
  const [zoomed, setZoomed] = useState<Item | null>(null);
  const dragging = useFilesFromPage((files) => controller.add(files));
  const { items } = controller.state.value;
  const summary = summarise(items);
  const { labels, limits } = controller.data;

  const dismiss = (item: Item) => {
    focusBeside(root.current, item.id);
    controller.dismiss(item.id);
  };

  return (
    <section class="up" ref={root} aria-label="Upload">
      <DropZone
        title={labels?.title ?? (isTouch() ? "Choose images" : "Drop images here, or choose them")}
        hint={labels?.hint ?? `JPEG, PNG, WebP, GIF or HEIC up to ${megabytes(limits.maxBytes)}${isTouch() ? "" : ". Pasting works too"}.`}
        compact={items.length > 0}
        dragging={dragging}
        onPick={(files) => controller.add(files)}
      />
      <p class="mo-sr" role="status" aria-live="polite">{spoken(summary)}</p>
      {items.length > 1 && <Head summary={summary} controller={controller} />}
      {items.length > 0 && (
        <ul class="up-list">
          {items.map((item) => (
            <Row
              key={item.id}
              item={item}
              twinName={items.find(({ id }) => id === item.twinOf)?.name ?? null}
              controller={controller}
              busy={summary.working > 0}
              onZoom={setZoomed}
              onDismiss={dismiss}
            />
          ))}
        </ul>
      )}
      {zoomed && <Zoom item={zoomed} onClose={() => setZoomed(null)} />}
    </section>
  );
}

/** Nobody drags files onto a phone. */
const isTouch = () => matchMedia("(pointer: coarse)").matches;

function Head({ summary, controller }: { readonly summary: Summary; readonly controller: Controller }) {
  const { total, done, failed, known, retryable, working, savedBytes } = summary;
  return (
    <header class="up-head">
      <p class="up-head__words">
        <span class="up-head__part"><strong>{done} of {total}</strong> uploaded</span>
        {known > 0 && <> · <span class="up-head__part">{known} to decide</span></>}
        {failed > 0 && <> · <span class="up-head__part up-head__failed">{failed} failed</span></>}
        {savedBytes > 0 && <> · <span class="up-head__part up-head__saved">{megabytes(savedBytes)} saved</span></>}
      </p>
      <div class="up-head__actions">
        {retryable > 1 && (
          <button type="button" class="mo-button mo-button--quiet" onClick={controller.retryAll}>
            <Icon of={RotateCcw} /> Try failed again
          </button>
        )}
        {done > 0 && working === 0 && (
          <button type="button" class="mo-button mo-button--quiet" onClick={controller.clear}>Clear finished</button>
        )}
      </div>
      {working > 0 && (
        <div class="up-bar up-head__bar" aria-hidden="true">
          <div class="up-bar__fill" style={{ transform: `scaleX(${summary.progress})` }} />
        </div>
      )}
    </header>
  );
}

/** A row that goes takes the focus with it: hand it to the neighbour, or back to the drop zone. */
function focusBeside(root: HTMLElement | null, id: string): void {
  const row = root?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
  const beside = row?.nextElementSibling ?? row?.previousElementSibling ?? root?.querySelector(".up-zone__button");
  if (beside instanceof HTMLElement) beside.focus({ preventScroll: true });
}
