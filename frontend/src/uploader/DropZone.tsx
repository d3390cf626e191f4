import { Camera, ImageUp } from "lucide";
import { useRef } from "preact/hooks";
import { Icon } from "../shared/icon";
import { fromList, type Picked } from "./pick";

interface DropZoneProps {
  readonly title: string;
  readonly hint: string;
  /** Files are on the list already: a bar is enough. */
  readonly compact: boolean;
  /** Files are held over the page. */
  readonly dragging: boolean;
  onPick(files: readonly Picked[]): void;
}

const ACCEPT = "image/*,.heic,.heif,.avif";

export function DropZone({ title, hint, compact, dragging, onPick }: DropZoneProps) {
  const files = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    onPick(fromList(input.files ?? []));
    // So that the same file can be chosen again.
    input.value = "";
  };
  return (
    <div class={`up-zone ${compact ? "up-zone--compact" : ""} ${dragging ? "up-zone--over" : ""}`}>
      <button type="button" class="up-zone__button" onClick={() => files.current?.click()}>
        <span class="up-zone__icon">
          <Icon of={ImageUp} size={compact ? 18 : 26} />
        </span>
        <span class="up-zone__words">
          <span class="up-zone__title">{dragging ? "Let go to upload" : compact ? "Add more images" : title}</span>
          <span class="up-zone__hint">{compact ? "Drop, paste or choose" : hint}</span>
        </span>
      </button>
      <button type="button" class="mo-button up-zone__camera" onClick={() => camera.current?.click()}>
        <Icon of={Camera} /> Take a photo
      </button>
      <input ref={files} type="file" accept={ACCEPT} multiple hidden aria-label="Images to upload"
        onChange={(event) => take(event.currentTarget)} />
      <input ref={camera} type="file" accept="image/*" capture="environment" hidden aria-label="Photo to upload"
        onChange={(event) => take(event.currentTarget)} />
    </div>
  );
}
