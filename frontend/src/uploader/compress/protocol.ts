import type { Problem } from "../problem";
import type { CompressOptions } from "./plan";
import type { Prepared } from "./prepare";

/** To the worker: one file at a time. */
export interface Task {
  readonly file: Blob;
  readonly options: CompressOptions;
}

/** From the worker: the hash as soon as it is known, then how it ended. */
export type Report =
  | { readonly kind: "hashed"; readonly sha256: string }
  | { readonly kind: "prepared"; readonly prepared: Prepared }
  | { readonly kind: "failed"; readonly problem: Problem };
