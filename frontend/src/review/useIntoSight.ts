import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

/** Scrolls a list so that its selected entry is seen with what is next to it; `scrollIntoView` would move the page too. */
export function useIntoSight(list: RefObject<HTMLElement | null>, selected: number, ...also: readonly unknown[]): void {
  useEffect(() => {
    const element = list.current?.querySelector<HTMLElement>(`[data-at="${selected}"]`);
    if (!list.current || !element) return;
    const room = list.current.getBoundingClientRect();
    const entry = element.getBoundingClientRect();
    if (entry.top < room.top + 40) list.current.scrollTop += entry.top - room.top - 40;
    else if (entry.bottom > room.bottom - 40) list.current.scrollTop += entry.bottom - room.bottom + 40;
  }, [selected, ...also]);
}
