import { describe, expect, it } from "vitest";
import { UploadError } from "./problem";
import { retrying } from "./retry";
import { storageError } from "./transfer";

const body = (statusCode: string, code: string) => JSON.stringify({ statusCode, error: code, message: code, code });

describe("what Storage answers", () => {
  it.each([
    [400, body("409", "KeyAlreadyExists"), "already-there", "ticket_used"],
    [400, body("400", "InvalidJWT"), "new-ticket", "ticket_expired"],
    [400, body("400", "InvalidSignature"), "new-ticket", "ticket_expired"],
    [400, body("413", "EntityTooLarge"), "none", "too_large"],
    [413, "<html>", "none", "too_large"],
    [400, body("415", "InvalidMimeType"), "none", "unsupported_type"],
    [544, body("544", "DatabaseTimeout"), "again", "unavailable"],
    [503, "", "again", "unavailable"],
    [400, body("403", "AccessDenied"), "new-ticket", "refused"],
  ])("%s %s has a remedy: %s", (status, text, remedy, code) => {
    const error = storageError(status, text);
    expect({ remedy: error.remedy, code: error.problem.code }).toEqual({ remedy, code });
  });
});

describe("trying again by itself", () => {
  const gone = (remedy: "again" | "none") =>
    new UploadError({ code: "network", message: "Gone.", hint: "", retryable: true }, remedy);
  const hooks = (signal = new AbortController().signal) => {
    const notes: (string | null)[] = [];
    return { notes, signal, onNote: (note: string | null) => notes.push(note), pausesMs: [1, 1, 1] };
  };

  it("goes on after a failure that passes, and says so meanwhile", async () => {
    const with_ = hooks();
    const answer = await retrying(async (attempt) => {
      if (attempt < 2) throw gone("again");
      return "there";
    }, with_);
    expect(answer).toBe("there");
    expect(with_.notes).toEqual(["Gone. Trying again…", null, "Gone. Trying again…", null]);
  });

  it("gives up after the last pause", async () => {
    let tries = 0;
    const failing = retrying(async () => {
      tries += 1;
      throw gone("again");
    }, hooks());
    await expect(failing).rejects.toThrow("Gone.");
    expect(tries).toBe(4);
  });

  it("does not repeat what would fail again", async () => {
    let tries = 0;
    const failing = retrying(async () => {
      tries += 1;
      throw gone("none");
    }, hooks());
    await expect(failing).rejects.toThrow("Gone.");
    expect(tries).toBe(1);
  });

  it("stops when the person cancels during a pause", async () => {
    const cancel = new AbortController();
    const failing = retrying(async () => {
      setTimeout(() => cancel.abort(new Error("cancelled")), 5);
      throw gone("again");
    }, { ...hooks(cancel.signal), pausesMs: [60_000] });
    await expect(failing).rejects.toThrow("cancelled");
  });
});
