import { Clapperboard, File, ImageOff, Volume2 } from "lucide";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../shared/icon";
import { placeholder } from "../shared/thumbhash";
import type { AssetCard } from "./types";

/** Longest edges of the renditions, in pixels. */
const THUMB_EDGE = 320;
const CARD_EDGE = 800;

interface PictureProps {
  readonly item: AssetCard;
  /** CSS pixels that the picture will fill; the browser picks the rendition by them. */
  readonly width: number;
  readonly contain?: boolean;
  onBroken(id: string): void;
}

/** The picture of an asset: its blurred placeholder, over which the rendition fades in, or drawn art where there is none. */
export function Picture({ item, width, contain = false, onBroken }: PictureProps) {
  const [state, setState] = useState<"waiting" | "there" | "broken">("waiting");
  const image = useRef<HTMLImageElement>(null);
  const src = item.thumb_url ?? item.card_url ?? null;

  useLayoutEffect(() => {
    // From the browser's cache it is there at once: no fade, so that scrolling back does not flicker.
    setState(image.current?.complete && image.current.naturalWidth > 0 ? "there" : "waiting");
  }, [src]);

  const blurred = state === "there" ? undefined : placeholder(item.thumbhash);
  return (
    <div class={`g-pic is-${state}${contain ? " is-contained" : ""}`} style={blurred ? { backgroundImage: `url(${blurred})` } : {}}>
      {src && state !== "broken" ? (
        <img
          ref={image}
          src={src}
          srcset={srcset(item)}
          sizes={`${Math.ceil(width)}px`}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          onLoad={() => setState("there")}
          onError={() => {
            setState("broken");
            // An object may be anything; that it is no picture is no fault of its address.
            if (item.kind !== "object") onBroken(item.id);
          }}
        />
      ) : (
        <Art item={item} broken={state === "broken"} />
      )}
    </div>
  );
}

function srcset(item: AssetCard): string {
  if (!item.thumb_url || !item.card_url) return "";
  const across = item.width && item.height ? Math.min(1, item.width / item.height) : 1;
  return `${item.thumb_url} ${Math.round(THUMB_EDGE * across)}w, ${item.card_url} ${Math.round(CARD_EDGE * across)}w`;
}

function Art({ item, broken }: { item: AssetCard; broken: boolean }) {
  if (item.kind === "sound") return <SoundArt id={item.id} />;
  if (item.kind === "object") return <Glyph of={File} />;
  if (item.kind === "video" && !broken) return <Glyph of={Clapperboard} />;
  if (broken) return <Glyph of={ImageOff} says="Picture missing" />;
  // A ready picture whose renditions are still being made, or one that is being processed: the placeholder is enough.
  return item.thumbhash ? null : <div class="g-shimmer" />;
}

function Glyph({ of, says }: { of: Parameters<typeof Icon>[0]["of"]; says?: string }) {
  return (
    <div class="g-art" title={says}>
      <Icon of={of} size={28} />
    </div>
  );
}

const BARS = 36;

/** Bars drawn from the id: not the sound itself, but always the same for one asset, so that it can be recognised. */
function SoundArt({ id }: { id: string }) {
  return (
    <div class="g-art g-art--sound">
      <svg viewBox={`0 0 ${BARS * 4} 48`} preserveAspectRatio="xMidYMid meet" aria-hidden="true">
        {heights(id).map((h, i) => (
          <rect key={i} x={i * 4 + 0.75} y={24 - h / 2} width={2.5} height={h} rx={1.25} />
        ))}
      </svg>
      <Icon of={Volume2} size={16} />
    </div>
  );
}

function heights(id: string): number[] {
  let seed = 7;
  for (const c of id) seed = (seed * 31 + c.charCodeAt(0)) >>> 0;
  return Array.from({ length: BARS }, (_, i) => {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    const swell = 0.35 + 0.65 * Math.abs(Math.sin((i / BARS) * Math.PI * (2 + (seed % 3) * 0.2)));
    return 4 + swell * (seed / 2 ** 32) * 40;
  });
}
