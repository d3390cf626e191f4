import { useLayoutEffect, useRef } from "preact/hooks";
import { breaks, isUnsure } from "../reader/lines";
import type { Controller } from "./controller";
import { linesOf, shortened, SHOWN_LINES, withLine } from "./draft";
import type { Draft, EngineLine, Item } from "./types";
import { useIntoSight } from "./useIntoSight";

interface Props {
  readonly review: Controller;
  readonly item: Item;
  readonly draft: Extract<Draft, { kind: "ocr" }>;
}

/** The text, line by line as on the page; one line at a time can be typed over. */
export function TextEditor({ review, item, draft }: Props) {
  const { selected, mode } = review.state.value;
  const list = useRef<HTMLOListElement>(null);
  useIntoSight(list, selected, mode);
  const lines = linesOf(item.result);
  if (lines.length === 0) return <Blank text={item.result.text ?? ""} />;
  const gaps = breaks(lines.filter((line) => Array.isArray(line.polygon)).length === lines.length ? lines.slice(0, SHOWN_LINES) : []);
  const hovered = review.reader.hovered.value;
  const unsure = lines.filter((line) => isUnsure(line as EngineLine)).length;
  return (
    <>
      <p class="v-sum">
        {lines.length.toLocaleString("en")} {lines.length === 1 ? "line" : "lines"}
        {unsure > 0 && <span class="v-unsure">{unsure} unsure</span>}
        {Object.keys(draft.lines).length > 0 && <span class="v-changed">{Object.keys(draft.lines).length} changed</span>}
      </p>
      <ol ref={list} class="v-list" aria-label="Lines">
        {lines.slice(0, SHOWN_LINES).map((line, at) => {
          const mine = draft.lines[at];
          const text = mine ?? line.text;
          const here = at === selected;
          const classes = ["v-line", `is-${gaps[at] ?? "none"}`, here && "is-selected", mine === null && "is-gone", mine != null && "is-changed",
            mine === undefined && isUnsure(line) && "is-unsure", hovered?.layer === "line" && hovered.id === at && "is-hovered"];
          return (
            <li key={at} data-at={at} class={classes.filter(Boolean).join(" ")} aria-current={here ? "true" : undefined}
              title={line.confidence == null ? undefined : `${Math.round(line.confidence * 100)} % sure`}
              onPointerEnter={() => (review.reader.hovered.value = { layer: "line", id: at })}
              onPointerLeave={() => (review.reader.hovered.value = null)}
              onClick={() => review.go(at)}
              onDblClick={() => { review.go(at); review.do({ type: "mode", mode: "edit" }); }}
            >
              {here && mode === "edit" && mine !== null ? <LineInput review={review} item={item} at={at} text={text} /> : (
                <>
                  <span dir="auto">{shortened(text) || "\u00a0"}</span>
                  {mine != null && mine !== line.text && <del>{shortened(line.text)}</del>}
                </>
              )}
            </li>
          );
        })}
        {lines.length > SHOWN_LINES && <li class="v-more">{(lines.length - SHOWN_LINES).toLocaleString("en")} more lines are not shown.</li>}
      </ol>
    </>
  );
}

function LineInput({ review, item, at, text }: { review: Controller; item: Item; at: number; text: string }) {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    input.current?.focus();
    input.current?.setSelectionRange(text.length, text.length);
  }, []);
  const take = () => {
    const draft = review.state.value.draft;
    // What is too long for a field was shown by its beginning only.
    if (draft && input.current && input.current.value !== text) review.do({ type: "edit", draft: withLine(item, draft, at, input.current.value) });
  };
  const look = () => review.do({ type: "mode", mode: "look" });
  const type = (event: KeyboardEvent) => {
    if (event.key === "Escape") look();
    else if (event.key === "Enter") {
      take();
      look();
      if (event.ctrlKey || event.metaKey) review.accept();
    } else if (event.key === "Tab" || event.key === "ArrowDown" || event.key === "ArrowUp") {
      take();
      const back = event.key === "ArrowUp" || (event.key === "Tab" && event.shiftKey);
      review.go(at + (back ? -1 : 1));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return <input key={at} ref={input} defaultValue={text} dir="auto" aria-label={`Line ${at + 1}`} spellcheck onKeyDown={type} onBlur={take} />;
}

function Blank({ text }: { text: string }) {
  return text ? <pre class="v-list v-raw" dir="auto">{shortened(text)}</pre> : (
    <div class="v-list v-blank"><strong>No text was found</strong><p>Accept it when the picture has none, reject it when there is some.</p></div>
  );
}
