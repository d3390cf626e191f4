import { RotateCw, Volume2 } from "lucide";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../shared/icon";
import { placeholder } from "../shared/thumbhash";
import type { Controller } from "./controller";
import type { Item } from "./types";

/** Where a picture would be: what the transcript was heard in. */
export function Listen({ review, item }: { review: Controller; item: Item }) {
  const { player } = review;
  const { asset } = item;
  const media = useRef<HTMLVideoElement & HTMLAudioElement>(null);
  // After each drawing: what could not be played gives way to words, and may come back.
  useLayoutEffect(() => player.attach(media.current));
  useLayoutEffect(() => () => player.attach(null), [player]);
  if (player.state.value === "failed" || !asset.full_url) {
    return (
      <div class="v-listen" role="alert">
        <Icon of={Volume2} size={28} />
        <p>It can't be played here. Its address may have ended.</p>
        <button type="button" class="mo-button" onClick={() => review.renew()}><Icon of={RotateCw} />Load it again</button>
      </div>
    );
  }
  const told = {
    ref: media, src: asset.full_url, controls: true, preload: "metadata" as const, "aria-label": asset.title,
    onLoadedMetadata: () => (player.state.value = "there"), onError: () => (player.state.value = "failed"),
    onTimeUpdate: player.heard, onPlay: player.heard, onPause: player.heard,
  };
  const blurred = placeholder(asset.thumbhash);
  return (
    <div class={`v-listen is-${asset.kind ?? "sound"}`}>
      {asset.kind === "video" ? <video {...told} poster={asset.image_url ?? blurred ?? undefined} /> : (
        <>
          <Icon of={Volume2} size={40} />
          <audio {...told} />
        </>
      )}
    </div>
  );
}
