/// <reference lib="webworker" />
import type { Task } from "./protocol";
import { run } from "./run";

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = (event: MessageEvent<Task>) => {
  void run(event.data, (report) => self.postMessage(report));
};
