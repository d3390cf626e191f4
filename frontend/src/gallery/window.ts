import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** The part of an element that its scroller shows, in pixels from the element's top, and the element's width. */
export interface Window {
  readonly width: number;
  readonly from: number;
  readonly to: number;
}

/** Scrolling redraws only after this many pixels; the rows drawn beyond the window hide it. */
const STEP_PX = 120;
/** Before the first measurement: what a usual window shows, so that the first paint already has pictures. */
const START: Window = { width: 0, from: 0, to: 900 };

export interface Scroller {
  readonly element: HTMLElement | null;
  /** Brings [top, bottom] of the list into view; `above` pixels are hidden by what sticks to the top. */
  reveal(top: number, bottom: number, above: number): void;
  height(): number;
}

export function useWindow(list: { readonly current: HTMLElement | null }): [Window, Scroller] {
  const [shown, setShown] = useState<Window>(START);
  const last = useRef(shown);
  const scroller = useRef<HTMLElement | null>(null);

  const measure = () => {
    const element = list.current;
    if (!element) return;
    const box = element.getBoundingClientRect();
    const [top, bottom] = edges(scroller.current);
    const now = { width: element.clientWidth, from: top - box.top, to: bottom - box.top };
    const was = last.current;
    const moved = Math.abs(now.from - was.from) >= STEP_PX || Math.abs(now.to - was.to) >= STEP_PX;
    if (now.width === was.width && !moved) return;
    last.current = now;
    setShown(now);
  };

  useLayoutEffect(() => {
    scroller.current = scrollerOf(list.current);
    measure();
  }, []);

  useEffect(() => {
    let frame = 0;
    const soon = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(measure);
    };
    const target = scroller.current ?? window;
    target.addEventListener("scroll", soon, { passive: true });
    window.addEventListener("resize", soon);
    const sizes = new ResizeObserver(soon);
    if (list.current) sizes.observe(list.current);
    if (scroller.current) sizes.observe(scroller.current);
    return () => {
      cancelAnimationFrame(frame);
      target.removeEventListener("scroll", soon);
      window.removeEventListener("resize", soon);
      sizes.disconnect();
    };
  }, []);

  return [
    shown,
    {
      get element() {
        return scroller.current;
      },
      reveal: (top, bottom, above) => reveal(list.current, scroller.current, top, bottom, above),
      height: () => edges(scroller.current)[1] - edges(scroller.current)[0],
    },
  ];
}

/** The element that scrolls the list (Streamlit scrolls its main section, not the page), through shadow roots; null: the page itself. */
function scrollerOf(start: HTMLElement | null): HTMLElement | null {
  let node: Node | null = start?.parentNode ?? null;
  while (node && node !== document.body && node !== document.documentElement) {
    if (node instanceof HTMLElement && /auto|scroll/.test(getComputedStyle(node).overflowY)) return node;
    node = node instanceof ShadowRoot ? node.host : node.parentNode;
  }
  return null;
}

function edges(scroller: HTMLElement | null): [number, number] {
  if (!scroller) return [0, window.innerHeight];
  const box = scroller.getBoundingClientRect();
  return [Math.max(0, box.top), Math.min(window.innerHeight, box.bottom)];
}

function reveal(list: HTMLElement | null, scroller: HTMLElement | null, top: number, bottom: number, above: number): void {
  if (!list) return;
  const [viewTop, viewBottom] = edges(scroller);
  const origin = list.getBoundingClientRect().top;
  const over = origin + top - (viewTop + above);
  const under = origin + bottom - (viewBottom - 12);
  const by = over < 0 ? over : under > 0 ? Math.min(under, over) : 0;
  if (by !== 0) (scroller ?? window).scrollBy({ top: by, behavior: "instant" });
}
