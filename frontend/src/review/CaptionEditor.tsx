import { useLayoutEffect, useRef } from "preact/hooks";
import type { Controller } from "./controller";
import { ALT_CHARS } from "./draft";
import type { Draft, Item } from "./types";

type Caption = Extract<Draft, { kind: "caption" }>;

/** Alt text, caption and tags, edited where they stand. */
export function CaptionEditor({ review, item, draft }: { review: Controller; item: Item; draft: Caption }) {
  const { mode } = review.state.value;
  const first = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (mode === "edit") {
      first.current?.focus();
      first.current?.setSelectionRange(first.current.value.length, first.current.value.length);
    }
  }, [mode]);
  const set = (part: Partial<Caption>) => review.do({ type: "edit", draft: { ...draft, ...part } });
  const leave = (event: KeyboardEvent) => {
    const enters = event.key === "Enter" && !event.shiftKey;
    if (event.key !== "Escape" && !enters) return;
    (event.currentTarget as HTMLElement).blur();
    review.do({ type: "mode", mode: "look" });
    if (enters && (event.ctrlKey || event.metaKey)) review.accept();
    event.preventDefault();
    event.stopPropagation();
  };
  const length = draft.alt_text.trim().length;
  return (
    <div class="v-list v-form">
      <label>
        <span>Alt text <small class={length > ALT_CHARS ? "is-over" : length > ALT_CHARS - 15 ? "is-near" : ""}>{length} / {ALT_CHARS}</small></span>
        <textarea ref={first} rows={3} value={draft.alt_text} dir="auto" onInput={(event) => set({ alt_text: event.currentTarget.value })} onKeyDown={leave} />
      </label>
      <label>
        <span>Caption</span>
        <textarea rows={4} value={draft.caption} maxLength={2000} dir="auto" onInput={(event) => set({ caption: event.currentTarget.value })} onKeyDown={leave} />
      </label>
      <label>
        <span>Tags <small>parted by commas</small></span>
        <input value={draft.tags} dir="auto" onInput={(event) => set({ tags: event.currentTarget.value })} onKeyDown={leave} />
      </label>
      <p class="v-hint">
        {item.asset.alt_text ? <>The picture keeps its own alt text: “{item.asset.alt_text}”</> : "Accepted, it becomes the picture's alt text."}
      </p>
    </div>
  );
}
