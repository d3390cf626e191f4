import { neighbour, type Plan, type Step } from "./layout";
import type { GalleryModel } from "./model";

const STEPS: Readonly<Record<string, Step>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
  PageUp: "pageUp",
  PageDown: "pageDown",
};
const LONG_PRESS_MS = 450;
const LONG_PRESS_SLACK_PX = 10;

/** What the list must tell the handlers: the layout, what to do for a moved focus, and how far a page is. */
export interface Stage {
  readonly plan: Plan;
  readonly pageHeight: number;
  moveFocus(id: string): void;
  leave(): void;
}

/** Mouse, touch and keyboard of the list; one set of handlers on the container serves every tile. */
export function interactions(model: GalleryModel, stage: () => Stage) {
  const press = longPress((id) => model.dispatch({ type: "toggle", id }));

  return {
    onClick(event: MouseEvent): void {
      const hit = idAt(event);
      if (!hit) return;
      if (press.fired()) {
        event.preventDefault();
        return;
      }
      // A click lands on the link or the mark inside; the keyboard goes on from the tile.
      (event.target as Element).closest<HTMLElement>("[data-id]")?.focus({ preventScroll: true });
      click(model, event, hit);
    },

    onKeyDown(event: KeyboardEvent): void {
      if (event.altKey || event.defaultPrevented) return;
      if (key(model, stage(), event)) {
        event.preventDefault();
        // The page's own shortcuts (Streamlit's c and r, a browser's Escape) are not meant.
        event.stopPropagation();
      }
    },

    onFocusIn(event: FocusEvent): void {
      const hit = idAt(event);
      if (hit) model.dispatch({ type: "focus", id: hit.id });
    },

    onPointerDown(event: PointerEvent): void {
      press.forget();
      const hit = idAt(event);
      if (hit && event.pointerType === "touch" && model.selectable.value) press.start(hit.id, event);
    },
    onPointerMove: press.move,
    onPointerUp: press.stop,
    onPointerCancel: press.stop,
    onContextMenu(event: MouseEvent): void {
      // A long press selects; the browser's menu of the link would cover that.
      if (press.pending()) event.preventDefault();
    },
  };
}

interface Hit {
  readonly id: string;
  readonly part: "check" | "open" | "tile";
}

function idAt(event: Event): Hit | null {
  const target = event.target as Element | null;
  const id = target?.closest<HTMLElement>("[data-id]")?.dataset.id;
  if (!id) return null;
  const part = target?.closest<HTMLElement>("[data-part]")?.dataset.part;
  return { id, part: part === "check" || part === "open" ? part : "tile" };
}

/** A plain click opens while nothing is selected and selects while something is; modifiers always select. */
function click(model: GalleryModel, event: MouseEvent, { id, part }: Hit): void {
  const selects = model.selectable.value;
  const selecting = model.selection.value.selected.size > 0;
  if (selects && event.shiftKey) {
    event.preventDefault();
    model.dispatch({ type: "range", to: id, order: model.order.value });
  } else if (selects && (part === "check" || event.ctrlKey || event.metaKey || (selecting && part !== "open"))) {
    event.preventDefault();
    model.dispatch({ type: "toggle", id });
  } else if (model.data.value.open_via_trigger || model.href(id) === undefined) {
    event.preventDefault();
    model.open(id);
  } else if (!(event.target as Element).closest("a")) {
    model.open(id);
  }
}

/** Says whether the key was one of the list's. */
function key(model: GalleryModel, stage: Stage, event: KeyboardEvent): boolean {
  const { focus } = model.selection.value;
  const command = event.ctrlKey || event.metaKey;
  if (event.key === "Escape") return escape(model, stage);
  if (command && event.key.toLowerCase() === "a") {
    void model.selectAll();
    return true;
  }
  const step = STEPS[event.key];
  if (step && !command) return move(model, stage, step, event.shiftKey);
  if (focus === null) return false;
  if (event.key === " ") {
    model.dispatch(
      event.shiftKey ? { type: "range", to: focus, order: model.order.value } : { type: "toggle", id: focus },
    );
    return true;
  }
  if (event.key === "Enter") {
    const href = model.href(focus);
    if (command && href !== undefined) window.open(new URL(href, document.baseURI), "_blank", "noopener");
    else model.open(focus);
    return true;
  }
  return false;
}

function escape(model: GalleryModel, stage: Stage): boolean {
  const { selected, focus } = model.selection.value;
  if (selected.size === 0 && focus === null) return false;
  model.dispatch({ type: "escape" });
  if (selected.size === 0) stage.leave();
  return true;
}

function move(model: GalleryModel, stage: Stage, step: Step, extend: boolean): boolean {
  const order = model.order.value;
  const { focus } = model.selection.value;
  const from = focus === null ? -1 : order.indexOf(focus);
  const to = order[from < 0 ? 0 : neighbour(stage.plan, from, step, stage.pageHeight)];
  if (to === undefined) return false;
  // The range has to know where it started before the focus moves on.
  if (extend) model.dispatch({ type: "range", to, order });
  stage.moveFocus(to);
  return true;
}

function longPress(act: (id: string) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let from = { x: 0, y: 0 };
  let fired = false;

  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    start(id: string, event: PointerEvent): void {
      from = { x: event.clientX, y: event.clientY };
      clearTimeout(timer);
      timer = setTimeout(() => {
        timer = undefined;
        fired = true;
        navigator.vibrate?.(8);
        act(id);
      }, LONG_PRESS_MS);
    },
    move(event: PointerEvent): void {
      const far = Math.hypot(event.clientX - from.x, event.clientY - from.y) > LONG_PRESS_SLACK_PX;
      if (timer !== undefined && far) stop();
    },
    stop,
    pending: () => timer !== undefined || fired,
    /** Until the next press begins: the click that ends the press which selected is not another one. */
    fired: () => fired,
    forget: () => {
      fired = false;
    },
  };
}
