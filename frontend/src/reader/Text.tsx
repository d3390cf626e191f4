import { Check, ClockFading, Copy, FileQuestion, LoaderCircle, ScanText, TriangleAlert } from "lucide";
import type { IconNode } from "lucide";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../shared/icon";
import { breaks, isUnsure, marker, quote, wholeText, type Id } from "./lines";
import type { Mark, ReaderModel } from "./model";

/** The column beside the picture: what was read, or how far the reading is. */
export function TextColumn({ model }: { model: ReaderModel }) {
  const { note, checked, highlights_checked, source } = model.data.value;
  const state = model.state.value;
  const lines = model.lines.value;
  const highlights = model.passages.value;
  const filled = lines.length > 0 || highlights.length > 0;
  if (!filled) return <div class="r-text"><Status model={model} /></div>;
  const passages = model.tab.value === "passages" && highlights.length > 0;
  const approved = passages ? highlights_checked : checked;
  return (
    <div class="r-text">
      <div class="r-head">
        <Tabs model={model} />
        <span class="r-space" />
        <CopyButton model={model} what={passages ? "passages" : "all"} words={passages ? "Copy all" : "Copy text"}
          text={passages ? highlights.map((one) => quote(one.text, source)).join("\n\n") : wholeText(model.data.value)} />
      </div>
      {(note || approved === false) && (
        <p class="r-note">
          {approved === false && <span class="r-unchecked">Not checked by a person</span>}
          {note}
        </p>
      )}
      {state && state !== "done" && <Status model={model} inline />}
      {passages ? <Passages model={model} /> : <Lines model={model} />}
    </div>
  );
}

function Tabs({ model }: { model: ReaderModel }) {
  const { low_confidence } = model.data.value;
  const lines = model.lines.value;
  const highlights = model.passages.value;
  const unsure = lines.filter((line) => isUnsure(line, low_confidence)).length;
  if (highlights.length === 0) {
    return (
      <span class="r-count">
        <strong>{lines.length.toLocaleString("en")} {lines.length === 1 ? "line" : "lines"}</strong>
        {unsure > 0 && <span class="r-unsure-count">{unsure} unsure</span>}
      </span>
    );
  }
  const tab = (name: "text" | "passages", words: string, many: number) => (
    <button type="button" role="tab" aria-selected={model.tab.value === name} onClick={() => (model.tab.value = name)}>
      {words} <span>{many}</span>
    </button>
  );
  return (
    <div class="r-tabs" role="tablist" aria-label="What was read">
      {tab("text", "Text", lines.length)}
      {tab("passages", "Passages", highlights.length)}
    </div>
  );
}

function Lines({ model }: { model: ReaderModel }) {
  const { low_confidence } = model.data.value;
  const lines = model.lines.value;
  const gaps = breaks(lines);
  return (
    <Items model={model} layer="line" ids={lines.map((line) => line.id)} label="Lines">
      {(item) =>
        lines.map((line, i) => {
          const unsure = isUnsure(line, low_confidence);
          const percent = line.confidence == null ? "" : `${Math.round(line.confidence * 100)} % sure`;
          return (
            <li key={line.id} {...item(line.id, `r-item is-${gaps[i]}${unsure ? " is-unsure" : ""}`)} title={unsure ? percent : undefined}>
              <span class="r-words" dir="auto">{line.text}</span>
              {unsure && <span class="mo-sr">, {percent}</span>}
              <CopyButton model={model} what={`line ${line.id}`} text={line.text} />
            </li>
          );
        })
      }
    </Items>
  );
}

function Passages({ model }: { model: ReaderModel }) {
  const { source } = model.data.value;
  const highlights = model.passages.value;
  return (
    <Items model={model} layer="passage" ids={highlights.map((one) => one.id)} label="Passages">
      {(item) =>
        highlights.map((one) => (
          <li key={one.id} {...item(one.id, "r-item r-quote")} style={{ "--marker": marker(one) } as Record<string, string>}>
            <span class="r-words" dir="auto">{one.text}</span>
            <span class="mo-sr">, {one.color}</span>
            <CopyButton model={model} what={`passage ${one.id}`} text={quote(one.text, source)} />
          </li>
        ))
      }
    </Items>
  );
}

/** Attributes of an entry. */
type Entry = { readonly class: string } & Record<string, unknown>;

interface ItemsProps {
  readonly model: ReaderModel;
  readonly layer: Mark["layer"];
  readonly ids: readonly Id[];
  readonly label: string;
  children(item: (id: Id, className: string) => Entry): ComponentChildren;
}

/** A list of lines or passages: one tab stop, arrows go along it, and what is pointed at in the picture comes into sight. */
function Items({ model, layer, ids, label, children }: ItemsProps) {
  const list = useRef<HTMLOListElement>(null);
  const active = model.active.value;
  const here = active?.layer === layer ? active.id : null;
  const chosen = model.chosen.value?.layer === layer ? model.chosen.value.id : ids[0];

  useEffect(() => {
    if (here !== null) intoSight(list.current, here);
  }, [here]);

  const step = (event: KeyboardEvent) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const at = ids.indexOf(chosen as Id);
    if (event.key === "Enter" && chosen !== undefined) model.goTo({ layer, id: chosen }, true);
    else if (by !== 0) find(list.current, ids[Math.min(ids.length - 1, Math.max(0, at + by))] as Id)?.focus();
    else if (event.ctrlKey || event.metaKey || !model.key(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const item = (id: Id, className: string): Entry => ({
    class: here === id ? `${className} is-active` : className,
    "data-item": String(id),
    "aria-current": here === id ? "true" : undefined,
    tabIndex: chosen === id ? 0 : -1,
    onPointerEnter: () => (model.hovered.value = { layer, id }),
    onPointerLeave: () => (model.hovered.value = null),
    onFocus: (event: FocusEvent) => {
      if ((event.target as Element).matches(":focus-visible")) model.goTo({ layer, id }, false);
    },
    onClick: (event: MouseEvent) => {
      // Marking words with the mouse is not a click on the line.
      if ((event.target as Element).closest("button") || window.getSelection()?.type === "Range") return;
      model.goTo({ layer, id }, true);
    },
  });
  return (
    <ol ref={list} class="r-items" aria-label={label} onKeyDown={step}>
      {children(item)}
    </ol>
  );
}

function find(list: HTMLElement | null, id: Id): HTMLElement | null {
  return list?.querySelector<HTMLElement>(`[data-item="${CSS.escape(String(id))}"]`) ?? null;
}

/** Scrolls the column alone: `scrollIntoView` would move the page too. */
function intoSight(list: HTMLElement | null, id: Id): void {
  const element = find(list, id);
  if (!list || !element) return;
  const column = list.getBoundingClientRect();
  const line = element.getBoundingClientRect();
  if (line.top < column.top) list.scrollTop += line.top - column.top - 24;
  else if (line.bottom > column.bottom) list.scrollTop += line.bottom - column.bottom + 24;
}

function CopyButton({ model, text, what, words }: { model: ReaderModel; text: string; what: string; words?: string }) {
  const copied = model.copied.value === what;
  return (
    <button
      type="button"
      class={words ? "mo-button r-copy-all" : "r-copy"}
      tabIndex={words ? 0 : -1}
      title={words ? undefined : "Copy"}
      aria-label={words ? undefined : "Copy"}
      onClick={() => void model.copy(text, what)}
    >
      <Icon of={copied ? Check : Copy} size={14} />
      {words && (copied ? "Copied" : words)}
    </button>
  );
}

/** Nothing to show yet, and why; beside the text of an earlier reading as one line. */
function Status({ model, inline = false }: { model: ReaderModel; inline?: boolean }) {
  const { error, can_request, lines } = model.data.value;
  const says = typeof error === "string" ? { message: error } : (error ?? { message: "The engine gave no reason." });
  const button = (words: string, primary = false) =>
    can_request && (
      <button type="button" class={`mo-button${primary ? " mo-button--primary" : ""}`} onClick={() => model.request()}>
        <Icon of={ScanText} size={14} />{words}
      </button>
    );
  const box = (icon: IconNode, tone: string, title: ComponentChildren, hint?: string, action?: ComponentChildren) => (
    <div class={`r-status is-${tone}${inline ? " is-inline" : ""}`} role={tone === "bad" ? "alert" : "status"}>
      <Icon of={icon} size={inline ? 16 : 28} class={icon === LoaderCircle ? "r-spin" : ""} />
      <div>
        <strong>{title}</strong>
        {hint && <p>{hint}</p>}
      </div>
      {action}
    </div>
  );
  switch (model.state.value) {
    case "queued":
      return box(ClockFading, "busy", "Waiting to be read", inline ? undefined : "It starts as soon as the engine is free.");
    case "running":
      return box(LoaderCircle, "busy", <Seconds model={model} />);
    case "failed":
      return box(TriangleAlert, "bad", "Reading failed", [says.message, "hint" in says ? says.hint : ""].filter(Boolean).join(" "), button("Try again"));
    case "done":
      return lines?.length ? null : box(FileQuestion, "quiet", "No text found", "The engine looked and read nothing in this picture.", button("Read again"));
    default:
      return box(ScanText, "quiet", "Not read yet", "Its text will be searchable and stand here beside the picture.", button("Read this picture", true));
  }
}

function Seconds({ model }: { model: ReaderModel }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 500);
    return () => clearInterval(timer);
  }, []);
  const { seconds_running } = model.data.value;
  if (seconds_running == null) return <>Reading…</>;
  const seconds = Math.floor(seconds_running + (performance.now() - model.heardAt) / 1000);
  return <>Reading… <span class="r-seconds">{Math.max(0, seconds)} s</span></>;
}
