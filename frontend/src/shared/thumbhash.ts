import { thumbHashToDataURL } from "thumbhash";

const urls = new Map<string, string | undefined>();

/** A data URL of the blurred picture that a thumbhash (base64) holds; undefined when it is not one. */
export function placeholder(hash: string | null | undefined): string | undefined {
  if (!hash) return undefined;
  if (!urls.has(hash)) urls.set(hash, decode(hash));
  return urls.get(hash);
}

function decode(hash: string): string | undefined {
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(hash), (c) => c.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
