/** A file that was chosen, dropped, pasted or photographed, and the name it gets. */
export interface Picked {
  readonly file: File;
  readonly name: string;
}

/** What systems leave lying in folders; nobody means to upload it. */
const LITTER = /^(\.|thumbs\.db$|desktop\.ini$|__macosx$)/i;

/** Folders nest, and links among them may go round. */
const DEEPEST = 12;

export function fromList(files: Iterable<File>): Picked[] {
  return Array.from(files, (file) => ({ file, name: file.name || "Untitled" }));
}

/** Dropped files and folders. Entries must be asked for before the event handler returns: later they are gone. */
export async function fromDrop(transfer: DataTransfer): Promise<Picked[]> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry?.() ?? null);
  const files = fromList(transfer.files);
  if (!entries.some((entry) => entry?.isDirectory)) return files;
  const found: Picked[] = [];
  for (const entry of entries) if (entry) await collect(entry, 0, found);
  return found;
}

async function collect(entry: FileSystemEntry, depth: number, found: Picked[]): Promise<void> {
  if (depth > 0 && LITTER.test(entry.name)) return;
  if (entry.isFile) {
    const file = await new Promise<File | null>((resolve) => {
      (entry as FileSystemFileEntry).file(resolve, () => resolve(null));
    });
    if (file) found.push({ file, name: file.name });
    return;
  }
  if (depth >= DEEPEST) return;
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A directory answers in batches, an empty one says that it was the last.
    const batch = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (batch.length === 0) return;
    for (const child of batch) await collect(child, depth + 1, found);
  }
}

/** Pasted pictures; null when the paste is text for a field. Browsers name every pasted picture alike. */
export function fromPaste(event: ClipboardEvent, now: Date): Picked[] | null {
  const files = Array.from(event.clipboardData?.files ?? []);
  if (files.length === 0 || event.defaultPrevented) return null;
  const editing = event.composedPath().some((node) => node instanceof HTMLElement && isField(node));
  if (editing && event.clipboardData?.types.some((type) => type.startsWith("text/"))) return null;
  const stamp = `${now.toLocaleDateString("sv")} ${now.toLocaleTimeString("sv").replaceAll(":", ".")}`;
  return files.map((file, index) => {
    if (!/^image\.\w+$/i.test(file.name)) return { file, name: file.name };
    const ending = file.name.slice(file.name.lastIndexOf("."));
    return { file, name: `Pasted ${stamp}${files.length > 1 ? ` (${index + 1})` : ""}${ending}` };
  });
}

function isField(element: HTMLElement): boolean {
  return element.isContentEditable || element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement;
}
