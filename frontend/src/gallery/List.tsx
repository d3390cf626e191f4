import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { interactions, type Stage } from "./interaction";
import { planGrid, planTable, visible, type Plan, type Row } from "./layout";
import type { GalleryModel } from "./model";
import { Tile, type CellProps } from "./Tile";
import { columnsFor, HEAD_HEIGHT, rowStyle, TableHead, TableRow } from "./Table";
import type { AssetCard } from "./types";
import { useWindow } from "./window";

/** Drawn above and below the window, so that scrolling meets pictures and not blanks. */
const OVERSCAN_PX = 700;
/** The next page is asked for when the end comes this near. */
const AHEAD_PX = 1400;
/** Height of the bar that sticks to the top. */
const BAR_PX = 48;

/** The list of assets as tiles or as table rows. Only rows near the window are in the document. */
export function List({ model, children }: { model: GalleryModel; children: ComponentChildren }) {
  const list = useRef<HTMLDivElement>(null);
  const [shown, scroller] = useWindow(list);
  const feed = model.feed.value;
  const items = feed.items.value;
  const table = model.view.value === "table";
  const density = model.density.value;
  const layout = model.layout.value;
  const { width } = shown;

  const plan = useMemo(
    () => (table ? planTable(items.length, width, density) : planGrid(items, width, layout, density)),
    [table, items, width, density, layout],
  );
  const stage = useRef<Stage>(null as unknown as Stage);
  const reveal = useFocus(model, list, plan, (top, bottom) =>
    scroller.reveal(top, bottom, BAR_PX + (table ? HEAD_HEIGHT : 0)),
  );
  stage.current = {
    plan,
    pageHeight: scroller.height() - BAR_PX,
    moveFocus: reveal,
    leave: () => blur(list.current),
  };
  const handlers = useMemo(() => interactions(model, () => stage.current), [model]);
  const nearEnd = width > 0 && shown.to + AHEAD_PX >= plan.height;
  useNextPages(model, nearEnd);
  useComingBack(feed, shown.from, plan.height > 0 && width > 0, scroller.element);

  const noted = items.some((item) => item.note);
  const columns = useMemo(() => columnsFor(width, noted), [width, noted]);
  const broken = useMemo(() => (id: string) => void feed.renew(id), [feed]);
  const focus = model.selection.value.focus;
  const focusIndex = focus === null ? -1 : model.order.value.indexOf(focus);
  const rows = width > 0 ? rowsToDraw(plan, shown.from, shown.to, focusIndex) : [];
  const stop = focusIndex >= 0 ? focusIndex : firstVisible(plan, shown.from + BAR_PX);

  return (
    <div class="g-list">
      <div
        role="grid"
        aria-label="Assets"
        aria-multiselectable={model.selectable.value}
        aria-rowcount={feed.next.value === null ? plan.rows.length + (table ? 1 : 0) : -1}
        aria-busy={feed.loading.value}
        class={table ? "g-table" : "g-grid"}
        data-density={density}
        {...handlers}
      >
        {table && <TableHead model={model} columns={columns} />}
        <div ref={list} role="rowgroup" class="g-rows" style={{ height: `${plan.height}px` }}>
          {rows.map((index) => {
            const row = plan.rows[index] as Row;
            const cells = items.slice(row.start, row.end).map((item, i) => ({
              ...cellProps(model, item, row.start + i === stop, broken),
              left: plan.left[row.start + i] as number,
              width: plan.width[row.start + i] as number,
            }));
            return table ? (
              <TableRow key={cells[0]?.item.id} {...(cells[0] as CellProps)} row={row} columns={columns} density={density} />
            ) : (
              <div key={index} role="row" aria-rowindex={index + 1} class="g-row" style={rowStyle(row)}>
                {cells.map((cell, i) => <Tile key={cell.item.id} {...cell} column={i + 1} />)}
              </div>
            );
          })}
        </div>
      </div>
      {children}
    </div>
  );
}

function cellProps(model: GalleryModel, item: AssetCard, stop: boolean, onBroken: (id: string) => void): CellProps {
  const { selected } = model.selection.value;
  return {
    item,
    stop,
    onBroken,
    selected: selected.has(item.id),
    selecting: selected.size > 0,
    selectable: model.selectable.value,
    href: model.hrefOf(item),
  };
}

/** Rows near the window, and the focused one wherever it is: its element must not vanish from under the keyboard. */
function rowsToDraw(plan: Plan, from: number, to: number, focusIndex: number): number[] {
  const [first, last] = visible(plan, from - OVERSCAN_PX, to + OVERSCAN_PX);
  const rows = Array.from({ length: last - first }, (_, i) => first + i);
  const focused = focusIndex < 0 ? undefined : plan.rowOf[focusIndex];
  if (focused === undefined || (focused >= first && focused < last)) return rows;
  return focused < first ? [focused, ...rows] : [...rows, focused];
}

function firstVisible(plan: Plan, from: number): number {
  const [row] = visible(plan, from, from);
  return plan.rows[row]?.start ?? 0;
}

/** Gives a function that moves the focus to an asset: into the model, into view, and onto its element once that is drawn. */
function useFocus(
  model: GalleryModel,
  list: { readonly current: HTMLElement | null },
  plan: Plan,
  show: (top: number, bottom: number) => void,
): (id: string) => void {
  const wanted = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const element = list.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(wanted.current)}"]`);
    if (!element) return;
    wanted.current = null;
    element.focus({ preventScroll: true });
  });
  return (id) => {
    wanted.current = id;
    const row = plan.rows[plan.rowOf[model.order.value.indexOf(id)] ?? -1];
    model.dispatch({ type: "focus", id });
    if (row) show(row.top, row.top + row.height);
  };
}

function blur(list: HTMLElement | null): void {
  const active = (list?.getRootNode() as ShadowRoot | Document | undefined)?.activeElement;
  if (active instanceof HTMLElement) active.blur();
}

function useNextPages(model: GalleryModel, nearEnd: boolean): void {
  const feed = model.feed.value;
  const ready = nearEnd && feed.next.value !== null && !feed.loading.value && feed.failure.value === null;
  useEffect(() => {
    if (ready) void feed.more();
  }, [feed, ready]);
  useEffect(() => {
    const again = () => {
      if (feed.failure.value && !feed.failure.value.signedOut) void feed.more();
    };
    window.addEventListener("online", again);
    return () => window.removeEventListener("online", again);
  }, [feed]);
}

/** Coming back to a query that was left, for example from an asset's page, shows the place where it was left. */
function useComingBack(
  feed: GalleryModel["feed"]["value"],
  from: number,
  drawn: boolean,
  scroller: HTMLElement | null,
): void {
  const restored = useRef<unknown>(null);
  useEffect(() => {
    if (!drawn) return;
    if (restored.current === feed) {
      feed.scrolled = from;
      return;
    }
    const first = restored.current === null;
    restored.current = feed;
    // A changed filter starts at the top; only the first drawing of the component is a way back.
    if (first && feed.scrolled > 200) (scroller ?? window).scrollBy({ top: feed.scrolled - from, behavior: "instant" });
  }, [feed, from, drawn]);
}
