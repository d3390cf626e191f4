import type { IconNode } from "lucide";
import { h } from "preact";

interface IconProps {
  /** An icon of `lucide`, imported by name so that only used ones are bundled. */
  readonly of: IconNode;
  /** CSS pixels. */
  readonly size?: number;
  /** Only where the icon stands alone; beside words it is decoration and stays hidden. */
  readonly label?: string;
  readonly class?: string;
}

export function Icon({ of, size = 16, label, class: className }: IconProps) {
  return (
    <svg
      class={className ? `mo-icon ${className}` : "mo-icon"}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      {...(label ? { role: "img", "aria-label": label } : { "aria-hidden": true })}
    >
      {of.map(([tag, attributes]) => h(tag, attributes as Record<string, string>))}
    </svg>
  );
}
