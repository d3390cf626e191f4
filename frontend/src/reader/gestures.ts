import type { ReaderModel } from "./model";
import type { Spot } from "./viewport";

/** A press that moves further than this is a drag and clicks nothing. */
const DRAG_FROM_PX = 4;
/** A notch of a wheel is about 100; this makes it a fifth. */
const WHEEL_RATE = 0.0018;

/** Mouse, pen, touch and wheel of the stage; gives back what takes the listeners off. */
export function gestures(stage: HTMLElement, model: ReaderModel): () => void {
  const down = new Map<number, Spot>();
  let moved = false;
  let start: Spot = { x: 0, y: 0 };

  const spot = (event: MouseEvent): Spot => {
    const box = stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 || (event.target as Element).closest("button, a")) return;
    down.set(event.pointerId, spot(event));
    if (down.size === 1) {
      moved = false;
      start = spot(event);
    }
  };

  const onPointerMove = (event: PointerEvent) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const now = spot(event);
    if (!moved && down.size === 1 && Math.hypot(now.x - start.x, now.y - start.y) < DRAG_FROM_PX) return;
    if (!moved) {
      moved = true;
      // Only a real drag takes the pointer: a captured one would send its click to the stage, not to the line.
      for (const id of down.keys()) stage.setPointerCapture(id);
      stage.dataset.dragging = "";
    }
    const others = [...down].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    const other = others[0];
    if (other) pinch(model, before, now, other);
    else model.pan(now.x - before.x, now.y - before.y);
    down.set(event.pointerId, now);
  };

  const onPointerEnd = (event: PointerEvent) => {
    down.delete(event.pointerId);
    if (down.size === 0) delete stage.dataset.dragging;
  };

  const onClick = (event: MouseEvent) => {
    if (!moved) return;
    moved = false;
    event.stopPropagation();
    event.preventDefault();
  };

  const onWheel = (event: WheelEvent) => {
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1);
    // The whole picture is in sight and cannot get smaller: the page scrolls on.
    if (pixels > 0 && model.fitted.value && !event.ctrlKey) return;
    event.preventDefault();
    // A touchpad's pinch comes as small steps with ctrl.
    model.zoom(Math.exp(-pixels * (event.ctrlKey ? 0.01 : WHEEL_RATE)), spot(event));
  };

  const onDoubleClick = (event: MouseEvent) => {
    if ((event.target as Element).closest("button, a")) return;
    if (model.fitted.value) model.zoom(Math.max(2, 1 / model.view.value.scale), spot(event), true);
    else model.fit();
  };

  stage.addEventListener("pointerdown", onPointerDown);
  stage.addEventListener("pointermove", onPointerMove);
  stage.addEventListener("pointerup", onPointerEnd);
  stage.addEventListener("pointercancel", onPointerEnd);
  stage.addEventListener("click", onClick, { capture: true });
  stage.addEventListener("dblclick", onDoubleClick);
  stage.addEventListener("wheel", onWheel, { passive: false });
  return () => {
    stage.removeEventListener("pointerdown", onPointerDown);
    stage.removeEventListener("pointermove", onPointerMove);
    stage.removeEventListener("pointerup", onPointerEnd);
    stage.removeEventListener("pointercancel", onPointerEnd);
    stage.removeEventListener("click", onClick, { capture: true });
    stage.removeEventListener("dblclick", onDoubleClick);
    stage.removeEventListener("wheel", onWheel);
  };
}

/** Two fingers: the distance zooms around the middle between them, the middle's own way pans. */
function pinch(model: ReaderModel, before: Spot, now: Spot, other: Spot): void {
  const far = (a: Spot) => Math.max(1, Math.hypot(a.x - other.x, a.y - other.y));
  const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
  model.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
  model.zoom(far(now) / far(before), middle);
}
