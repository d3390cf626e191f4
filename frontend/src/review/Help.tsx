import { X } from "lucide";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../shared/icon";
import type { Controller } from "./controller";
import { HELP } from "./keys";

export function Help({ review }: { review: Controller }) {
  const sheet = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const before = (sheet.current?.getRootNode() as ShadowRoot).activeElement as HTMLElement | null;
    sheet.current?.focus();
    return () => before?.focus();
  }, []);
  const close = () => review.do({ type: "mode", mode: "look" });
  return (
    <div class="v-veil" onClick={(event) => event.target === event.currentTarget && close()}>
      <div ref={sheet} class="v-help" role="dialog" aria-modal="true" aria-label="Keys" tabIndex={-1}>
        <header>
          <strong>Keys</strong>
          <button type="button" class="mo-button mo-button--quiet mo-button--icon" aria-label="Close" onClick={close}><Icon of={X} /></button>
        </header>
        <div class="v-help-parts">
          {HELP.map(([title, rows]) => (
            <section key={title}>
              <h3>{title}</h3>
              <dl>
                {rows.map(([keys, does]) => (
                  <div key={keys}>
                    <dt>{keys.split(" ").map((part, i) => (/^(or|to|over|words)$/.test(part) ? <span key={i}>{part}</span> : <kbd key={i} class="v-key">{part}</kbd>))}</dt>
                    <dd>{does}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
    </div>
  );
}
