import { h } from "preact";
import readerCss from "../reader/reader.css?inline";
import { mounter } from "../shared/mount";
import { Controller } from "./controller";
import { Review } from "./Review";
import css from "./review.css?inline";
import type { ReviewData } from "./types";

/** The moderators' review: one item after another, a picture beside what was read from it. */
export default mounter<ReviewData>(readerCss + css, (component) => {
  const controller = new Controller(component);
  return {
    update: (next) => controller.update(next),
    view: () => h(Review, { review: controller }),
    isIdle: () => true,
    shown: () => controller.start(),
    hidden: () => controller.stop(),
  };
});
