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
  const latest = new WeakMap<HTMLElement, symbol>();

  return function mount(component: Component<Data>): Cleanup {
    const key = (component.data as { readonly key?: string }).key ?? component.key;
    let instance = instances.get(key);
    if (instance) {
      instance.update(component);
    } else {
      instance = create(component);
      instances.set(key, instance);
    }
    const root = rootOf(component.parentElement, css);
    const call = Symbol(key);
    latest.set(root, call);
    // Signals redraw what changed; a rerun with the same instance has nothing to draw again.
    if (drawn.get(root) !== instance) {
      render(instance.view(), root);
      drawn.set(root, instance);
      instance.shown?.();
    }
    const mine = instance;
    return () => {
      // A rerun that overtakes an unfinished call makes Streamlit clean up after the older call: the page still shows us.
      if (latest.get(root) !== call) return;
      render(null, root);
      drawn.delete(root);
      latest.delete(root);
      mine.hidden?.();
      if (mine.isIdle() && instances.get(key) === mine) instances.delete(key);
    };
  };
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
