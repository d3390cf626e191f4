import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { fromDrop, fromPaste, type Picked } from "./pick";

/**
 * Files dropped or pasted anywhere on the page; answers whether files are being held over it.
 *
 * The whole window takes drops: a browser opens a file that misses the drop zone in place of the dashboard, and every
 * upload under way would be gone.
 */
export function useFilesFromPage(onFiles: (files: readonly Picked[]) => void): boolean {
  const [dragging, setDragging] = useState(false);
  const latest = useRef(onFiles);
  latest.current = onFiles;
  // Before the next frame: nothing dropped or pasted in between is missed.
  useLayoutEffect(() => {
    const listening = new AbortController();
    const listen = <K extends keyof WindowEventMap>(type: K, handler: (event: WindowEventMap[K]) => void) =>
      addEventListener(type, handler, { signal: listening.signal });
    // Enter and leave come for every element on the way, so they are counted.
    let depth = 0;
    const over = (step: number) => {
      depth = Math.max(0, depth + step);
      setDragging(depth > 0);
    };
    listen("dragenter", (event) => hasFiles(event) && over(+1));
    listen("dragleave", (event) => hasFiles(event) && over(-1));
    listen("dragover", (event) => {
      if (!hasFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    });
    listen("drop", (event) => {
      depth = 0;
      setDragging(false);
      // Another uploader of the page may have taken them.
      if (!hasFiles(event) || event.defaultPrevented || !event.dataTransfer) return;
      event.preventDefault();
      void fromDrop(event.dataTransfer).then((files) => latest.current(files));
    });
    listen("paste", (event) => {
      const files = fromPaste(event, new Date());
      if (!files) return;
      event.preventDefault();
      latest.current(files);
    });
    return () => listening.abort();
  }, []);
  return dragging;
}

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
