import { h } from "preact";
import { mounter } from "../shared/mount";
import { ReaderModel } from "./model";
import { Reader } from "./Reader";
import css from "./reader.css?inline";
import type { ReaderData } from "./types";

/** The reader: a picture to zoom, with what was read from it laid over it and standing beside it. */
export default mounter<ReaderData>(css, (component) => {
  const model = new ReaderModel(component);
  return {
    update: (next) => model.update(next),
    view: () => h(Reader, { model }),
    isIdle: () => true,
  };
});
