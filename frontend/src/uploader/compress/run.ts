import { problemOf, UploadError } from "../problem";
import { sha256 } from "./hash";
import { prepare } from "./prepare";
import type { Report, Task } from "./protocol";

/** The whole work on one file; the same in a worker and, where workers can't be had, on the page. */
export async function run({ file, options }: Task, report: (report: Report) => void): Promise<void> {
  try {
    const bytes = await read(file);
    const hashing = sha256(bytes).then((hash) => report({ kind: "hashed", sha256: hash }));
    const [prepared] = await Promise.all([prepare(bytes, options), hashing]);
    report({ kind: "prepared", prepared });
  } catch (error) {
    report({ kind: "failed", problem: problemOf(error) });
  }
}

async function read(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new UploadError({
      code: "unreadable",
      message: "This file can’t be read any more.",
      hint: "It was moved, changed or is still being downloaded. Choose it again.",
      retryable: true,
    });
  }
}
