/**
 * Which assets are selected and which one has the focus: a pure reducer.
 *
 * The selection is a set of ids and lives apart from the list, so that things picked under one search stay picked
 * under the next. Ranges are spoken of in ids and need the list as it stands.
 */
export interface Selection {
  readonly selected: ReadonlySet<string>;
  /** The roving tab stop; null: the grid was not entered yet or was left by Escape. */
  readonly focus: string | null;
  /** Where a range starts. */
  readonly anchor: string | null;
  /** What the running range added or took away, so that the next shift-click replaces it. */
  readonly range: readonly string[];
}

export type Action =
  | { readonly type: "toggle"; readonly id: string }
  | { readonly type: "range"; readonly to: string; readonly order: readonly string[] }
  | { readonly type: "select"; readonly ids: readonly string[] }
  | { readonly type: "replace"; readonly ids: readonly string[] }
  | { readonly type: "clear" }
  | { readonly type: "focus"; readonly id: string | null }
  | { readonly type: "escape" };

export const NOTHING: Selection = { selected: new Set(), focus: null, anchor: null, range: [] };

export function reduce(state: Selection, action: Action): Selection {
  switch (action.type) {
    case "toggle":
      return toggle(state, action.id);
    case "range":
      return range(state, action.to, action.order);
    case "select":
      return { ...state, selected: new Set([...state.selected, ...action.ids]), range: [] };
    case "replace":
      return { ...state, selected: new Set(action.ids), range: [] };
    case "clear":
      return { ...state, selected: new Set(), anchor: null, range: [] };
    case "focus":
      return action.id === state.focus ? state : { ...state, focus: action.id };
    case "escape":
      // One rung a press: what is selected goes first, then the focus.
      return state.selected.size > 0 ? reduce(state, { type: "clear" }) : { ...NOTHING };
  }
}

function toggle(state: Selection, id: string): Selection {
  const selected = new Set(state.selected);
  if (!selected.delete(id)) selected.add(id);
  return { selected, focus: id, anchor: id, range: [] };
}

/**
 * Gives everything between the anchor and `to` the anchor's own state, so that a range can also unselect.
 * A second range from the same anchor first takes back the one before.
 */
function range(state: Selection, to: string, order: readonly string[]): Selection {
  const start = order.indexOf(state.anchor ?? state.focus ?? to);
  const end = order.indexOf(to);
  if (end < 0) return state;
  const from = start < 0 ? end : start;
  const anchor = order[from] as string;
  const adding = state.anchor === null || start < 0 || state.selected.has(anchor);
  const selected = new Set(state.selected);
  for (const id of state.range) if (id !== anchor) flip(selected, id, !adding);
  const changed: string[] = [];
  for (let i = Math.min(from, end); i <= Math.max(from, end); i += 1) {
    const id = order[i] as string;
    if (selected.has(id) !== adding) {
      flip(selected, id, adding);
      changed.push(id);
    }
  }
  return { selected, focus: to, anchor, range: changed };
}

function flip(set: Set<string>, id: string, on: boolean): void {
  if (on) set.add(id);
  else set.delete(id);
}
