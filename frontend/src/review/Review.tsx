import { CheckCheck, CircleHelp, LoaderCircle, LogIn, RotateCw, Undo2, WifiOff } from "lucide";
import { useEffect } from "preact/hooks";
import { Stage } from "../reader/Stage";
import { Icon } from "../shared/icon";
import { CaptionEditor } from "./CaptionEditor";
import type { Controller } from "./controller";
import { Help } from "./Help";
import { press } from "./keys";
import { Listen } from "./Listen";
import { PassageEditor } from "./PassageEditor";
import { SegmentEditor } from "./SegmentEditor";
import { TextEditor } from "./TextEditor";
import { Key, Verbs } from "./Verbs";
import { WordLayer } from "./WordLayer";
import type { Item, Kind } from "./types";

export const KIND_NAMES: Readonly<Record<Kind, string>> = { ocr: "Text", highlights: "Highlights", caption: "Caption", transcript: "Transcript" };

export function Review({ review }: { review: Controller }) {
  useKeys(review);
  const { phase, mode, notice } = review.state.value;
  const item = review.item.value;
  const shown = item?.kind === "transcript" ? review.player.state.value : review.reader.picture.value;
  return (
    <div class="v-root" data-annotation={item?.annotation ?? ""} data-picture={shown} data-phase={phase} data-sending={review.sending.value}
      onClick={letGo}>
      <Bar review={review} />
      {item ? <Desk review={review} item={item} /> : <Nothing review={review} />}
      {mode === "help" && <Help review={review} />}
      <p class={`v-notice is-${notice?.tone ?? "none"}`} role={notice?.tone === "bad" ? "alert" : "status"}>{notice?.text}</p>
    </div>
  );
}

/** Keys go to the review wherever the focus is, but not while someone types. */
function useKeys(review: Controller): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const at = event.composedPath()[0];
      const typing = at instanceof HTMLElement && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
      // A focused button keeps its own Enter and space.
      const pressing = at instanceof HTMLElement && at.closest("button, a") && (event.key === "Enter" || event.key === " ");
      if (typing || pressing || event.defaultPrevented || !press(review, event)) return;
      event.preventDefault();
      // Streamlit has keys of its own: R would run the page again.
      event.stopImmediatePropagation();
    };
    window.addEventListener("keydown", listen, { capture: true });
    return () => window.removeEventListener("keydown", listen, { capture: true });
  }, [review]);
}

/** A button clicked by the mouse would take the next Enter for itself, which is meant for the item. */
function letGo(event: MouseEvent): void {
  const button = (event.target as Element).closest<HTMLElement>("button");
  if (event.detail > 0) button?.blur();
}

function Bar({ review }: { review: Controller }) {
  const kinds = review.kinds.value;
  const { skipped, decided } = review.state.value;
  const tab = (kind: Kind | null, words: string) => (
    <button type="button" aria-pressed={kind ? kinds.length === 1 && kinds[0] === kind : kinds.length > 1} onClick={() => review.only(kind)}>
      {words}
    </button>
  );
  return (
    <div class="v-bar">
      <div class="v-kinds" role="group" aria-label="What to review">
        {tab(null, "Everything")}
        {tab("ocr", "Text")}
        {tab("highlights", "Highlights")}
        {tab("caption", "Captions")}
        {tab("transcript", "Transcripts")}
      </div>
      <span class="v-space" />
      {review.sending.value > 1 && <span class="v-count" role="status">Saving {review.sending.value}</span>}
      <span class="v-count v-decided"><strong>{decided}</strong> decided now</span>
      {skipped.length > 0 && (
        <button type="button" class="v-link" onClick={() => review.comeBack()}>{skipped.length} skipped<Key of="B" /></button>
      )}
      <button type="button" class="mo-button mo-button--quiet" onClick={() => review.undo()}>
        <Icon of={Undo2} />Undo<Key of="Z" />
      </button>
      <button type="button" class="mo-button mo-button--quiet" onClick={() => review.do({ type: "mode", mode: "help" })}>
        <Icon of={CircleHelp} />Keys<Key of="?" />
      </button>
    </div>
  );
}

function Desk({ review, item }: { review: Controller; item: Item }) {
  const { draft } = review.state.value;
  return (
    <div class="v-desk">
      {item.kind === "transcript" ? <Listen key={item.annotation} review={review} item={item} /> : (
        <Stage model={review.reader}>
          {draft?.kind === "highlights" && <WordLayer key={item.annotation} review={review} item={item} draft={draft} />}
        </Stage>
      )}
      <div class="v-side">
        <About review={review} item={item} />
        {draft?.kind === "ocr" && <TextEditor key={item.annotation} review={review} item={item} draft={draft} />}
        {draft?.kind === "highlights" && <PassageEditor key={item.annotation} review={review} item={item} draft={draft} />}
        {draft?.kind === "transcript" && <SegmentEditor key={item.annotation} review={review} item={item} draft={draft} />}
        {draft?.kind === "caption" && <CaptionEditor key={item.annotation} review={review} item={item} draft={draft} />}
        <Verbs review={review} item={item} />
      </div>
    </div>
  );
}

function About({ review, item }: { review: Controller; item: Item }) {
  const sure = item.uncertainty === null ? null : Math.round((1 - item.uncertainty) * 100);
  const tone = sure === null ? "" : sure < 70 ? " is-low" : sure < 90 ? " is-middle" : " is-high";
  return (
    <header class="v-about">
      <div>
        <span class={`v-kind is-${item.kind}`}>{KIND_NAMES[item.kind]}</span>
        <a href={review.data.open_href + encodeURIComponent(item.asset.id)} target="_blank" rel="noopener" title={item.asset.title}>
          {item.asset.title || "Untitled"}
        </a>
      </div>
      <small>
        {item.kind === "transcript" ? "Written down by" : "Read by"} {item.model || item.engine}
        {(item.kind === "ocr" || item.kind === "highlights") && sure !== null && <span class={`v-sure${tone}`}>{sure} % sure</span>}
      </small>
    </header>
  );
}

function Nothing({ review }: { review: Controller }) {
  const { phase, trouble, skipped, decided } = review.state.value;
  if (phase === "loading") return <div class="v-nothing"><Icon of={LoaderCircle} size={28} class="r-spin" label="Loading" /></div>;
  if (phase === "failed" || phase === "ended") {
    const gone = phase === "ended";
    return (
      <div class="v-nothing" role="alert">
        <Icon of={gone ? LogIn : WifiOff} size={32} />
        <strong>{trouble?.message}</strong>
        <p>{trouble?.hint}</p>
        <button type="button" class="mo-button mo-button--primary" onClick={() => (gone ? location.reload() : review.tryAgain())}>
          <Icon of={RotateCw} />{gone ? "Reload the page" : "Try again"}
        </button>
      </div>
    );
  }
  return (
    <div class="v-nothing">
      <Icon of={CheckCheck} size={36} class="v-done" />
      <strong>{skipped.length > 0 ? "Only what you skipped is left" : "All caught up"}</strong>
      <p>
        {decided > 0 ? `${decided} decided just now. ` : ""}
        {skipped.length > 0 ? "It waits for you, or for someone else." : "What engines read next appears here by itself."}
      </p>
      {skipped.length > 0 && (
        <button type="button" class="mo-button mo-button--primary" onClick={() => review.comeBack()}>
          Come back to {skipped.length === 1 ? "it" : `${skipped.length} items`}<Key of="B" />
        </button>
      )}
    </div>
  );
}
