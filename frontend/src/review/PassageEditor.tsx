import { ArrowLeftToLine, ArrowRightToLine, Combine, PencilLine, Plus, RotateCcw, Scissors, Trash2 } from "lucide";
import type { IconNode } from "lucide";
import { useLayoutEffect, useRef } from "preact/hooks";
import { marker } from "../reader/lines";
import { Icon } from "../shared/icon";
import type { Controller } from "./controller";
import { changePassage, partAt, press } from "./keys";
import { COLORS } from "./passages";
import type { Draft, DraftPassage, Item } from "./types";
import { useIntoSight } from "./useIntoSight";

interface Props {
  readonly review: Controller;
  readonly item: Item;
  readonly draft: Extract<Draft, { kind: "highlights" }>;
}

/** The passages; the selected one shows what can be done with it. */
export function PassageEditor({ review, item, draft }: Props) {
  const { selected, mode } = review.state.value;
  const list = useRef<HTMLOListElement>(null);
  useIntoSight(list, selected, draft.passages.length, mode);
  const hovered = review.reader.hovered.value;
  const words = item.result.words ?? [];
  const kept = draft.passages.filter((one) => !one.dropped).length;
  return (
    <>
      <p class="v-sum">
        {kept} {kept === 1 ? "passage" : "passages"}
        {kept < draft.passages.length && <span class="v-changed">{draft.passages.length - kept} taken out</span>}
        <span class="v-space" />
        {words.length > 0 && <Do review={review} keys="n" icon={Plus} says="New passage (N), or drag over words" words="New" />}
      </p>
      {draft.passages.length === 0 ? (
        <div class="v-list v-blank"><strong>Nothing is marked</strong><p>Accept it when that is so, or drag over the words that are.</p></div>
      ) : (
        <ol ref={list} class="v-list" aria-label="Passages">
          {draft.passages.map((one, at) => {
            const here = at === selected;
            const classes = ["v-passage", here && "is-selected", one.dropped && "is-gone",
              hovered?.layer === "passage" && hovered.id === one.key && "is-hovered"];
            return (
              <li key={one.key} data-at={at} class={classes.filter(Boolean).join(" ")} aria-current={here ? "true" : undefined}
                style={{ "--marker": marker({ ...one }) } as Record<string, string>}
                onPointerEnter={() => (review.reader.hovered.value = { layer: "passage", id: one.key })}
                onPointerLeave={() => (review.reader.hovered.value = null)}
                onClick={(event) => !(event.target as Element).closest("button, textarea") && review.go(at)}
              >
                {here && mode === "split" ? <Cut {...{ review, item, draft, one }} />
                  : here && mode === "edit" ? <PassageText {...{ review, draft, one, at }} />
                  : <p dir="auto">{one.text}</p>}
                {here && <Tools review={review} draft={draft} one={one} at={at} />}
              </li>
            );
          })}
        </ol>
      )}
    </>
  );
}

function Tools({ review, draft, one, at }: { review: Controller; draft: Props["draft"]; one: DraftPassage; at: number }) {
  if (one.dropped) return <div class="v-tools"><Do review={review} keys="x" icon={RotateCcw} says="Take it back (X)" words="Take it back" /></div>;
  return (
    <div class="v-tools">
      <span class="v-colors" role="group" aria-label="Colour">
        {COLORS.map((color, i) => (
          <button key={color} type="button" title={`${color} (${i + 1})`} aria-label={color} aria-pressed={one.color === color}
            style={{ "--marker": marker({ text: "", polygons: [], color }) } as Record<string, string>}
            onClick={() => changePassage(review, draft, at, { ...one, color })} />
        ))}
      </span>
      <span class="v-space" />
      {one.words.length > 0 && (
        <>
          <Do review={review} keys="ArrowLeft" icon={ArrowLeftToLine} says="End one word earlier (←)" />
          <Do review={review} keys="ArrowRight" icon={ArrowRightToLine} says="End one word later (→)" />
          <Do review={review} keys="t" icon={Scissors} says="Part in two (T)" off={one.words.length < 2} />
        </>
      )}
      <Do review={review} keys="m" icon={Combine} says="Join with the next (M)" off={at + 1 >= draft.passages.length} />
      <Do review={review} keys="e" icon={PencilLine} says="Edit its text (E)" />
      <Do review={review} keys="x" icon={Trash2} says="No passage (X)" />
    </div>
  );
}

/** A button that is a key for the mouse. */
function Do({ review, keys, icon, says, words, off }: { review: Controller; keys: string; icon: IconNode; says: string; words?: string; off?: boolean }) {
  return (
    <button type="button" class="v-do" title={says} aria-label={says} disabled={off} onClick={() => press(review, new KeyboardEvent("keydown", { key: keys }))}>
      <Icon of={icon} size={15} />{words}
    </button>
  );
}

/** Where to part it: between two words, by arrows or by a click. */
function Cut({ review, item, draft, one }: { review: Controller; item: Item; draft: Props["draft"]; one: DraftPassage }) {
  const { cut } = review.state.value;
  return (
    <p class="v-cut" role="group" aria-label="Part before which word?">
      {one.words.map((place, i) => (
        <span key={place}>
          {i === cut && <span class="v-caret" aria-label="Parted here" />}
          <button type="button" disabled={i === 0} onPointerEnter={() => i > 0 && review.do({ type: "cut", at: i })} onClick={() => partAt(review, item, draft, i)}>
            {item.result.words?.[place]?.text}
          </button>{" "}
        </span>
      ))}
      <small>← → and Enter, or click the word it is parted before</small>
    </p>
  );
}

function PassageText({ review, draft, one, at }: { review: Controller; draft: Props["draft"]; one: DraftPassage; at: number }) {
  const area = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    area.current?.focus();
    area.current?.setSelectionRange(one.text.length, one.text.length);
  }, []);
  const take = () => {
    const text = area.current?.value.replace(/\s+/g, " ").trim() ?? "";
    if (text && text !== one.text) changePassage(review, draft, at, { ...one, text });
  };
  const look = () => review.do({ type: "mode", mode: "look" });
  return (
    <textarea ref={area} defaultValue={one.text} rows={3} dir="auto" aria-label="Text of the passage" onBlur={take}
      onKeyDown={(event) => {
        if (event.key !== "Escape" && event.key !== "Enter") return;
        if (event.key === "Enter") take();
        else if (area.current) area.current.value = one.text;
        look();
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) review.accept();
        event.preventDefault();
        event.stopPropagation();
      }} />
  );
}
