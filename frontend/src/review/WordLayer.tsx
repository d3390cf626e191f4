import { memo } from "preact/compat";
import { useMemo, useState } from "preact/hooks";
import { points } from "../reader/lines";
import type { Controller } from "./controller";
import { editPassages, freshKey } from "./keys";
import { add, covering } from "./passages";
import type { Draft, Item, Word } from "./types";

interface Drag {
  readonly from: number;
  readonly to: number;
  /** The passage whose end is dragged, and which; a new passage without. */
  readonly edge: { readonly at: number; readonly end: "start" | "end" } | null;
}

interface Props {
  readonly review: Controller;
  readonly item: Item;
  readonly draft: Extract<Draft, { kind: "highlights" }>;
}

/**
 * The page's words, to drag over: a new passage, or one end of the selected passage moved from its first or last
 * word. A press on another passage selects it. With Shift the drag moves the picture as elsewhere.
 */
export function WordLayer({ review, item, draft }: Props) {
  const words = item.result.words ?? [];
  const [drag, setDrag] = useState<Drag | null>(null);
  const { selected } = review.state.value;
  if (words.length === 0) return null;

  const placeOf = (event: PointerEvent): number | null => {
    const at = (event.target as Element).getAttribute("data-word");
    return at === null ? null : Number(at);
  };
  const down = (event: PointerEvent) => {
    const word = placeOf(event);
    if (word === null || event.shiftKey || event.button !== 0) return;
    event.stopPropagation();
    event.preventDefault();
    (event.target as Element).releasePointerCapture?.(event.pointerId);
    const at = draft.passages.findIndex((one) => !one.dropped && one.words.includes(word));
    const passage = draft.passages[at];
    const end = passage?.words.at(-1) === word ? "end" : passage?.words[0] === word ? "start" : null;
    if (!passage) setDrag({ from: word, to: word, edge: null });
    else if (at !== selected || !end) review.go(at);
    else setDrag({ from: word, to: word, edge: { at, end } });
  };
  const over = (event: PointerEvent) => {
    const word = placeOf(event);
    if (!drag || word === null) return;
    if (event.buttons === 0) setDrag(null);
    else if (word !== drag.to) setDrag({ ...drag, to: word });
  };
  const up = () => {
    if (!drag) return;
    setDrag(null);
    if (!drag.edge) {
      const made = add(draft.passages, span(drag.from, drag.to), draft.passages[selected]?.color ?? "yellow", freshKey(draft), words);
      editPassages(review, made.passages, made.at);
      review.go(made.at);
    } else if (drag.to !== drag.from) {
      const { at } = drag.edge;
      editPassages(review, draft.passages.map((one, i) => (i === at ? covering(one, reached(one.words, drag), words) : one)));
    }
  };
  const marked = drag ? new Set(drag.edge ? reached(draft.passages[drag.edge.at]?.words ?? [], drag) : span(drag.from, drag.to)) : null;
  return (
    <svg class={`v-words${drag ? " is-dragging" : ""}`} viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true"
      onPointerDown={down} onPointerMove={over} onPointerUp={up} onPointerCancel={() => setDrag(null)}>
      <Words words={words} />
      {marked && [...marked].map((place) => <polygon key={place} class="is-marked" points={points(words[place]?.polygon ?? [])} />)}
    </svg>
  );
}

/** Hundreds of shapes that never change while an item is in sight. */
const Words = memo(function Words({ words }: { words: readonly Word[] }) {
  return useMemo(() => <>{words.map((word, place) => <polygon key={place} data-word={place} points={points(word.polygon ?? [])} />)}</>, [words]);
});

function span(a: number, b: number): number[] {
  return Array.from({ length: Math.abs(b - a) + 1 }, (_, step) => Math.min(a, b) + step);
}

/** The words of a passage whose end was dragged to another word; it never passes the other end. */
function reached(places: readonly number[], drag: Drag): number[] {
  const [first, last] = [places[0] ?? drag.from, places.at(-1) ?? drag.from];
  return drag.edge?.end === "end" ? span(first, Math.max(first, drag.to)) : span(Math.min(last, drag.to), last);
}
