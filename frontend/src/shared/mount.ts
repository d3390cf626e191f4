import { render, type ComponentChild } from "preact";
import base from "./base.css?inline";
import type { Cleanup, Component } from "./component";

/** What lives behind one component on the page, across reruns and, with `data.key`, across unmounting. */
export interface Instance<Data> {
  /** New data or new setters after a rerun. */
  update(component: Component<Data>): void;
  view(): ComponentChild;
  /** Nothing in it that a person would miss: it may be forgotten when it leaves the page. */
  isIdle(): boolean;
  /** On the page again, or gone from it. */
  shown?(): void;
  hidden?(): void;
}

/** Streamlit cleans up after a call that was overtaken at once; of those before the last no more is ever heard. */
const CALLS_KEPT = 8;

/**
 * The default export of a component.
 *
 * Streamlit calls it again on every rerun, so it has to be idempotent: the first call makes the instance, later
 * ones hand it the new data and setters. `component.key` is a new one at every mounting; `data.key`, which the
 * Python side sets to its own key, is the one that finds an instance again after the element was taken off the page.
 */
export function mounter<Data extends object>(
  css: string,
  create: (component: Component<Data>) => Instance<Data>,
) {
  const instances = new Map<string, Instance<Data>>();
  const drawn = new WeakMap<HTMLElement, Instance<Data>>();
  /** The last calls of each element, in the order in which they arrived. */
  const calls = new WeakMap<HTMLElement, readonly Component<Data>[]>();

  function show(root: HTMLElement, component: Component<Data>): void {
    const key = keyOf(component);
    let instance = instances.get(key);
    if (instance) {
      instance.update(component);
    } else {
      instance = create(component);
      instances.set(key, instance);
    }
    // Signals redraw what changed; a rerun with the same instance has nothing to draw again.
    if (drawn.get(root) === instance) return;
    render(instance.view(), root);
    drawn.set(root, instance);
    instance.shown?.();
  }

  function leave(root: HTMLElement, key: string): void {
    const instance = drawn.get(root);
    if (!instance) return;
    render(null, root);
    drawn.delete(root);
    instance.hidden?.();
    if (instance.isIdle() && instances.get(key) === instance) instances.delete(key);
  }

  return function mount(component: Component<Data>): Cleanup {
    const root = rootOf(component.parentElement, css);
    // Taken off the page again before the bundle was there: what it would draw may be on the page elsewhere by now.
    if (!root.isConnected) return () => undefined;
    calls.set(root, [...(calls.get(root) ?? []), component].slice(-CALLS_KEPT));
    show(root, component);
    return () => {
      const before = calls.get(root) ?? [];
      const rest = before.filter((call) => call !== component);
      calls.set(root, rest);
      if (!root.isConnected) {
        leave(root, keyOf(component));
        return;
      }
      // The element is still on the page: a rerun overtook this call before the bundle was there. The two wait
      // for it together and a browser lets them go on in any order, so this one, the older, may have come last.
      const standing = rest.at(-1);
      if (before.at(-1) === component && standing) show(root, standing);
    };
  };
}

function keyOf(component: Component<object>): string {
  return (component.data as { readonly key?: string }).key ?? component.key;
}

function rootOf(parent: ShadowRoot | HTMLElement, css: string): HTMLElement {
  for (const child of parent.children) {
    if (child instanceof HTMLElement && child.classList.contains("mo-root")) return child;
  }
  const style = document.createElement("style");
  style.textContent = base + css;
  const root = document.createElement("div");
  root.className = "mo-root";
  parent.append(style, root);
  return root;
}
