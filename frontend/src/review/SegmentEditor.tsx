import { useLayoutEffect, useRef } from "preact/hooks";
import type { Controller } from "./controller";
import { segmentsOf, shortened, withSegment } from "./draft";
import { clockTime, segmentAt } from "./player";
import type { Draft, Item, Segment } from "./types";
import { useIntoSight } from "./useIntoSight";

/** A talk of two hours has about as many; more would make each key slow. */
const SHOWN_SEGMENTS = 3000;

interface Props {
  readonly review: Controller;
  readonly item: Item;
  readonly draft: Extract<Draft, { kind: "transcript" }>;
}

/** What is said, a segment a line with its time; a click plays from there, one at a time can be typed over. */
export function SegmentEditor({ review, item, draft }: Props) {
  const { selected, mode } = review.state.value;
  const list = useRef<HTMLOListElement>(null);
  const segments = segmentsOf(item.result);
  const second = review.player.now.value;
  const now = second === null ? -1 : segmentAt(segments, second);
  useIntoSight(list, selected, mode);
  // What is being said comes into sight by itself, but not away from where someone types.
  useIntoSight(list, mode === "look" ? now : -1);
  if (segments.length === 0) {
    return <div class="v-list v-blank"><strong>No words were heard</strong><p>Accept it when nobody speaks, reject it when someone does.</p></div>;
  }
  const changed = Object.keys(draft.segments).length;
  return (
    <>
      <p class="v-sum">
        {segments.length.toLocaleString("en")} {segments.length === 1 ? "segment" : "segments"}
        {changed > 0 && <span class="v-changed">{changed} changed</span>}
      </p>
      <ol ref={list} class="v-list" aria-label="Segments">
        {segments.slice(0, SHOWN_SEGMENTS).map((segment, at) => <Row key={at} {...{ review, item, draft, segment, at, here: at === selected, playing: at === now }} />)}
        {segments.length > SHOWN_SEGMENTS && <li class="v-more">{(segments.length - SHOWN_SEGMENTS).toLocaleString("en")} more segments are not shown.</li>}
      </ol>
    </>
  );
}

function Row({ review, item, draft, segment, at, here, playing }: Props & { segment: Segment; at: number; here: boolean; playing: boolean }) {
  const mine = draft.segments[at];
  const text = mine ?? segment.text;
  const editing = here && review.state.value.mode === "edit" && mine !== null;
  const classes = ["v-line v-segment", here && "is-selected", mine === null && "is-gone", mine != null && "is-changed", playing && "is-now"];
  const from = clockTime(segment.start);
  return (
    <li data-at={at} class={classes.filter(Boolean).join(" ")} aria-current={here ? "true" : undefined}
      onClick={(event) => {
        if ((event.target as Element).closest("textarea")) return;
        review.go(at);
        review.player.play(segment.start);
      }}
      onDblClick={() => { review.go(at); review.do({ type: "mode", mode: "edit" }); }}
    >
      <button type="button" class="v-time" tabIndex={-1} aria-label={`Play from ${from}`}>{from}</button>
      <div>
        {editing ? <SegmentText {...{ review, item, segment, at, text }} /> : (
          <>
            <span dir="auto">{segment.speaker && <b>{segment.speaker}: </b>}{shortened(text) || "\u00a0"}</span>
            {mine != null && <del>{shortened(segment.text)}</del>}
          </>
        )}
      </div>
    </li>
  );
}

function SegmentText({ review, item, segment, at, text }: { review: Controller; item: Item; segment: Segment; at: number; text: string }) {
  const area = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    area.current?.focus();
    area.current?.setSelectionRange(text.length, text.length);
  }, []);
  const take = () => {
    const { draft } = review.state.value;
    const said = area.current?.value.replace(/\s+/g, " ") ?? text;
    if (draft && said !== text) review.do({ type: "edit", draft: withSegment(item, draft, at, said) });
  };
  const look = () => review.do({ type: "mode", mode: "look" });
  const type = (event: KeyboardEvent) => {
    const held = event.ctrlKey || event.metaKey;
    if (event.key === " " && held) review.player.toggle(segment);
    else if (event.key === "Escape") {
      if (area.current) area.current.value = text;
      look();
    } else if (event.key === "Enter") {
      take();
      look();
      if (held) review.accept();
    } else if (event.key === "Tab") {
      take();
      review.go(at + (event.shiftKey ? -1 : 1));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return <textarea ref={area} defaultValue={text} rows={2} dir="auto" aria-label={`Segment at ${clockTime(segment.start)}`} spellcheck onKeyDown={type} onBlur={take} />;
}
