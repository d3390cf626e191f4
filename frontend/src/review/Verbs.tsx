import { Check, ListRestart, PencilLine, SkipForward, X } from "lucide";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../shared/icon";
import type { Controller } from "./controller";
import { startOf } from "./draft";
import type { Item, Kind } from "./types";

/** Most rejections have one of few reasons: a digit picks it. */
const REASONS: Readonly<Record<Kind, readonly string[]>> = {
  ocr: ["The picture is not readable", "The text is mostly wrong", "There is no text to read", "Wrong reading order"],
  highlights: ["Nothing is highlighted there", "The passages are mostly wrong", "Pen marks or headings, no highlights"],
  transcript: ["The words are mostly wrong", "Nobody speaks in it", "The times do not fit", "Wrong language"],
  caption: ["It describes something else", "It says nothing useful", "It names or judges a person"],
};

export function Key({ of }: { of: string }) {
  return <kbd class="v-key" aria-hidden="true">{of}</kbd>;
}

/** Accept, fix and accept, reject: the three ways an item ends. */
export function Verbs({ review, item }: { review: Controller; item: Item }) {
  const { mode } = review.state.value;
  if (mode === "reject") return <Reject review={review} item={item} />;
  const changed = review.changed.value;
  const put = (draft: ReturnType<typeof startOf>) => review.do({ type: "edit", draft });
  return (
    <footer class="v-verbs">
      <button type="button" class="mo-button mo-button--primary v-accept" onClick={() => review.accept()}>
        <Icon of={Check} />{changed ? "Fix & accept" : "Accept"}<Key of="A" />
      </button>
      {changed ? (
        <button type="button" class="mo-button" title="Back to what the engine said" onClick={() => put(startOf(item))}>
          <Icon of={ListRestart} />Discard
        </button>
      ) : (
        <button type="button" class="mo-button" onClick={() => review.do({ type: "mode", mode: "edit" })}>
          <Icon of={PencilLine} />Fix<Key of="F" />
        </button>
      )}
      <button type="button" class="mo-button v-reject" onClick={() => review.do({ type: "mode", mode: "reject" })}>
        <Icon of={X} />Reject<Key of="R" />
      </button>
      <span class="v-space" />
      <button type="button" class="mo-button mo-button--quiet" onClick={() => review.skip()}>
        <Icon of={SkipForward} />Skip<Key of="S" />
      </button>
    </footer>
  );
}

function Reject({ review, item }: { review: Controller; item: Item }) {
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current?.focus(), []);
  const reasons = REASONS[item.kind];
  const leave = () => review.do({ type: "mode", mode: "look" });
  const type = (event: KeyboardEvent) => {
    const picked = text === "" ? reasons[Number(event.key) - 1] : undefined;
    if (event.key === "Escape") leave();
    else if (event.key === "Enter") review.reject(text);
    else if (picked) review.reject(picked);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <footer class="v-verbs v-why" role="group" aria-label="Why is it rejected?">
      <strong>Why is it rejected?</strong>
      <ol>
        {reasons.map((reason, i) => (
          <li key={reason}>
            <button type="button" onClick={() => review.reject(reason)}><Key of={String(i + 1)} />{reason}</button>
          </li>
        ))}
      </ol>
      <div>
        <input ref={input} value={text} maxLength={500} placeholder="Another reason" aria-label="Reason"
          onInput={(event) => setText(event.currentTarget.value)} onKeyDown={type} />
        <button type="button" class="mo-button v-reject" disabled={!text.trim()} onClick={() => review.reject(text)}>Reject<Key of="↵" /></button>
        <button type="button" class="mo-button mo-button--quiet" onClick={leave}>Cancel<Key of="Esc" /></button>
      </div>
    </footer>
  );
}
