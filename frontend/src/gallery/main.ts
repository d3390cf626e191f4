import { h } from "preact";
import { mounter } from "../shared/mount";
import { Gallery } from "./Gallery";
import css from "./gallery.css?inline";
import { GalleryModel } from "./model";
import table from "./table.css?inline";
import type { GalleryData } from "./types";

/** The gallery: pages of assets as a grid or a table, with a selection that Python hears of. */
export default mounter<GalleryData>(css + table, (component) => {
  const model = new GalleryModel(component);
  return {
    update: (next) => model.update(next),
    view: () => h(Gallery, { model }),
    isIdle: () => true,
    hidden: () => model.stop(),
  };
});
