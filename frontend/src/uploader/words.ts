const UNITS = ["bytes", "kB", "MB", "GB"] as const;

/** 312 kB, 4.6 MB; by 1024, as the limits are set: 50 MB reads as 50 MB. */
export function megabytes(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const text = unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, "");
  return `${text} ${UNITS[unit]}`;
}

/** Whole per cent saved, never 100 for something that has bytes. */
export function savedPercent(before: number, after: number): number {
  if (before <= 0 || after >= before) return 0;
  return Math.min(99, Math.round((1 - after / before) * 100));
}

// Marks that turn the direction of what follows: "photo gpj.exe" can be made to read "photo exe.jpg".
const DIRECTION_MARKS = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f]/g;

/** A file name that is safe to read on the screen; what is sent stays as it was. */
export function legible(name: string): string {
  return name.replace(DIRECTION_MARKS, "").replace(CONTROLS, " ").trim() || "Untitled";
}

/** Splits a long name so that its ending stays in sight when the front is cut. */
export function splitName(name: string): readonly [front: string, back: string] {
  const clean = legible(name);
  const dot = clean.lastIndexOf(".");
  const tail = dot > 0 && clean.length - dot <= 6 ? clean.length - dot + 4 : 8;
  if (clean.length <= tail + 8) return [clean, ""];
  return [clean.slice(0, -tail), clean.slice(-tail)];
}
