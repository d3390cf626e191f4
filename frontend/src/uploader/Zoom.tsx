import { X } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../shared/icon";
import type { Item } from "./state";
import { legible, megabytes } from "./words";

/** The compressed picture at full size, to see whether the text can still be read. */
export function Zoom({ item, onClose }: { item: Item; onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const name = legible(item.name);
  return (
    <dialog ref={dialog} class="up-zoom" aria-label={name} onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}>
      <header class="up-zoom__head">
        <bdi class="up-zoom__name">{name}</bdi>
        <span class="up-zoom__facts">{megabytes(item.compressed?.bytes ?? 0)}, as uploaded</span>
        <button type="button" class="mo-button mo-button--quiet mo-button--icon" aria-label="Close" onClick={() => dialog.current?.close()}>
          <Icon of={X} />
        </button>
      </header>
      <div class="up-zoom__picture">
        <img src={item.compressed?.previewUrl} alt={`${name}, compressed`} />
      </div>
    </dialog>
  );
}
