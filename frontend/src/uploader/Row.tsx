import { Check, Copy, ImageOff, RotateCcw, SquareArrowOutUpRight, X } from "lucide";
import { Icon } from "../shared/icon";
import type { Controller } from "./controller";
import { KnownChoice } from "./KnownChoice";
import { isEnded, isWorking, type Item } from "./state";
import { progressOf } from "./summary";
import { legible, megabytes, savedPercent, splitName } from "./words";

interface RowProps {
  readonly item: Item;
  readonly twinName: string | null;
  readonly controller: Controller;
  readonly busy: boolean;
  onZoom(item: Item): void;
  onDismiss(item: Item): void;
}

export function Row({ item, twinName, controller, busy, onZoom, onDismiss }: RowProps) {
  const [front, back] = splitName(item.name);
  const name = legible(item.name);
  return (
    <li class={`up-row up-row--${item.phase}`} data-id={item.id} tabIndex={-1} aria-label={name}>
      <Preview item={item} name={name} onZoom={onZoom} />
      <div class="up-row__main">
        <div class="up-row__name" title={name}>
          <bdi class="up-row__front">{front}</bdi>
          <bdi class="up-row__back">{back}</bdi>
        </div>
        <Facts item={item} />
        {isWorking(item) && <Progress item={item} name={name} />}
        {item.note && <p class="up-row__note">{item.note}</p>}
        {item.phase === "failed" && item.problem && (
          <p class="up-row__problem">
            {item.problem.message} <span class="up-row__fix">{item.problem.hint}</span>
          </p>
        )}
      </div>
      <div class="up-row__side">
        {item.phase === "failed" && item.problem?.retryable && (
          <button type="button" class="mo-button" onClick={() => controller.retry(item.id)}>
            <Icon of={RotateCcw} /> Try again
          </button>
        )}
        {item.phase === "cancelled" && (
          <button type="button" class="mo-button" onClick={() => controller.retry(item.id)}>
            <Icon of={RotateCcw} /> Upload after all
          </button>
        )}
        {item.asset && (
          <a class="mo-button" href={`${controller.data.openHref ?? "asset?id="}${item.asset}`}
            // Leaving the page would stop what is still going out.
            target={busy ? "_blank" : "_self"} rel="noopener">
            <span>Open<span class="mo-sr"> {name}</span></span><Icon of={SquareArrowOutUpRight} size={14} class="up-row__out" />
          </a>
        )}
        {isEnded(item) || item.phase === "known" ? (
          <button type="button" class="mo-button mo-button--quiet mo-button--icon" title="Take off the list"
            aria-label={`Take ${name} off the list`} onClick={() => onDismiss(item)}>
            <Icon of={X} />
          </button>
        ) : (
          <button type="button" class="mo-button mo-button--quiet mo-button--icon" title="Cancel"
            aria-label={`Cancel ${name}`} onClick={() => controller.cancel(item.id)}>
            <Icon of={X} />
          </button>
        )}
      </div>
      {item.phase === "known" && <KnownChoice item={item} twinName={twinName} controller={controller} onDismiss={onDismiss} />}
    </li>
  );
}

function Preview({ item, name, onZoom }: { item: Item; name: string; onZoom(item: Item): void }) {
  const url = item.compressed?.previewUrl;
  return (
    <div class="up-preview">
      {url ? (
        <button type="button" class="up-preview__zoom" aria-label={`Look at ${name} as it is uploaded`} onClick={() => onZoom(item)}>
          <img src={url} alt="" decoding="async" loading="lazy" draggable={false} />
        </button>
      ) : (
        <div class={`up-preview__empty ${item.phase === "preparing" ? "up-preview__empty--busy" : ""}`}>
          {item.phase === "failed" && <Icon of={ImageOff} size={20} />}
        </div>
      )}
      <Badge item={item} />
    </div>
  );
}

function Badge({ item }: { item: Item }) {
  if (item.phase === "done") return <span class="up-badge up-badge--done"><Icon of={Check} size={12} label="Uploaded" /></span>;
  if (item.phase === "failed") return <span class="up-badge up-badge--failed"><Icon of={X} size={12} label="Failed" /></span>;
  if (item.phase === "known") return <span class="up-badge up-badge--known"><Icon of={Copy} size={11} label="In the library already" /></span>;
  return null;
}

const DOING: Readonly<Partial<Record<Item["phase"], string>>> = {
  waiting: "Waiting",
  preparing: "Compressing…",
  ready: "Waiting to send",
  finishing: "Being checked…",
  restoring: "Being restored…",
  cancelled: "Cancelled",
};

function doingNow(item: Item): string | undefined {
  if (item.phase === "preparing" && item.compressed) return "Looking for duplicates…";
  if (item.phase !== "sending" || !item.compressed) return DOING[item.phase];
  return `Sending, ${Math.round((100 * item.sentBytes) / item.compressed.bytes)} %`;
}

/** Bytes before and after, what was saved, and what is going on. */
function Facts({ item }: { item: Item }) {
  const { compressed, originalBytes, phase } = item;
  if (phase === "failed" && !compressed) return <p class="up-facts">{megabytes(originalBytes)}</p>;
  const [before, now] = [megabytes(originalBytes), compressed && !compressed.kept ? megabytes(compressed.bytes) : null];
  const saved = now ? savedPercent(originalBytes, compressed?.bytes ?? originalBytes) : 0;
  const doing = doingNow(item);
  return (
    <p class="up-facts">
      <span>{before}</span>
      {now && now !== before && (
        <>
          <span aria-hidden="true">→</span>
          <span class="mo-sr"> compressed to </span>
          <span class="up-facts__after">{now}</span>
          {saved > 0 && <span class="up-chip">{saved} % smaller</span>}
        </>
      )}
      {compressed && <span class="up-facts__size">{compressed.width} × {compressed.height}</span>}
      {compressed?.kept && <span class="up-facts__size">kept as it is, metadata removed</span>}
      {phase === "done" && item.reused && <span>was in the library</span>}
      {doing && <span class="up-facts__doing">{doing}</span>}
    </p>
  );
}

function Progress({ item, name }: { item: Item; name: string }) {
  const percent = Math.round(progressOf(item) * 100);
  return (
    <div class={`up-bar ${item.note ? "up-bar--held" : ""}`} role="progressbar" aria-label={`Upload of ${name}`}
      aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}>
      <div class="up-bar__fill" style={{ transform: `scaleX(${percent / 100})` }} />
    </div>
  );
}
