/** Zoom and pan as pure functions. Lengths are CSS pixels of the stage, but for `Size` of the picture, in its own pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface View {
  /** CSS pixels a picture pixel. */
  readonly scale: number;
  /** Where the picture's top left corner stands in the stage. */
  readonly x: number;
  readonly y: number;
}

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** In 0..1 of the picture. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const MARGIN_PX = 16;
const MOST_SCALE = 4;

export function fitScale(stage: Size, picture: Size): number {
  const across = Math.max(1, stage.width - 2 * MARGIN_PX) / picture.width;
  const down = Math.max(1, stage.height - 2 * MARGIN_PX) / picture.height;
  // A small picture is not blown up: its own size is the truth about it.
  return Math.min(across, down, 1);
}

export function fit(stage: Size, picture: Size): View {
  return settle({ scale: fitScale(stage, picture), x: 0, y: 0 }, stage, picture);
}

/** Changes the scale and keeps the picture's point under `at` where it is. */
export function zoomAt(view: View, factor: number, at: Spot, stage: Size, picture: Size): View {
  const scale = within(view.scale * factor, fitScale(stage, picture), mostScale(stage, picture));
  const real = scale / view.scale;
  return settle(
    { scale, x: at.x - (at.x - view.x) * real, y: at.y - (at.y - view.y) * real },
    stage,
    picture,
  );
}

export function panBy(view: View, dx: number, dy: number, stage: Size, picture: Size): View {
  return settle({ ...view, x: view.x + dx, y: view.y + dy }, stage, picture);
}

/** Brings a part of the picture into the middle, large enough to read and with something around it. */
export function zoomTo(box: Box, stage: Size, picture: Size): View {
  const width = Math.max(1, (box.right - box.left) * picture.width);
  const height = Math.max(1, (box.bottom - box.top) * picture.height);
  const wanted = Math.min((stage.width * 0.92) / width, (stage.height * 0.5) / height);
  const scale = within(wanted, fitScale(stage, picture), Math.max(1.5, fitScale(stage, picture)));
  const centre = { x: ((box.left + box.right) / 2) * picture.width, y: ((box.top + box.bottom) / 2) * picture.height };
  return settle(
    { scale, x: stage.width / 2 - centre.x * scale, y: stage.height / 2 - centre.y * scale },
    stage,
    picture,
  );
}

/** The smallest pan that shows a part of the picture; the same view when it is in sight already. */
export function reveal(view: View, box: Box, stage: Size, picture: Size): View {
  const move = (from: number, to: number, room: number) => {
    if (to - from > room - 2 * MARGIN_PX) return MARGIN_PX - from;
    if (from < MARGIN_PX) return MARGIN_PX - from;
    return to > room - MARGIN_PX ? room - MARGIN_PX - to : 0;
  };
  const x = (at: number) => view.x + at * picture.width * view.scale;
  const y = (at: number) => view.y + at * picture.height * view.scale;
  const dx = move(x(box.left), x(box.right), stage.width);
  const dy = move(y(box.top), y(box.bottom), stage.height);
  return dx === 0 && dy === 0 ? view : panBy(view, dx, dy, stage, picture);
}

/** In the middle where there is room, never with an edge drawn inwards where there is none. */
export function settle(view: View, stage: Size, picture: Size): View {
  const axis = (at: number, room: number, length: number) => {
    if (length <= room - 2 * MARGIN_PX) return (room - length) / 2;
    return within(at, room - length - MARGIN_PX, MARGIN_PX);
  };
  return {
    scale: view.scale,
    x: axis(view.x, stage.width, picture.width * view.scale),
    y: axis(view.y, stage.height, picture.height * view.scale),
  };
}

export function isFitted(view: View, stage: Size, picture: Size): boolean {
  return Math.abs(view.scale / fitScale(stage, picture) - 1) < 0.005;
}

function mostScale(stage: Size, picture: Size): number {
  return Math.max(MOST_SCALE, fitScale(stage, picture) * 8);
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
