/** What Streamlit hands to a component (Components v2), typed by the component's own data. */
export interface Component<Data> {
  readonly data: Data;
  readonly key: string;
  readonly name: string;
  /** A shadow root, as the Python side mounts with isolated styles; the harness of the tests may give an element. */
  readonly parentElement: ShadowRoot | HTMLElement;
  setStateValue(name: string, value: unknown): void;
  setTriggerValue(name: string, value: unknown): void;
}

/** What a component's default export may return: called when the element leaves the page. */
export type Cleanup = () => void;
