import { h } from "preact";
import type { Component } from "../shared/component";
import { mounter, type Instance } from "../shared/mount";
import { Controller } from "./controller";
import { reported, summarise } from "./summary";
import type { State } from "./state";
import type { UploaderData } from "./types";
import { Uploader } from "./Uploader";
import css from "./uploader.css?inline";

/** Every state sent to Python reruns the page; changes that come together go together. */
const TELL_MS = 300;

export default mounter<UploaderData>(css, (first) => {
  let component: Component<UploaderData> | null = first;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = "[]";
  /** Became assets and Python does not know yet; they wait while the component is off the page. */
  const finished = new Set<string>();

  const tell = () => {
    timer = undefined;
    if (!component) return;
    const uploads = controller.state.value.items.map(reported);
    const now = JSON.stringify(uploads);
    if (now !== told) {
      told = now;
      component.setStateValue("uploads", uploads);
    }
    if (finished.size > 0) {
      component.setTriggerValue("finished", [...finished]);
      finished.clear();
    }
  };
  const changed = (before: State, after: State) => {
    const was = new Map(before.items.map((item) => [item.id, item.phase]));
    for (const { id, phase, asset } of after.items) {
      if (phase === "done" && asset && was.get(id) !== "done") finished.add(asset);
    }
    timer ??= setTimeout(tell, TELL_MS);
    warnBeforeLeaving(summarise(after.items).working > 0);
  };
  const controller = new Controller(first.data, changed);

  const onLeaving = (event: BeforeUnloadEvent) => event.preventDefault();
  const warnBeforeLeaving = (busy: boolean) => {
    if (busy) addEventListener("beforeunload", onLeaving);
    else removeEventListener("beforeunload", onLeaving);
  };

  return {
    update(next) {
      component = next;
      controller.update(next.data);
    },
    view: () => h(Uploader, { controller }),
    isIdle: () => controller.state.value.items.length === 0 && finished.size === 0,
    shown() {
      controller.shown();
      // Python forgets the state of what leaves the page.
      told = "[]";
      timer ??= setTimeout(tell, TELL_MS);
    },
    hidden() {
      component = null;
      controller.hidden();
    },
  } satisfies Instance<UploaderData>;
});
