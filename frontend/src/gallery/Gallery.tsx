import { Images, LoaderCircle, RotateCw, TriangleAlert } from "lucide";
import { Icon } from "../shared/icon";
import { Bar } from "./Bar";
import { List } from "./List";
import type { GalleryModel } from "./model";

export function Gallery({ model }: { model: GalleryModel }) {
  const { error, loading } = model.data.value;
  const feed = model.feed.value;
  const empty = feed.items.value.length === 0;
  const selecting = model.selection.value.selected.size > 0;
  return (
    <div class={`g-root${selecting ? " is-selecting" : ""}`} onKeyDown={(event) => escapeAnywhere(model, event)}>
      <Bar model={model} />
      {error ? (
        <Failed title={error.message} hint={error.hint ?? ""} retry={() => model.retry()} />
      ) : empty && loading ? (
        <Skeleton />
      ) : empty && feed.next.value === null ? (
        <Empty model={model} />
      ) : (
        <List model={model}><End model={model} /></List>
      )}
    </div>
  );
}

/** Escape clears the selection from the bar's buttons too. */
function escapeAnywhere(model: GalleryModel, event: KeyboardEvent): void {
  if (event.key !== "Escape" || model.selection.value.selected.size === 0) return;
  event.preventDefault();
  event.stopPropagation();
  model.dispatch({ type: "escape" });
}

/** What stands below the last tile: pages coming, a failure with a way on, or that this was everything. */
function End({ model }: { model: GalleryModel }) {
  const feed = model.feed.value;
  const failure = feed.failure.value;
  if (failure) {
    const retry = failure.signedOut ? () => window.location.reload() : () => void feed.more();
    return <Failed title={failure.message} hint={failure.hint} retry={retry} words={failure.signedOut ? "Reload" : "Retry"} inline />;
  }
  if (feed.next.value !== null || feed.loading.value) {
    return <div class="g-end" role="status"><Icon of={LoaderCircle} size={16} class="g-spin" />Loading more…</div>;
  }
  const many = feed.items.value.length;
  return many > 30 ? <div class="g-end"><span>That is all of them, {many.toLocaleString("en")}</span></div> : null;
}

interface FailedProps {
  readonly title: string;
  readonly hint: string;
  readonly words?: string;
  readonly inline?: boolean;
  retry(): void;
}

function Failed({ title, hint, retry, words = "Try again", inline = false }: FailedProps) {
  return (
    <div class={`g-note g-note--bad${inline ? " is-inline" : ""}`} role="alert">
      <Icon of={TriangleAlert} size={inline ? 20 : 32} />
      <div>
        <strong>{title}</strong>
        {hint && <p>{hint}</p>}
      </div>
      <button type="button" class="mo-button" onClick={retry}>
        <Icon of={RotateCw} size={14} />{words}
      </button>
    </div>
  );
}

function Empty({ model }: { model: GalleryModel }) {
  const { title, hint } = model.data.value.empty ?? { title: "Nothing here yet", hint: "" };
  return (
    <div class="g-note">
      <Icon of={Images} size={36} />
      <div>
        <strong>{title}</strong>
        {hint && <p>{hint}</p>}
      </div>
    </div>
  );
}

const SKELETON_WIDTHS = [24, 16, 30, 18, 22, 28, 20, 14, 26, 32, 18, 24];

function Skeleton() {
  return (
    <div class="g-skeleton" role="status" aria-label="Loading assets">
      {SKELETON_WIDTHS.map((width, i) => (
        <div key={i} class="g-shimmer" style={{ flexBasis: `${width * 8}px` }} />
      ))}
    </div>
  );
}
