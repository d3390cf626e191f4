import type { ReaderModel } from "./model";
import { Stage } from "./Stage";
import { TextColumn } from "./Text";

export function Reader({ model }: { model: ReaderModel }) {
  const { can_request, height_css } = model.data.value;
  const read = model.lines.value.length + model.passages.value.length > 0;
  const hasText = read || model.state.value !== null || can_request === true;
  return (
    <div class="r-frame">
      <div
        class={`r-root${hasText ? "" : " is-alone"}`}
        style={height_css ? ({ "--r-height": height_css } as Record<string, string>) : {}}
      >
        <Stage model={model} />
        {hasText && <TextColumn model={model} />}
        <span class="mo-sr" role="status">{model.copied.value ? "Copied" : ""}</span>
      </div>
    </div>
  );
}
