import { Highlighter, ImageOff, Maximize, Minus, Plus, RotateCw, ScanText } from "lucide";
import type { IconNode } from "lucide";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../shared/icon";
import { placeholder } from "../shared/thumbhash";
import { gestures } from "./gestures";
import { isUnsure, marker, points } from "./lines";
import type { Mark, ReaderModel } from "./model";

interface StageProps {
  readonly model: ReaderModel;
  /** More to lie over the picture; it zooms along. */
  readonly children?: ComponentChildren;
}

/** The picture to zoom and pan, with what was read drawn over it. */
export function Stage({ model, children }: StageProps) {
  const stage = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = stage.current as HTMLDivElement;
    const measure = () => model.resize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [model]);
  useEffect(() => gestures(stage.current as HTMLDivElement, model), [model]);

  const { data, view, size, gliding, fitted } = model;
  const { scale, x, y } = view.value;
  const { width, height } = size.value;
  const name = data.value.alt || data.value.title || "Picture";
  return (
    <div
      ref={stage}
      class={`r-stage${fitted.value ? " is-fitted" : ""}`}
      tabIndex={0}
      role="group"
      aria-label={`${name}. Plus and minus zoom, arrows move, 0 shows the whole picture.`}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || !model.key(event.key)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <div
        class={`r-plane${gliding.value ? " is-gliding" : ""}`}
        style={{ transform: `translate(${x}px, ${y}px)`, width: `${width * scale}px`, height: `${height * scale}px` }}
      >
        <Picture model={model} />
        <Overlay model={model} />
        {children}
      </div>
      {model.picture.value === "failed" && <Missing model={model} />}
      <Tools model={model} />
    </div>
  );
}

function Picture({ model }: { model: ReaderModel }) {
  const { image_url, full_url, thumbhash, alt, title } = model.data.value;
  const state = model.picture.value;
  const blurred = state === "there" ? undefined : placeholder(thumbhash);
  const image = useRef<HTMLImageElement>(null);
  const src = useShown(model, image_url);
  const sharper = useSharper(model, image, full_url ?? null);
  return (
    <div class={`r-picture is-${state}`} style={{ ...turned(model), ...(blurred ? { backgroundImage: `url(${blurred})` } : {}) }}>
      {src && state !== "failed" && (
        <img
          key={model.attempt.value}
          ref={image}
          src={src}
          alt={alt || title || ""}
          draggable={false}
          decoding="async"
          onLoad={() => (model.picture.value = "there")}
          onError={() => (model.picture.value = "failed")}
        />
      )}
      {sharper && <img class="r-sharper" src={sharper} alt="" draggable={false} decoding="async" />}
    </div>
  );
}

/** The picture as it is stored, turned in place so that it fills the upright plane. */
function turned(model: ReaderModel): Record<string, string> {
  const rotation = model.rotation.value;
  if (rotation === 0) return {};
  const { width, height } = model.size.value;
  const lying = rotation % 180 !== 0;
  // In shares of the plane, so that a gliding plane takes the picture along.
  return {
    inset: "auto",
    left: "50%",
    top: "50%",
    width: lying ? `${(height / width) * 100}%` : "100%",
    height: lying ? `${(width / height) * 100}%` : "100%",
    transform: `translate(-50%, -50%) rotate(${rotation}deg)`,
  };
}

/** The URL that the picture was loaded by: the same picture signed anew is not fetched again. */
function useShown(model: ReaderModel, url: string | null): string | null {
  const shown = useRef({ url, attempt: model.attempt.value });
  const same = model.picture.value === "there" && shown.current.attempt === model.attempt.value;
  if (!same) shown.current = { url, attempt: model.attempt.value };
  return shown.current.url;
}

function useSharper(model: ReaderModel, image: { readonly current: HTMLImageElement | null }, url: string | null): string | null {
  const wanted = useRef<number | null>(null);
  const across = model.size.value.width * model.view.value.scale * (window.devicePixelRatio || 1);
  const held = image.current?.naturalWidth ?? 0;
  if (held > 0 && across > held * 1.15) wanted.current = model.attempt.value;
  return wanted.current === model.attempt.value ? url : null;
}

function Overlay({ model }: { model: ReaderModel }) {
  const { low_confidence } = model.data.value;
  const active = model.active.value;
  const is = (mark: Mark) => active?.layer === mark.layer && active.id === mark.id;
  const handlers = (mark: Mark) => ({
    onPointerEnter: () => (model.hovered.value = mark),
    onPointerLeave: () => (model.hovered.value = null),
    onClick: () => {
      model.tab.value = mark.layer === "passage" ? "passages" : "text";
      model.choose(mark);
    },
  });
  return (
    <svg class={`r-overlay${active ? " has-active" : ""}`} viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
      {model.showLines.value &&
        model.lines.value.map((line) => {
          const mark: Mark = { layer: "line", id: line.id };
          const unsure = isUnsure(line, low_confidence) ? " is-unsure" : "";
          return (
            <polygon
              key={line.id}
              class={`r-line${unsure}${is(mark) ? " is-active" : ""}`}
              data-line={line.id}
              points={points(line.polygon)}
              {...handlers(mark)}
            />
          );
        })}
      {model.showPassages.value &&
        model.passages.value.map((passage) => {
          const mark: Mark = { layer: "passage", id: passage.id };
          return (
            <g
              key={passage.id}
              class={`r-passage${is(mark) ? " is-active" : ""}`}
              style={{ "--marker": marker(passage) } as Record<string, string>}
              data-passage={passage.id}
              {...handlers(mark)}
            >
              {passage.polygons.map((polygon, i) => <polygon key={i} points={points(polygon)} />)}
            </g>
          );
        })}
    </svg>
  );
}

function Missing({ model }: { model: ReaderModel }) {
  return (
    <div class="r-missing" role="alert">
      <Icon of={ImageOff} size={28} />
      <strong>The picture could not be loaded</strong>
      <button type="button" class="mo-button" onClick={() => model.retryPicture()}>
        <Icon of={RotateCw} size={14} />Load again
      </button>
    </div>
  );
}

function Tools({ model }: { model: ReaderModel }) {
  const { lines, passages, showLines, showPassages } = model;
  return (
    <div class="r-tools" role="toolbar" aria-label="Zoom and layers">
      <Tool icon={Minus} says="Zoom out (−)" act={model.zoomOut} off={model.fitted.value} />
      <button type="button" class="r-percent" title="Actual size (1)" onClick={() => model.actual()}>
        {Math.round(model.view.value.scale * 100)} %
      </button>
      <Tool icon={Plus} says="Zoom in (+)" act={model.zoomIn} />
      <Tool icon={Maximize} says="Whole picture (0)" act={model.fit} off={model.fitted.value} />
      {lines.value.length > 0 && (
        <Tool icon={ScanText} says="Show lines" on={showLines.value} act={() => (showLines.value = !showLines.value)} />
      )}
      {passages.value.length > 0 && (
        <Tool icon={Highlighter} says="Show passages" on={showPassages.value} act={() => (showPassages.value = !showPassages.value)} />
      )}
    </div>
  );
}

interface ToolProps {
  readonly icon: IconNode;
  readonly says: string;
  /** For a switch: whether it is on. */
  readonly on?: boolean;
  readonly off?: boolean;
  act(): void;
}

function Tool({ icon, says, on, off = false, act }: ToolProps) {
  return (
    <button type="button" title={says} aria-label={says} aria-pressed={on} disabled={off} onClick={() => act()}>
      <Icon of={icon} size={16} />
    </button>
  );
}
